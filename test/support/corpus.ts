/**
 * Certificates of public test suites and the seeds of fuzzers. They are not part of the repository: where they are not
 * beside it, the tests that read them are skipped and say so.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Blob {
  readonly name: string
  readonly bytes: Buffer
}

const archive = resolve(import.meta.dirname, '../../../shared/corpus/certificates.tar.xz')

/** Every blob, in the order of their names; `undefined` where they cannot be had, which is said on standard error. */
export function hostileCertificates(): readonly Blob[] | undefined {
  if (!existsSync(archive)) return skipped(`${archive} is not there`)
  const folder = mkdtempSync(join(tmpdir(), 'certfolio-corpus-'))
  try {
    execFileSync('tar', ['-xJf', archive, '-C', folder], { stdio: 'ignore' })
    return readdirSync(folder)
      .sort()
      .map(name => ({ name, bytes: readFileSync(join(folder, name)) }))
  } catch {
    return skipped('tar and xz, which unpack them, are not there')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function skipped(reason: string): undefined {
  console.warn(`Hostile certificates are skipped: ${reason}.`)
}
