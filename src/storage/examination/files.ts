/** Whether the files of a data directory are their owner's alone. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Files that hold secrets, in clear or sealed. */
const PRIVATE = /^(?:certfolio\.db(?:-wal|-shm)?|master\.key(?:\..*)?|first-run\.json(?:\..*)?)$/

/** A sentence for each file that others than its owner may read or write. */
export function* fileFindings(dataDir: string): Generator<string> {
  for (const name of readdirSync(dataDir).filter(each => PRIVATE.test(each))) {
    const path = join(dataDir, name)
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) !== 0)
      yield `${path} can be read or written by others (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${path}`
  }
}
