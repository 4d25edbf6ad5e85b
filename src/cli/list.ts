/** `certfolio list` and `certfolio show`: the inventory on the command line. */

import { printable } from '../inventory/text.ts'
import type { CertificateEntry } from '../inventory/wire.ts'
import { type AskedInventory, openInventory } from './ask-inventory.ts'
import type { Rooms, Streams } from './cli.ts'

/** Certificates that are asked for at once. */
const PIECE = '500'

type Flags = Readonly<Record<string, string | undefined>>

export interface ListRequest {
  readonly filter: string
  readonly order: string
  readonly direction: string
  readonly json: boolean
  readonly flags: Flags
}

/** Writes a line a certificate, all that match, in constant memory; then how many. @throws Usage */
export async function listInventory(request: ListRequest, rooms: Rooms, io: Streams): Promise<void> {
  const { filter, order, direction, json, flags } = request
  const inventory = await openInventory(flags, rooms)
  try {
    let told = 0
    for await (const entry of entriesOf(inventory, { filter, order, direction })) {
      io.stdout.write(`${json ? JSON.stringify(entry) : lineOf(entry)}\n`)
      told++
    }
    if (!json) io.stdout.write(`${told} ${told === 1 ? 'certificate' : 'certificates'}.\n`)
  } finally {
    await inventory.close()
  }
}

async function* entriesOf(
  inventory: AskedInventory,
  question: Readonly<Record<string, string>>,
): AsyncGenerator<CertificateEntry> {
  let cursor: string | null = ''
  while (cursor !== null) {
    const query = { ...question, limit: PIECE, total: 'false', ...(cursor !== '' && { cursor }) }
    const text = await inventory.ask({ operation: 'listCertificates', path: {}, query })
    const page = JSON.parse(text) as {
      readonly certificates: readonly CertificateEntry[]
      readonly next: string | null
    }
    yield* page.certificates
    cursor = page.next
  }
}

/** Tabs between the columns, so that `cut` and `column -t` work. */
function lineOf({ id, product, status, notAfter, daysLeft, owner, name, commonName }: CertificateEntry): string {
  const expiry = notAfter === null ? '-' : `${notAfter.slice(0, 10)} (${daysLeft} days)`
  return [id, product, status || '-', expiry, owner || '-', name || '-', commonName || '-'].map(printable).join('\t')
}

export interface ShowRequest {
  readonly id: string
  readonly form: string
  readonly flags: Flags
}

/** Writes one certificate as text, PEM or JSON. @throws Usage */
export async function showInInventory({ id, form, flags }: ShowRequest, rooms: Rooms, io: Streams): Promise<void> {
  const inventory = await openInventory(flags, rooms)
  try {
    const text = await inventory.ask({ operation: 'showCertificate', path: { id }, query: { form } })
    io.stdout.write(form === 'json' ? `${JSON.stringify(JSON.parse(text), null, 2)}\n` : text)
  } finally {
    await inventory.close()
  }
}
