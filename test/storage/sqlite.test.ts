import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { storageConformance } from './conformance.ts'
import { temporary } from './temporary.ts'

storageConformance('SQLite', async () => {
  const place = temporary()
  return {
    open: clock => openSqlite(place.path, { clock }),
    dispose: async () => place[Symbol.dispose](),
  }
})
