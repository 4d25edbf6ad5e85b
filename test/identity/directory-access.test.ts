import { directoryPromises } from './directory-access.ts'
import { openFixture, openTestDirectory } from './fixture.ts'

directoryPromises('the directory in SQLite', async () => {
  const { directory, clock, first, path, close } = await openFixture()
  const other = openTestDirectory(path, clock)
  return {
    ...{ directory, other, clock, first },
    async close() {
      await other.close()
      await close()
    },
  }
})
