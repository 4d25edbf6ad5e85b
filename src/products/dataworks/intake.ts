/** How `certfolio import --into dataworks` makes records of files: one a file, also of a bundle. */

import { hash } from 'node:crypto'
import type { Attributes, Draft, RegistryRecord } from '../../registry/record.ts'
import { factsOf } from '../../registry/record.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { pemBlocks, pemOf, readCertificates } from '../../x509/container.ts'
import { Unreadable } from '../../x509/unreadable.ts'
import type { Intake, IntakeContext, IntakeFile } from '../shared/product.ts'
import { MAX_FILE_BYTES, MAX_NAME_CHARACTERS } from './limits.ts'
import { folded } from './listing.ts'

/** What a certificate file keeps beyond the columns. */
export interface FileAttributes extends Attributes {
  /** SHA-256 of the file, 64 lower-case hex digits. */
  readonly sha256: string
}

export const FILES: Intake = {
  product: 'dataworks',
  module: import.meta.url,
  placeKind: 'workspace',
  action: 'dataworks:ImportCertificate',
  drafts: (file, context) => [draftOf(file, context)],
  isSame: (present, draft) => sha256Of(present) === draft.facts.attributes.sha256,
  sealingContext: (record, role) => (role === 'file' ? sealingContext(String(sha256Of(record))) : undefined),
}

function sha256Of(record: RegistryRecord): unknown {
  return record.attributes.sha256
}

/**
 * The record of one file, whatever it holds: the vendor keeps key tables and key stores here too. Where a certificate
 * is in it, the first one's facts are the record's.
 *
 * A file of nothing but certificates is kept as it is; any other may hold a private key, so it is sealed.
 * @throws Unreadable for a name or a size that this product does not take
 */
function draftOf({ name, bytes }: IntakeFile, { clock, principal, vault }: IntakeContext): Draft<FileAttributes> {
  refuseName(name)
  if (bytes.length === 0) throw new Unreadable('the file is empty', 'the input')
  if (bytes.length > MAX_FILE_BYTES)
    throw new Unreadable(`the file is larger than ${MAX_FILE_BYTES} bytes`, 'the input')
  const sha256 = hash('sha256', bytes)
  const certificates = certificatesOf(bytes)
  const isPublic = certificates !== undefined && !asText(bytes).includes('PRIVATE KEY')
  return {
    facts: {
      ...factsOf(certificates?.[0] ?? firstCertificate(bytes)),
      vendorId: null,
      uniqueKey: name,
      compartment: '',
      name,
      creator: principal.aliyunUserId,
      owner: '',
      status: '',
      statusDueAt: null,
      statusWhenDue: '',
      updatedAt: clock(),
      deployable: false,
      contentSize: bytes.length,
      description: '',
      searchText: folded(name),
      attributes: { sha256 },
    },
    contents: isPublic ? [{ role: 'file', bytes }] : [],
    secrets: isPublic ? [] : [{ role: 'file', sealed: vault.seal(bytes, sealingContext(sha256)) }],
  }
}

/** What opens a sealed file: it is bound to its own hash. */
export function sealingContext(sha256: string): string {
  return `dataworks/file/${sha256}`
}

/** 1 to 255 characters, none of them a slash or a control character (reference §8, where the vendor is silent). */
function refuseName(name: string): void {
  const length = [...name].length
  if (length === 0 || length > MAX_NAME_CHARACTERS)
    throw new Unreadable(`the file name must have 1 to ${MAX_NAME_CHARACTERS} characters`, 'the file name')
  if (/[\p{Cc}/]/u.test(name) || !name.isWellFormed())
    throw new Unreadable('the file name holds a slash, a control character or half a character', 'the file name')
}

/** The certificates of a file that holds nothing else; of any other file `undefined`. */
function certificatesOf(bytes: Uint8Array): readonly Certificate[] | undefined {
  return unlessUnreadable(() => readCertificates(bytes, { certificates: MAX_FILE_BYTES }))
}

/** The first certificate of a PEM file that holds other things too, such as its key. */
function firstCertificate(bytes: Uint8Array): Certificate | undefined {
  return unlessUnreadable(() => {
    for (const { label, der } of pemBlocks(asText(bytes))) {
      const certificate = unlessUnreadable(() => readCertificates(pemOf(label, der))[0])
      if (certificate) return certificate
    }
    return undefined
  })
}

function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
