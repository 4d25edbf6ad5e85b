/** A directory of its own for a test, and the database in it. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Temporary extends Disposable {
  readonly directory: string
  /** Where the database is, once it was opened. */
  readonly path: string
}

export function temporary(): Temporary {
  const directory = mkdtempSync(join(tmpdir(), 'certfolio-storage-'))
  return {
    directory,
    path: join(directory, 'certfolio.db'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  }
}
