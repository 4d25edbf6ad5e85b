/**
 * `npm run crash [-- --cycles N] [--engine sqlite|postgres] [--servers N] [--seed S] [--json FILE]`: writers over HTTP
 * against a real server, which is killed with -9 at random moments and started again; on PostgreSQL the database too.
 * Every acknowledged write has to be there, unaltered and once. Exits with 1 where one is not.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isClean, runCrashCycles } from '../test/crash/cycles.ts'
import { engineCalled } from '../test/crash/engines.ts'

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '10' },
    engine: { type: 'string', default: 'sqlite' },
    servers: { type: 'string', default: '1' },
    writers: { type: 'string', default: '8' },
    seed: { type: 'string', default: randomBytes(6).toString('hex') },
    json: { type: 'string' },
  },
})

// What the commands write is the owner's alone, as `doctor` expects it.
process.umask(0o077)
const directory = await mkdtemp(join(tmpdir(), 'certfolio-crash-'))
console.error(`seed ${values.seed}`)
const engine = await engineCalled(values.engine, directory)
try {
  const summary = await runCrashCycles({
    engine,
    dataDir: join(directory, 'data'),
    cycles: Number(values.cycles),
    seed: values.seed,
    servers: Number(values.servers),
    writers: Number(values.writers),
    progress: (done, { counts, violations }) => {
      const wrong = Object.values(violations).reduce((sum, count) => sum + count, 0)
      console.error(
        `cycle ${done}: ${counts.created + counts.removed} acknowledged, ${counts.unknown} unknown, ${wrong} wrong`,
      )
    },
  })
  const text = `${JSON.stringify({ at: new Date().toISOString(), node: process.version, ...summary }, undefined, 2)}\n`
  process.stdout.write(text)
  if (values.json !== undefined) await writeFile(values.json, text)
  process.exitCode = isClean(summary) ? 0 : 1
} finally {
  await engine.dispose()
  await rm(directory, { recursive: true, force: true })
}
