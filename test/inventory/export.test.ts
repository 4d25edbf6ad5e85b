import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csvLine } from '../../src/inventory/csv.ts'
import type { CertificateEntry } from '../../src/inventory/wire.ts'
import type { Scope } from '../../src/registry/scope.ts'
import { draft } from '../storage/drafts.ts'
import { makeCertificate } from '../support/certificates.ts'
import { startTenants, type Tenants } from '../support/tenants.ts'

let tenants: Tenants
let scm: Scope

const HOSTILE = [
  '=HYPERLINK("http://x")',
  '+1',
  '-1+cmd|x',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  '＝1',
  '"quoted", and, commas',
  'line\r\nbreak',
  '\u202egnp.exe',
  '<script>alert(1)</script>',
  '\u001b[2J',
  'plain',
]

const get = (path: string) => tenants.as(tenants.home.root, 'GET', path)

beforeAll(async () => {
  tenants = await startTenants()
  const { registry } = tenants
  const { principal } = await registry.operator()
  scm = await registry.identity.enter(principal, '', 'scm', { kind: 'account' })
  await registry.storage.records.add(
    scm,
    HOSTILE.map(name => draft({ name, issuer: name, owner: 'hostile' })),
  )
})
afterAll(() => tenants?.close())

/** CSV as RFC 4180 reads it, written apart from what writes it. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, cell = '', end] of csv.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)) {
    row.push(cell.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

describe('an export', () => {
  test('as CSV has every row, and no cell that a spreadsheet would run', async () => {
    const { status, headers, text } = await get('/api/v1/export?format=csv&filter=owner%3Dhostile')
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(headers['content-disposition']).toBe('attachment; filename="certificates.csv"')
    const [head = [], ...rows] = rowsOf(text)
    expect(rows.map(row => row.length)).toEqual(HOSTILE.map(() => head.length))
    const names = rows.map(row => row[head.indexOf('name')] ?? '')
    expect(names.map(name => name.replace(/^'/, ''))).toEqual(HOSTILE)
    for (const cell of rows.flat()) expect(cell.trimStart()).not.toMatch(/^[=+\-@＝＋－＠]/)
  })

  test('as CSV disarms what begins a formula, and nothing else', () => {
    expect(csvLine(['=1', 'a=1', '', '"', 'x-y'])).toBe('"\'=1","a=1","","""","x-y"\r\n')
  })

  test('as JSON lines is what the list says, line by line', async () => {
    const { headers, text } = await get('/api/v1/export?filter=owner%3Dhostile')
    const rows = text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as CertificateEntry)
    expect(headers['content-type']).toBe('application/jsonl')
    expect(rows).toEqual((await get('/api/v1/certificates?filter=owner%3Dhostile')).json.certificates)
  })

  test('as PEM is a bundle of the certificates, without what has none', async () => {
    const made = [0, 1, 2].map(at => makeCertificate({ subject: `CN=p${at}.test`, sans: [`p${at}.test`] }))
    for (const [at, { pem }] of made.entries()) await tenants.registry.bringIn('scm', { [`p${at}.pem`]: pem })
    const { headers, text } = await get('/api/v1/export?format=pem')
    expect([headers['content-type'], text]).toEqual(['application/x-pem-file', made.map(({ pem }) => pem).join('')])
  })

  test('says what is wrong with its question before it begins', async () => {
    expect((await get('/api/v1/export?filter=(')).json.error.code).toBe('invalid-filter')
    expect((await get('/api/v1/export?format=xml')).json.error.code).toBe('bad-parameter')
  })

  test('has every record that stays exactly once, while others come and go, and can be left at any byte', async () => {
    const { records } = tenants.registry.storage
    const stay = (
      await records.add(
        scm,
        Array.from({ length: 3000 }, (_, at) =>
          draft({ name: `stays-${at}`, owner: 'walk', description: 'x'.repeat(500) }),
        ),
      )
    ).map(({ record }) => String(record.number))
    const leave = (
      await records.add(
        scm,
        Array.from({ length: 50 }, () => draft({ owner: 'walk' })),
      )
    ).map(({ record }) => record.number)
    const exported = get('/api/v1/export?filter=owner%3Dwalk')
    for (const number of leave) {
      await records.remove(scm, number)
      await records.add(scm, [draft({ owner: 'walk' })])
    }
    const ids = (await exported).text
      .split('\n')
      .slice(0, -1)
      .map(line => (JSON.parse(line) as CertificateEntry).id)
    expect(new Set(ids).size).toBe(ids.length)
    const seen = new Set(ids)
    expect(stay.every(id => seen.has(id))).toBe(true)

    const token = await tenants.registry.token()
    const response = await fetch(`${tenants.registry.endpoint}/api/v1/export`, { headers: { 'X-Auth-Token': token } })
    await response.body?.cancel()
    expect((await get('/api/v1/certificates?limit=1')).status).toBe(200)
  })
})
