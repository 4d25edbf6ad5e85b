/** Requests a second against a bare server that answers the same bytes, over as many connections. */

import { writeFile } from 'node:fs/promises'
import type { FirstRun } from '../src/identity/first-account.ts'
import type { Caller } from './caller.ts'
import type { ThroughputFigures } from './figures.ts'
import { load } from './load.ts'
import { start } from './process.ts'
import { type ListName, PAGE, pageOf, type Sample } from './questions.ts'

const BARE = new URL('bare.ts', import.meta.url).pathname
/** Enough to keep one server process busy. */
const CONNECTIONS = 8

interface Asking {
  readonly list: ListName
  readonly sample: Sample
  readonly firstRun: FirstRun
  readonly seconds: number
  /** A file for the bytes that the bare server answers. */
  readonly scratch: string
}

export async function throughputOf(
  caller: Caller,
  { list, sample, firstRun, seconds, scratch }: Asking,
): Promise<ThroughputFigures> {
  const first = pageOf(list, 0, sample, firstRun)
  await writeFile(scratch, await caller.ask(first))
  const bareServer = await start([BARE, scratch])
  const asked = { name: `${list} throughput`, connections: CONNECTIONS, seconds: seconds * 2 }
  // The client's own work, such as signing, is the same for all three.
  const headers = (path: string) => caller.headers(path)
  const bare = await load(bareServer.endpoint, { ...asked, path: () => first, headers }).finally(() =>
    bareServer.stop(),
  )
  const same = await load(caller.endpoint, { ...asked, path: () => first, headers })
  let next = 0
  const pages = Math.max(1, Math.floor(sample.records / PAGE))
  // A stride that shares no factor with a power of ten comes to every page before it comes to one again.
  const stride = Math.floor(pages * 0.381966) | 1
  const anywhere = () =>
    pageOf(list, ((next++ * (stride % 5 === 0 ? stride + 2 : stride)) % pages) * PAGE, sample, firstRun)
  const fresh = await load(caller.endpoint, { ...asked, path: anywhere, headers })
  return {
    list,
    bare: bare.requestsPerSecond,
    freshPages: fresh.requestsPerSecond,
    freshRatio: fresh.requestsPerSecond / bare.requestsPerSecond,
    samePage: same.requestsPerSecond,
    sameRatio: same.requestsPerSecond / bare.requestsPerSecond,
  }
}
