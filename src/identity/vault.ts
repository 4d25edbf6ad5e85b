/** Seals what must be recoverable but may never lie in clear: AES-256-GCM under one master key. */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { DirectoryReader, MasterKeyCheck } from './directory.ts'
import type { Vault } from './identity.ts'
import { loadMasterKey, whereMasterKeyIs } from './master-key.ts'

/** The first byte of everything sealed, so that another way of sealing can come beside this one. */
const VERSION = 1
/** GCM's recommended nonce, in bytes. */
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** @param key 32 bytes. @param random gives that many fresh random bytes */
export function createVault(key: Uint8Array, random: (bytes: number) => Uint8Array = randomBytes): Vault {
  if (key.length !== 32) throw new RangeError('a master key has 32 bytes')
  return {
    seal(plain, context) {
      const nonce = random(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(Buffer.from(context, 'utf8'))
      const bytes = Buffer.from(typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain)
      const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed])
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
      const textAt = 1 + NONCE_BYTES + TAG_BYTES
      if (bytes.length < textAt || bytes[0] !== VERSION) throw new Error('the sealed bytes are not of a known form')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(Buffer.from(context, 'utf8'))
      decipher.setAuthTag(bytes.subarray(1 + NONCE_BYTES, textAt))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()])
      } catch {
        throw new Error('the sealed bytes were altered, or sealed with another master key or for another purpose')
      }
    },
  }
}

/** What the directory holds sealed, so that another master key is noticed before anything is sealed with it. */
const CHECK = 'certfolio'
const CHECK_CONTEXT = 'registry/master-key'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The vault of a data directory. @param dataDir an existing directory, where `master.key` is read, or made as well
 * @param env where `CERTFOLIO_MASTER_KEY` may hold the key instead
 * @throws Error with a sentence for the operator when the key cannot be used, or is not there and may not be made
 */
export function openVault(dataDir: string, env: Environment, { make = true } = {}): Vault {
  return createVault(loadMasterKey(dataDir, env, make))
}

/**
 * As `openVault`, with the one key that this registry's secrets are sealed with: the first key that comes is kept, as
 * a sealed word, and a key that does not open it is refused. None is made beside a registry that has used one.
 */
export async function openCheckedVault(
  directory: Pick<DirectoryReader, 'firstAccount'> & MasterKeyCheck,
  dataDir: string,
  env: Environment,
): Promise<Vault> {
  let check = await directory.masterKeyCheck()
  const isUsed = check !== undefined || (await directory.firstAccount()) !== undefined
  const vault = openVault(dataDir, env, { make: !isUsed })
  if (check === undefined) {
    await directory.keepMasterKeyCheck(vault.seal(CHECK, CHECK_CONTEXT))
    // Of two processes that start together, one has been faster.
    check = await directory.masterKeyCheck()
  }
  try {
    vault.open(check ?? new Uint8Array(), CHECK_CONTEXT)
  } catch (error) {
    throw new Error(
      `The master key of ${whereMasterKeyIs(dataDir, env)} is not the one that the secrets of this registry are sealed with. Put that one back, from the copy of it.`,
      { cause: error },
    )
  }
  return vault
}
