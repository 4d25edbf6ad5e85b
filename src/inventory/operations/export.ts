/** `GET /api/v1/export`: everything that a filter finds, as a stream. */

import { type Static, Type } from 'typebox'
import type { FoundRecord, InventoryPage, Position } from '../../registry/inventory.ts'
import { pemOf } from '../../x509/container.ts'
import type { InventoryAnswer, InventoryCall } from '../call.ts'
import { certificateOf } from '../certificate.ts'
import { csvLine } from '../csv.ts'
import { parseFilter } from '../filter/parse.ts'
import { CERTIFICATE_ENTRY, entryOf } from '../wire.ts'
import { FILTER, filterMeans } from './filter-query.ts'

/** Records that are held at once. */
const PIECE = 500

const FORMATS = {
  pem: { type: 'application/x-pem-file', name: 'certificates.pem' },
  jsonl: { type: 'application/jsonl', name: 'certificates.jsonl' },
  csv: { type: 'text/csv; charset=utf-8', name: 'certificates.csv' },
} as const

type Format = keyof typeof FORMATS

export const EXPORT_QUERY = Type.Object({
  filter: FILTER,
  format: Type.Unsafe<Format>({
    type: 'string',
    enum: Object.keys(FORMATS),
    default: 'jsonl',
    description: 'pem leaves out records without a certificate that can be given out.',
  }),
})

const COLUMNS = Object.keys(CERTIFICATE_ENTRY.properties) as (keyof typeof CERTIFICATE_ENTRY.properties)[]

/**
 * In the order in which they were brought in: every record that exists from the beginning to the end is there once,
 * whatever is written meanwhile. The first piece is read before the answer begins, so that what is wrong with the
 * question can still be said; what fails later breaks the answer off.
 */
export async function exportCertificates(call: InventoryCall): Promise<InventoryAnswer> {
  const { filter = '', format } = call.query as Static<typeof EXPORT_QUERY>
  const now = call.clock()
  const where = parseFilter(filter, filterMeans(call, now))
  const visible = await call.visible()
  const page = (after?: Position) =>
    call.inventory.page({
      visible,
      where,
      order: 'number',
      direction: 'ascending',
      take: PIECE,
      counted: false,
      ...(after && { after }),
    })
  const { type, name } = FORMATS[format]
  const pieces = piecesOf(await page(), page, format === 'csv' ? csvLine(COLUMNS) : '', found =>
    said(call, found, format, now),
  )
  return { type, stream: pieces, fileName: name }
}

async function* piecesOf(
  first: InventoryPage,
  page: (after: Position) => Promise<InventoryPage>,
  head: string,
  say: (found: FoundRecord) => string | Promise<string>,
): AsyncGenerator<string> {
  if (head !== '') yield head
  for (let piece: InventoryPage | undefined = first; piece; piece = piece.next && (await page(piece.next))) {
    let text = ''
    for (const found of piece.records) text += await say(found)
    if (text !== '') yield text
  }
}

async function said(call: InventoryCall, found: FoundRecord, format: Format, now: number): Promise<string> {
  if (format === 'pem') {
    const certificate = await certificateOf(call.records, found)
    return certificate ? pemOf('CERTIFICATE', certificate.der) : ''
  }
  const entry = entryOf(found, now)
  if (format === 'jsonl') return `${JSON.stringify(entry)}\n`
  return csvLine(COLUMNS.map(column => [entry[column] ?? ''].flat().join(' ')))
}
