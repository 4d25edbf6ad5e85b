/** Which operation an RPC request names. Every request is on `/`; the action and the version decide. */

import type { WireRequest } from '../../identity/wire-request.ts'
import { type Failure, RequestFailure } from '../shared/failure.ts'
import type { RawParameters } from '../shared/parameters.ts'
import { parametersOf } from './parameters.ts'

/** The operations of each version of the vendor's APIs that this product answers. */
export type Versions = ReadonlyMap<string, ReadonlySet<string>>

/**
 * The operation of a request, or why there is none. An unknown version is found before an unknown action.
 *
 * The action counts where the signature covers it: the header `x-acs-action` under ACS3, the parameter `Action` under
 * RPC Signature V1, whose SDKs repeat it in an unsigned header (reference §1.0). An unsigned request may use either.
 */
export function choose(request: WireRequest, versions: Versions): { readonly operation: string } | Failure {
  try {
    const operation = named(request, 'Action', 'x-acs-action')
    const version = named(request, 'Version', 'x-acs-version')
    const operations = versions.get(version)
    if (!operations) return { is: 'no-such-version', detail: 'No API has this version.' }
    if (!operations.has(operation)) return { is: 'no-such-operation', detail: 'This version has no such action.' }
    return { operation }
  } catch (error) {
    if (error instanceof RequestFailure) return error.failure
    throw error
  }
}

/** @throws RequestFailure `bad-parameter` when it is missing or given twice */
function named(request: WireRequest, parameter: 'Action' | 'Version', header: string): string {
  if (isAcs3(request)) return fromHeader(request, header) ?? missing(parameter)
  const parameters = parametersOf(request)
  const given = only(parameter, parameters.get(parameter) ?? [])
  if (given !== undefined) return given
  return (isSignedByParameter(parameters) ? undefined : fromHeader(request, header)) ?? missing(parameter)
}

function isAcs3(request: WireRequest): boolean {
  return request.headers.first('authorization')?.trimStart().startsWith('ACS3-') ?? false
}

function isSignedByParameter(parameters: RawParameters): boolean {
  return parameters.has('Signature')
}

function fromHeader(request: WireRequest, header: string): string | undefined {
  return only(header, request.headers.all(header))?.trim() || undefined
}

function only(name: string, values: readonly string[]): string | undefined {
  if (values.length > 1) {
    const message = `'${name}' is given ${values.length} times.`
    throw new RequestFailure({
      is: 'bad-parameter',
      problem: { parameter: name, where: 'query', is: 'repeated', message },
    })
  }
  return values[0] || undefined
}

function missing(parameter: string): never {
  const message = `The parameter '${parameter}' is mandatory.`
  throw new RequestFailure({ is: 'bad-parameter', problem: { parameter, where: 'query', is: 'missing', message } })
}
