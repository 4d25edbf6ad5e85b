import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MAX_WORKERS } from '../../src/registry/record-number.ts'
import { Connections } from '../../src/storage/postgres/connections.ts'
import { WorkerNumbers } from '../../src/storage/postgres/numbers.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { parseServerUrl } from '../../src/storage/postgres/server-url.ts'
import { embedded, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { FILES } from './declarations.ts'
import { draft, START, scopeOf } from './drafts.ts'

let server: PostgresServer
let url: string
let connections: Connections
let now = START

beforeAll(async () => {
  server = await startPostgres(await embedded())
})
afterAll(async () => {
  await server?.dispose()
})
beforeEach(async () => {
  now = START
  url = await server.createDatabase()
  await (await openPostgres(url, { clock: () => now })).close()
  connections = new Connections(parseServerUrl(url), { size: 4, statementTimeout: 0 })
  return () => connections.close()
})

/** The numbers of a process whose clock is off by some milliseconds. */
const numbersOf = (off = 0) => new WorkerNumbers(connections, () => now + off)

/** As if nobody had heard of the process for as long as a lease lasts. */
const silence = () =>
  connections.with(client => client.query("UPDATE workers SET beat_at = beat_at - interval '31 seconds'"))

describe('record numbers of several processes', () => {
  test('are never the same and ascend for each, whatever their clocks say', async () => {
    const processes = [0, 0, 5, -5, 60_000, -60_000].map(numbersOf)
    const taken = await Promise.all(
      processes.map(async numbers => {
        const own: number[] = []
        for (let round = 0; round < 20; round++) own.push(...(await numbers.take(50, 0)))
        return own
      }),
    )
    for (const own of taken) expect(own).toEqual(own.toSorted((a, b) => a - b))
    expect(new Set(taken.flat()).size).toBe(6 * 20 * 50)
  })

  test('go on after a number of the scope, also one that a fast clock has made', async () => {
    const [ahead = 0] = await numbersOf(3_600_000).take(1, 0)
    const [next = 0, later = 0] = await numbersOf().take(2, ahead)
    expect(next).toBeGreaterThan(ahead)
    expect(later).toBeGreaterThan(next)
  })

  test('are taken at the same time by one process without two being the same', async () => {
    const numbers = numbersOf()
    const taken = await Promise.all(Array.from({ length: 40 }, (_, at) => numbers.take(1 + (at % 7), 0)))
    expect(new Set(taken.flat()).size).toBe(taken.flat().length)
  })

  test('are not given again after a process was not heard of, comes back, and another has its place', async () => {
    const lost = numbersOf()
    const before = await lost.take(10, 0)
    await silence()
    // One for each place, so that one of them has the place of the lost one.
    const others = Array.from({ length: MAX_WORKERS }, () => numbersOf())
    const theirs = (await Promise.all(others.map(numbers => numbers.take(200, 0)))).flat()
    now += 100_000
    const noPlace = lost.take(10, 0)
    await expect(noPlace).rejects.toMatchObject({ fault: { is: 'busy' } })
    await others[0]?.release()
    const after = await lost.take(10, 0)
    const all = [...before, ...theirs, ...after]
    expect(new Set(all).size).toBe(all.length)
  })

  test('of a process that ended in order are followed at once, without a gap in time', async () => {
    const first = numbersOf()
    const [last = 0] = (await first.take(3, 0)).slice(-1)
    await first.release()
    now += 1
    const [next = 0] = await numbersOf().take(1, 0)
    expect(next).toBeGreaterThan(last)
    expect(next - last).toBeLessThan(2 * 4096)
  })

  test('of a scope ascend in the order in which its records were committed', async () => {
    const fast = await openPostgres(url, { clock: () => now + 50_000 })
    const slow = await openPostgres(url, { clock: () => now })
    const scope = scopeOf(FILES.product, 'two clocks')
    const order: number[] = []
    for (let round = 0; round < 30; round++) {
      const [added] = await (round % 2 === 0 ? fast : slow).records.add(scope, [draft()])
      order.push(added?.record.number ?? 0)
    }
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    await Promise.all([fast.close(), slow.close()])
  })
})
