import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { inventoryPromises } from './inventory/promises.ts'
import { temporary } from './temporary.ts'

inventoryPromises('SQLite', async () => {
  const place = temporary()
  return {
    open: clock => openSqlite(place.path, { clock }),
    dispose: async () => place[Symbol.dispose](),
  }
})
