/** Which records a request is about: those of one instance of one project. */
import { reaches, type Scope } from '../../../registry/scope.ts'
import { RequestFailure } from '../../shared/failure.ts'
import type { Call } from '../../shared/product.ts'
import { refusal } from '../errors.ts'

/**
 * The scope that `project_id` in the path and `Instance-Id` in the header name (seeds 001 and 002, tables 1 and 3);
 * the project's default instance where the header is absent or empty.
 *
 * @throws NotAllowed before anything is said about instances; RequestFailure for two headers; VendorError for an
 *   instance that the project does not have
 */
export async function enterInstance(call: Call, product: 'iotda-devices' | 'iotda-cas'): Promise<Scope> {
  const projectId = call.path.project_id ?? ''
  await call.enter(product, { kind: 'project', projectId })
  const named = call.request.headers.all('instance-id')
  if (named.length > 1)
    throw new RequestFailure({
      is: 'bad-parameter',
      problem: {
        parameter: 'Instance-Id',
        where: 'header',
        is: 'repeated',
        message: `The header 'Instance-Id' is given ${named.length} times.`,
      },
    })
  const instance = await call.facility('iotda-instance', projectId, named[0]?.trim() || undefined)
  if (instance === undefined) throw refusal('notSubscribed', "The project has no instance with this 'Instance-Id'.")
  return call.enter(product, { kind: 'project', projectId, part: instance.id })
}

/**
 * The id of a resource space of the entered project; of its default one without `appId`.
 * @throws VendorError for a space that is not there for the caller: unknown, somebody else's, or not to be seen
 */
export async function resourceSpace(call: Call, scope: Scope, appId: string | undefined): Promise<string> {
  const space = await call.facility('iotda-app', call.path.project_id ?? '', appId || undefined)
  if (space === undefined || (appId && !reaches(scope, space.id))) throw refusal('noSuchSpace')
  return space.id
}
