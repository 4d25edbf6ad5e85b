/**
 * A process of its own for durability.test.ts: adds records one after the other and says each verdict on stdout, after
 * the storage has answered. Arguments: the database, how many, what the names begin with, a PRAGMA to run first.
 */

import { writeSync } from 'node:fs'
import { RegistryFault } from '../../src/registry/fault.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { draft, scopeOf } from './drafts.ts'

const STDOUT = 1
const [path = '', count = '0', prefix = '', pragma] = process.argv.slice(2)
const storage = await openSqlite(path, { clock: Date.now })
if (pragma !== undefined) storage.database.exec(pragma)
for (let at = 0; at < Number(count); at++) {
  const name = `${prefix}${at}`
  try {
    await storage.records.add(scopeOf('test-files', 'adder'), [draft({ uniqueKey: name, name })])
    writeSync(STDOUT, `added ${name}\n`)
  } catch (error) {
    if (!(error instanceof RegistryFault)) throw error
    writeSync(STDOUT, `refused ${error.fault.is}\n`)
  }
}
writeSync(STDOUT, `ready ${await storage.ready()}\n`)
await storage.close()
