/** A thread that makes drafts of files: it loads the product's intake alone, and answers one task after the other. */

import { parentPort, workerData } from 'node:worker_threads'
import type { Principal } from '../identity/principal.ts'
import { openVault } from '../identity/vault.ts'
import { type DraftMaker, type Task, work } from './drafts.ts'
import { pack } from './packed.ts'

/** What a thread is given at its start. */
export interface ThreadData {
  readonly product: string
  readonly module: string
  readonly principal: Principal
  readonly compartment: string
  /** What `openVault` takes. The environment may hold the master key: threads are of the same process. */
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const { product, module, principal, compartment, dataDir, env }: ThreadData = workerData
const exported: Record<string, unknown> = await import(module)
const maker = Object.values(exported).find((value): value is DraftMaker => isMakerOf(product, value))
if (maker === undefined || parentPort === null) throw new Error(`${module} has no intake of ${product}`)
const port = parentPort
const context = { clock: Date.now, vault: openVault(dataDir, env, { make: false }), principal, compartment }

port.on('message', (task: Task) => {
  const packed = pack(work(task, maker, context))
  port.postMessage(packed, [packed.bytes.buffer])
})

function isMakerOf(name: string, value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'product' in value && value.product === name && 'drafts' in value
  )
}
