/** Asks the inventory, in a data directory or over a server’s API: the same questions, the same answers. */

import { NO_CIRCUMSTANCES } from '../identity/policy/situations.ts'
import type { InventoryAnswer } from '../inventory/call.ts'
import { InventoryProblem } from '../inventory/problem.ts'
import { RequestFailure } from '../products/shared/failure.ts'
import { readParameters } from '../products/shared/parameters.ts'
import type { Registry } from '../server/registry.ts'
import type { Rooms } from './cli.ts'
import { type OptionName, readSettings } from './options.ts'
import { Usage } from './usage.ts'

export const INVENTORY_OPTIONS = ['data', 'server', 'token'] as const satisfies readonly OptionName[]

export interface Question {
  readonly operation: string
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

export interface AskedInventory {
  /** The answer’s text. @throws Usage where the question is wrong; Error with one line for anything else */
  ask(question: Question): Promise<string>
  close(): Promise<void>
}

/** @throws Usage */
export async function openInventory(
  flags: Readonly<Record<string, string | undefined>>,
  rooms: Rooms,
): Promise<AskedInventory> {
  const { data: dataDir, server, token } = readSettings(INVENTORY_OPTIONS, flags, rooms.env)
  if (server === undefined) return inDirectory(await rooms.openRegistry({ dataDir, env: rooms.env }))
  if (token === undefined) throw new Usage('CERTFOLIO_TOKEN is missing: a token from POST /v3/auth/tokens.')
  return onServer(server, token)
}

function inDirectory(registry: Registry): AskedInventory {
  return {
    async ask({ operation, path, query }) {
      const { principal } = await registry.operator()
      const route = registry.inventory.routes.find(each => each.operation === operation)
      if (!route) throw new Error(`the inventory has no ${operation}`)
      try {
        const raw = new Map(Object.entries(query).map(([name, value]) => [name, [value]]))
        const asked = { principal, circumstances: NO_CIRCUMSTANCES, path, query: readParameters(route.query, raw) }
        return await textOf(await registry.inventory.answer(route, asked))
      } catch (error) {
        if (error instanceof InventoryProblem && error.status === 400) throw new Usage(error.message)
        if (error instanceof RequestFailure && error.failure.is === 'bad-parameter')
          throw new Usage(error.failure.problem.message)
        throw error
      }
    },
    close: () => registry.close(),
  }
}

async function textOf(answer: InventoryAnswer): Promise<string> {
  if ('json' in answer) return JSON.stringify(answer.json)
  if ('bytes' in answer) return Buffer.from(answer.bytes).toString('utf8')
  let text = ''
  for await (const piece of answer.stream) text += piece
  return text
}

const PATHS: Readonly<Record<string, (path: Question['path']) => string>> = {
  listCertificates: () => 'certificates',
  showCertificate: ({ id = '' }) => `certificates/${encodeURIComponent(id)}`,
}

function onServer(server: string, token: string): AskedInventory {
  return {
    async ask({ operation, path, query }) {
      const url = new URL(`/api/v1/${PATHS[operation]?.(path) ?? ''}`, server)
      url.search = new URLSearchParams(query).toString()
      const response = await fetch(url, { headers: { 'X-Auth-Token': token }, redirect: 'error' }).catch(error => {
        throw new Error(`The server ${url.origin} cannot be reached.`, { cause: error })
      })
      const text = await response.text()
      if (response.ok) return text
      const message = messageOf(text) ?? `The server answered ${response.status}.`
      throw response.status === 400 ? new Usage(message) : new Error(message)
    },
    async close() {},
  }
}

function messageOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: unknown } }
    return typeof error?.message === 'string' ? error.message : undefined
  } catch {
    return undefined
  }
}
