/**
 * `npm run move [-- --records N] [--json FILE]`: moves a registry of N records from SQLite to PostgreSQL and back, by
 * backups and restores, and holds the tables of all three against each other. Exits with 1 where they differ.
 */
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fill, monthOf } from '../bench/generate/fill.ts'
import { GENERATED } from '../bench/generate/intakes.ts'
import { openRegistry, rooms } from '../src/main.ts'
import type { BackupSummary } from '../src/registry/archive.ts'
import { embedded, startPostgres } from '../test/support/postgres.ts'

const { values } = parseArgs({
  options: { records: { type: 'string', default: '100000' }, json: { type: 'string' } },
})

// What the commands write is the owner's alone, as `doctor` expects it.
process.umask(0o077)
const directory = await mkdtemp(join(tmpdir(), 'certfolio-move-'))
const seconds: Record<string, number> = {}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  seconds[what] = Math.round((performance.now() - started) / 100) / 10
  console.error(`${what}: ${seconds[what]} s`)
  return result
}

async function fillSource(dataDir: string, count: number): Promise<void> {
  const registry = await openRegistry({ dataDir, env: {} })
  await registry.createFirstAccount('http://127.0.0.1:8080')
  for (const intake of GENERATED)
    await fill(registry, intake, {
      from: 0,
      to: Math.ceil(count / GENERATED.length),
      now: monthOf(Date.now()),
      dataDir,
    })
  await registry.close()
}

async function problems(dataDir: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const found: string[] = []
  await rooms.openArchive({ dataDir, env }).examine(({ check, says }) => found.push(`${check}: ${says}`))
  return found
}

const sums = ({ tables }: BackupSummary) =>
  Object.fromEntries(tables.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, ...rest }) => [name, rest]))

const server = await startPostgres(await embedded())
try {
  const database = { CERTFOLIO_DATABASE: await server.createDatabase() }
  const [source, middle, target] = ['source', 'middle', 'target'].map(name => join(directory, name)) as [
    string,
    string,
    string,
  ]
  await timed('fill SQLite', () => fillSource(source, Number(values.records)))
  for (const dataDir of [middle, target]) {
    await mkdir(dataDir)
    await copyFile(join(source, 'master.key'), join(dataDir, 'master.key'))
  }
  const [there, back] = [join(directory, 'there'), join(directory, 'back')]
  const first = await timed('back up SQLite', () => rooms.openArchive({ dataDir: source, env: {} }).backup(there))
  await timed('restore into PostgreSQL', () => rooms.openArchive({ dataDir: middle, env: database }).restore(there))
  const second = await timed('back up PostgreSQL', () =>
    rooms.openArchive({ dataDir: middle, env: database }).backup(back),
  )
  await timed('restore into SQLite', () => rooms.openArchive({ dataDir: target, env: {} }).restore(back))
  const third = await rooms.openArchive({ dataDir: target, env: {} }).backup(join(directory, 'last'))
  const findings = [
    ...(await timed('examine PostgreSQL', () => problems(middle, database))),
    ...(await timed('examine SQLite', () => problems(target, {}))),
  ]
  const [before, between, after] = [first, second, third].map(summary => JSON.stringify(sums(summary)))
  const equal = before === between && between === after
  const summary = {
    at: new Date().toISOString(),
    node: process.version,
    postgres: server.version,
    equal,
    findings,
    seconds,
    backupBytes: (await stat(there)).size,
    tables: sums(first),
  }
  const text = `${JSON.stringify(summary, undefined, 2)}\n`
  process.stdout.write(text)
  if (values.json !== undefined) await writeFile(values.json, text)
  process.exitCode = equal && findings.length === 0 ? 0 : 1
} finally {
  await server.dispose()
  await rm(directory, { recursive: true, force: true })
}
