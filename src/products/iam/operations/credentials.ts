/** Permanent access keys over the API (reference identity-huawei §1.6). Each user manages its own. */

import { changeKey, createKey, deleteKey, keyNamed, permanentKeys } from '../../../identity/administration/keys.ts'
import { type Administration, AdministrationProblem } from '../../../identity/administration/means.ts'
import type { AccessKey, User } from '../../../identity/directory.ts'
import { queryOf } from '../../../identity/wire-request.ts'
import { readJsonBody } from '../../shared/json-body.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Call, Reads, Writes } from '../../shared/product.ts'
import { changedCredentialBody, credentialOf, credentialsQuery, newCredentialBody } from '../credentials-wire.ts'
import { refusal, wordsOf } from '../errors.ts'
import { administrationOf, demand, type IdentityServices } from '../services.ts'

export function createCredential(services: IdentityServices): Writes {
  return async call => {
    const { user_id, description = '' } = readJsonBody(newCredentialBody, call.request).credential
    const means = await meansOf(services, call)
    const user = await userIn(means, call, user_id)
    const { key, secret } = await inWords(createKey(means, user, description))
    return { status: 201, body: { credential: { ...credentialOf(key), secret } } }
  }
}

export function listCredentials(services: IdentityServices): Reads {
  return async call => {
    const asked = readParameters(credentialsQuery, parseParameters(queryOf(call.request.target)))
    const means = await meansOf(services, call)
    const user = await userIn(means, call, asked.user_id ?? call.principal.userId)
    return { status: 200, body: { credentials: (await permanentKeys(means, user.id)).map(credentialOf) } }
  }
}

export function showCredential(services: IdentityServices): Reads {
  return async call => {
    const { key } = await keyIn(await meansOf(services, call), call)
    return { status: 200, body: { credential: credentialOf(key) } }
  }
}

export function updateCredential(services: IdentityServices): Writes {
  return async call => {
    const { status, description } = readJsonBody(changedCredentialBody, call.request).credential
    const means = await meansOf(services, call)
    const { key } = await keyIn(means, call)
    const change = {
      ...(status !== undefined && { enabled: status === 'active' }),
      ...(description !== undefined && { description }),
    }
    await inWords(changeKey(means, key, change))
    return { status: 200, body: { credential: credentialOf({ ...key, ...change }) } }
  }
}

export function deleteCredential(services: IdentityServices): Writes {
  return async call => {
    const means = await meansOf(services, call)
    const { key } = await keyIn(means, call)
    await deleteKey(means, key)
    return { status: 204 }
  }
}

/**
 * A temporary key, which ends and may be narrowed by a session policy, must not be the way to a permanent one.
 * @throws VendorError
 */
async function meansOf(services: IdentityServices, call: Call): Promise<Administration> {
  const { accessKeyId } = call.principal
  const key = accessKeyId === undefined ? undefined : await services.directory.accessKey(accessKeyId)
  if (key && key.securityTokenHash !== null) throw refusal(403, 'A temporary access key cannot manage access keys.')
  return administrationOf(services, call)
}

/** The user whose keys are meant: the caller, or with the permission for it one of the account. */
async function userIn({ directory, account }: Administration, call: Call, id: string): Promise<User> {
  if (id !== call.principal.userId) await demand(call)
  const user = await directory.user(id)
  if (user?.accountId !== account.id) throw refusal(404, 'The user could not be found.')
  return user
}

/** Somebody else's key and no key are the same to who may not manage keys. */
async function keyIn(means: Administration, call: Call): Promise<{ readonly key: AccessKey; readonly user: User }> {
  const found = await keyNamed(means, call.path.access_key ?? '').catch((error: unknown) => {
    if (error instanceof AdministrationProblem) return undefined
    throw error
  })
  if (found?.user.id !== call.principal.userId) await demand(call)
  if (!found || found.key.securityTokenHash !== null) throw refusal(404, 'The access key could not be found.')
  return found
}

function inWords<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof AdministrationProblem ? wordsOf(error) : error
  })
}
