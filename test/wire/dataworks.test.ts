/**
 * DataWorks 2024-05-18 ListCertificates over HTTP, one test for every sentence of its document (seed 000) that can be
 * checked, named after it; then what the document leaves to the vendor's gateway (reference dataworks §1 to §4).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FILES } from '../../src/products/dataworks/intake.ts'
import { makeCertificate } from '../support/certificates.ts'
import { type Answer, startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Acs3Signing, signAcs3, signRpcV1 } from '../support/sign.ts'

const START = Date.UTC(2026, 2, 30, 8)
const WORKSPACE = '10000'
const PEM = makeCertificate({ subject: 'CN=Wire CA', ca: true }).pem

/** Names in the order in which the files are made, a second apart. */
const NAMES = [
  'ca1.crt',
  'xm_create_test.pem',
  'CA2.crt',
  'hive.keytab',
  '100%.pem',
  '100x.pem',
  'Zürich.pem',
  '证书.pem',
  'a.pem',
  'B.pem',
  'c.pem',
  'xmXcreateXtest.pem',
]

let now = START
let registry: TestRegistry
let creator: string

beforeAll(async () => {
  registry = await startRegistry({ clock: () => now })
  for (const name of NAMES) {
    if (name === 'B.pem') await bringInAs('1107550004253538', name)
    else await registry.bringIn('dataworks', { [name]: name === 'hive.keytab' ? Buffer.alloc(96, 5) : PEM })
    now += 1000
  }
  creator = (await registry.operator()).principal.aliyunUserId
})
afterAll(() => registry.close())

/** Another user's file. */
async function bringInAs(aliyunUserId: string, name: string): Promise<void> {
  const { principal, workspaceId } = await registry.operator()
  const place = { kind: 'workspace', workspaceId } as const
  const scope = await registry.identity.enter(principal, FILES.action, 'dataworks', place)
  // The creation time is the record number's, not the file's own clock.
  const context = { clock: () => now + 5, vault: registry.identity.vault, principal: { ...principal, aliyunUserId } }
  const drafts = FILES.drafts({ name, bytes: Buffer.from(PEM) }, { ...context, compartment: '' })
  await registry.storage.records.add(scope, drafts)
}

/** When the file was made, in Unix milliseconds. */
function madeAt(name: string): number {
  return START + NAMES.indexOf(name) * 1000
}

type Parameters = Readonly<Record<string, string>>

function list(parameters: Parameters = {}): Promise<Answer> {
  return registry.rpc('ListCertificates', { ProjectId: WORKSPACE, ...parameters })
}

interface Certificate {
  Id: number
  Name: string
  CreateUser: string
  CreateTime: number
  FileSizeInBytes: number
  Description: string
}

function certificates(answer: Answer): Certificate[] {
  expect(answer.status, answer.text).toBe(200)
  return answer.json.PagingInfo.Certificates
}

async function names(parameters: Parameters = {}): Promise<string[]> {
  return certificates(await list({ PageSize: '100', ...parameters })).map(({ Name }) => Name)
}

const UUID = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/

/** The vendor's envelope, whatever went wrong. */
function expectError(answer: Answer, status: number, code: string): void {
  expect(answer.json, answer.text).toMatchObject({
    RequestId: expect.stringMatching(UUID),
    HostId: `127.0.0.1:${registry.port}`,
    Code: code,
    Message: expect.stringMatching(/.{10}/),
    Recommend: `https://api.aliyun.com/troubleshoot?q=${code}&product=dataworks-public&requestId=${answer.json.RequestId}`,
  })
  expect(answer.status).toBe(status)
  expect(answer.headers['x-acs-request-id']).toBe(answer.json.RequestId)
  expect(answer.headers['content-type']).toBe('application/json;charset=utf-8')
  expect(answer.json).not.toHaveProperty('PagingInfo')
}

/** Signed by RPC Signature V1, business parameters in the query or in a form. */
function rpcV1(action: string, { query, form, method = 'GET', ...rest }: Partial<Parameters_V1> = {}): Promise<Answer> {
  const { id: ak, secret: sk } = registry.firstRun.accessKey
  const date = new Date(now)
  const signed = signRpcV1({ ak, sk, method, action, date, ...(query && { query }), ...(form && { form }), ...rest })
  return registry.request(method, `/?${signed.query}`, { auth: 'none', ...(form && formOf(signed.form)) })
}

interface Parameters_V1 {
  query: Parameters
  form: Parameters
  method: string
  version: string
  nonce: string
  date: Date
  sk: string
  ak: string
}

function formOf(body: string) {
  return { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }
}

describe('Retrieves a list of certificate files.', () => {
  test('The certificate files of the workspace', async () => {
    expect(await names()).toEqual(NAMES)
  })

  test('This API operation is available for all DataWorks editions: no parameter but ProjectId is asked for', async () => {
    expect((await registry.rpc('ListCertificates', { ProjectId: WORKSPACE })).status).toBe(200)
  })
})

describe('ProjectId, integer, required: the ID of the workspace to which the certificate file belongs', () => {
  test('is required', async () => {
    const answer = await registry.rpc('ListCertificates')
    expectError(answer, 400, 'MissingProjectId')
    expect(answer.json.Message).toBe('ProjectId is mandatory for this action.')
  })

  test('is required, also when its text is empty', async () => {
    expectError(await list({ ProjectId: '' }), 400, 'MissingProjectId')
  })

  test.each(['abc', '1e4', '10000.0', '+10000', '0x2710', ' 10000', '１００００', '-1', '0', '9223372036854775808'])(
    'is an integer, so that %j is refused',
    async ProjectId => {
      expectError(await list({ ProjectId }), 400, 'InvalidProjectId')
    },
  )

  test.each(['10001', '9007199254740993', '9223372036854775807'])(
    'is the ID of a workspace that exists, so that %s is not found',
    async ProjectId => {
      expectError(await list({ ProjectId }), 404, 'Invalid.Tenant.ProjectNotExists')
    },
  )

  test('is spelled so: another letter case is another parameter', async () => {
    expectError(await registry.rpc('ListCertificates', { projectid: WORKSPACE }), 400, 'MissingProjectId')
  })
})

describe('PageSize, integer, optional: the number of entries per page', () => {
  test('Default value: 10', async () => {
    const answer = await list()
    expect(certificates(answer)).toHaveLength(10)
    expect(answer.json.PagingInfo.PageSize).toBe(10)
  })

  test('limits the entries of a page', async () => {
    expect(await names({ PageSize: '3' })).toEqual(NAMES.slice(0, 3))
  })

  test('Maximum value: 100', async () => {
    expect((await list({ PageSize: '100' })).json.PagingInfo.PageSize).toBe(100)
    expectError(await list({ PageSize: '101' }), 400, 'InvalidPageSize')
  })

  test.each(['0', '-1', 'abc', '1e3', '1.0', '99999999999999999999'])('refuses %s', async PageSize => {
    const answer = await list({ PageSize })
    expectError(answer, 400, 'InvalidPageSize')
    expect(answer.json.Message).toContain('PageSize')
  })

  test('without digits is as if absent', async () => {
    expect((await list({ PageSize: '' })).json.PagingInfo.PageSize).toBe(10)
  })
})

describe('PageNumber, integer, optional: the page number', () => {
  test('Default value: 1', async () => {
    const answer = await list()
    expect(answer.json.PagingInfo.PageNumber).toBe(1)
    expect(certificates(answer)[0]?.Name).toBe(NAMES[0])
  })

  test('chooses the page', async () => {
    expect(await names({ PageSize: '5', PageNumber: '2' })).toEqual(NAMES.slice(5, 10))
  })

  test('past the end gives an empty list, never null, and still the total', async () => {
    const answer = await list({ PageNumber: '9' })
    expect(answer.status).toBe(200)
    expect(answer.json.PagingInfo).toEqual({ PageSize: 10, TotalCount: 12, PageNumber: 9, Certificates: [] })
  })

  test('takes every 32-bit number', async () => {
    expect(certificates(await list({ PageNumber: '2147483647', PageSize: '100' }))).toEqual([])
  })

  test.each(['0', '-1', 'abc', '1e3', '2147483648'])('refuses %s', async PageNumber => {
    expectError(await list({ PageNumber }), 400, 'InvalidPageNumber')
  })
})

describe('Name, string, optional: fuzzy match by file name is supported', () => {
  test('The name of the certificate file', async () => {
    expect(await names({ Name: 'ca1.crt' })).toEqual(['ca1.crt'])
  })

  test.each([
    ['the beginning', 'xm_c', ['xm_create_test.pem']],
    ['the middle', 'create', ['xm_create_test.pem', 'xmXcreateXtest.pem']],
    ['the end', '.crt', ['ca1.crt', 'CA2.crt']],
    ['one character', '证', ['证书.pem']],
    ['two characters', 'ca', ['ca1.crt', 'CA2.crt']],
    ['in another letter case', 'Ca', ['ca1.crt', 'CA2.crt']],
    ['in another letter case beyond ASCII', 'ZÜRICH', ['Zürich.pem']],
    ['an accent as a character of its own', 'Zu\u0308rich', ['Zürich.pem']],
  ])('matches by %s', async (_, Name, expected) => {
    expect(await names({ Name })).toEqual(expected)
  })

  test.each([
    ['%', ['100%.pem']],
    ['100%.', ['100%.pem']],
    ['xm_create_', ['xm_create_test.pem']],
    ['_', ['xm_create_test.pem']],
    ['*', []],
    ['.*', []],
    ["'", []],
    ['"', []],
    ['\\', []],
    ['ca1" OR "CA2', []],
  ])('takes no character for a wildcard or an operator: %s', async (Name, expected) => {
    expect(await names({ Name })).toEqual(expected)
  })

  test('counts what matches', async () => {
    expect((await list({ Name: '.pem', PageSize: '2' })).json.PagingInfo.TotalCount).toBe(9)
  })

  test('is no filter when it is empty', async () => {
    expect(await names({ Name: '' })).toEqual(NAMES)
  })

  test('matches nothing with a slash, which no name has', async () => {
    expect(await names({ Name: '/' })).toEqual([])
  })

  test.each([
    ['of 256 characters', 'x'.repeat(256)],
    ['with a control character', 'ca\n'],
    ['with a NUL', 'ca\0'],
  ])('is refused %s', async (_, Name) => {
    const answer = await list({ Name })
    expectError(answer, 400, 'InvalidName')
    expect(answer.text).not.toContain(Name.slice(0, 20))
  })
})

describe('CreateUser, string, optional: the ID of the user who created the certificate files', () => {
  test('lists the files of the user', async () => {
    expect(await names({ CreateUser: creator })).toEqual(NAMES.filter(name => name !== 'B.pem'))
    const answer = await list({ CreateUser: '1107550004253538' })
    expect(answer.json.PagingInfo.TotalCount).toBe(1)
    expect(certificates(answer)).toMatchObject([{ Name: 'B.pem', CreateUser: '1107550004253538' }])
  })

  test('lists nothing for a user who made none', async () => {
    expect((await list({ CreateUser: '1107550004253539' })).json.PagingInfo).toMatchObject({ TotalCount: 0 })
  })

  test('is the whole ID, not a part of it', async () => {
    expect(await names({ CreateUser: creator.slice(0, -1) })).toEqual([])
  })
})

describe('StartCreateTime and EndCreateTime, integers, optional', () => {
  test('Files that are created after the start time', async () => {
    expect(await names({ StartCreateTime: String(madeAt('a.pem') - 999) })).toEqual(NAMES.slice(8))
  })

  test('Files that are created before the end time', async () => {
    expect(await names({ EndCreateTime: String(madeAt('CA2.crt') + 999) })).toEqual(NAMES.slice(0, 3))
  })

  test('Unit: milliseconds. Both bounds belong to the range, and a millisecond decides', async () => {
    const at = madeAt('hive.keytab')
    expect(await names({ StartCreateTime: String(at), EndCreateTime: String(at) })).toEqual(['hive.keytab'])
    expect(await names({ StartCreateTime: String(at + 1), EndCreateTime: String(at + 999) })).toEqual([])
    expect(await names({ StartCreateTime: String(at - 999), EndCreateTime: String(at - 1) })).toEqual([])
  })

  test("the document's own example range, which ends before it starts, is an empty list", async () => {
    const answer = await list({ StartCreateTime: '1730217600000', EndCreateTime: '1593877765000' })
    expect(answer.json.PagingInfo).toMatchObject({ TotalCount: 0, Certificates: [] })
  })

  test('every 64-bit time is taken', async () => {
    expect(await names({ StartCreateTime: '-9223372036854775808', EndCreateTime: '9223372036854775807' })).toEqual(
      NAMES,
    )
    expect(await names({ StartCreateTime: '9223372036854775807' })).toEqual([])
    expect(await names({ EndCreateTime: '0' })).toEqual([])
  })

  test.each(['StartCreateTime', 'EndCreateTime'])('%s is refused when it is no integer', async parameter => {
    for (const text of ['2026-03-30', '1.5', '1e12', '9223372036854775808'])
      expectError(await list({ [parameter]: text }), 400, `Invalid${parameter}`)
  })
})

describe('filters', () => {
  test('hold together', async () => {
    const StartCreateTime = String(madeAt('xm_create_test.pem'))
    const found = await list({
      Name: 'c',
      CreateUser: creator,
      StartCreateTime,
      SortBy: 'Name',
      Order: 'Desc',
      PageSize: '2',
    })
    expect(certificates(found).map(({ Name }) => Name)).toEqual(['xm_create_test.pem', 'xmXcreateXtest.pem'])
    expect(found.json.PagingInfo.TotalCount).toBe(5)
  })
})

describe('SortBy, string, optional: the field used to sort the certificate files', () => {
  /** By code point: upper case before lower case, then what is beyond ASCII. */
  const BY_NAME = [
    '100%.pem',
    '100x.pem',
    'B.pem',
    'CA2.crt',
    'Zürich.pem',
    'a.pem',
    'c.pem',
    'ca1.crt',
    'hive.keytab',
    'xmXcreateXtest.pem',
    'xm_create_test.pem',
    '证书.pem',
  ]

  test('Default value: Id', async () => {
    const ids = certificates(await list({ PageSize: '100' })).map(({ Id }) => Id)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
  })

  test.each([
    ['CreateTime', NAMES],
    ['Id', NAMES],
    ['Name', BY_NAME],
  ])('Valid values: %s', async (SortBy, expected) => {
    expect(await names({ SortBy })).toEqual(expected)
    expect(await names({ SortBy, Order: 'Desc' })).toEqual(expected.toReversed())
  })

  test.each(['createtime', 'ID', 'name'])('is read in any letter case: %s', async SortBy => {
    expect((await list({ SortBy })).status).toBe(200)
  })

  test.each(['Size', 'Id,Name', 'constructor', 'number'])('refuses %s', async SortBy => {
    const answer = await list({ SortBy })
    expectError(answer, 400, 'InvalidSortBy')
    expect(answer.json.Message).toContain('CreateTime, Id, Name')
  })
})

describe('Order, string, optional: the order in which you want to sort the certificate files', () => {
  test('Default value: Asc', async () => {
    expect(await names()).toEqual(NAMES)
  })

  test.each(['ASC', 'Asc', 'asc', 'aSC'])('%s: ascending order', async Order => {
    expect(await names({ Order })).toEqual(NAMES)
  })

  test.each(['Desc', 'DESC', 'desc'])('%s: descending order', async Order => {
    expect(await names({ Order })).toEqual(NAMES.toReversed())
  })

  test('an empty text is the default', async () => {
    expect(await names({ Order: '' })).toEqual(NAMES)
  })

  test.each(['sideways', 'ascending', 'Asc ', '1'])('refuses %s', async Order => {
    const answer = await list({ Order })
    expectError(answer, 400, 'InvalidOrder')
    expect(answer.text).not.toContain('sideways')
  })
})

describe('Response elements', () => {
  test('The answer has exactly the shape of the example, the certificates inside of PagingInfo', async () => {
    const answer = await list({ Name: 'hive' })
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      RequestId: expect.stringMatching(UUID),
      PagingInfo: {
        PageSize: 10,
        TotalCount: 1,
        PageNumber: 1,
        Certificates: [
          {
            Id: expect.any(Number),
            Name: 'hive.keytab',
            CreateUser: creator,
            CreateTime: madeAt('hive.keytab'),
            FileSizeInBytes: 96,
            Description: '',
          },
        ],
      },
    })
  })

  test('The elements come in the order of the example', async () => {
    const { json } = await list({ PageSize: '1' })
    expect(Object.keys(json)).toEqual(['RequestId', 'PagingInfo'])
    expect(Object.keys(json.PagingInfo)).toEqual(['PageSize', 'TotalCount', 'PageNumber', 'Certificates'])
    expect(Object.keys(json.PagingInfo.Certificates[0])).toEqual([
      'Id',
      'Name',
      'CreateUser',
      'CreateTime',
      'FileSizeInBytes',
      'Description',
    ])
  })

  test('RequestId: the request ID, another one each time, and the same as the header', async () => {
    const [first, second] = [await list(), await list()]
    expect(first.json.RequestId).toMatch(UUID)
    expect(first.json.RequestId).not.toBe(second.json.RequestId)
    expect(first.headers['x-acs-request-id']).toBe(first.json.RequestId)
  })

  test('TotalCount: the entries of all pages, as in the example with its one row', async () => {
    const { PagingInfo } = (await list({ PageSize: '1' })).json
    expect(PagingInfo.TotalCount).toBe(NAMES.length)
    expect(PagingInfo.Certificates).toHaveLength(1)
  })

  test('Id: an integer that a JavaScript number holds exactly', async () => {
    for (const { Id } of certificates(await list())) expect(Number.isSafeInteger(Id) && Id > 0).toBe(true)
  })

  test('CreateUser: a string of digits', async () => {
    for (const { CreateUser } of certificates(await list())) expect(CreateUser).toMatch(/^\d{16}$/)
  })

  test('CreateTime: a UNIX timestamp in milliseconds, the time when the file was created', async () => {
    for (const { Name, CreateTime } of certificates(await list())) expect(CreateTime).toBe(madeAt(Name))
  })

  test('FileSizeInBytes: the size of the certificate file, in bytes', async () => {
    expect(certificates(await list({ Name: 'ca1' }))[0]?.FileSizeInBytes).toBe(Buffer.byteLength(PEM))
  })

  test('The answer is JSON and is not compressed', async () => {
    const answer = await registry.rpc(
      'ListCertificates',
      { ProjectId: WORKSPACE },
      { headers: { 'accept-encoding': 'gzip' } },
    )
    expect(answer.headers['content-type']).toBe('application/json;charset=utf-8')
    expect(answer.headers['content-encoding']).toBeUndefined()
  })

  test('A success has neither Code nor Success, which older clients take for a failure', async () => {
    const { json } = await list()
    expect(json).not.toHaveProperty('Code')
    expect(json).not.toHaveProperty('Success')
  })

  test('The content of a file never comes back', async () => {
    expect((await list({ PageSize: '100' })).text).not.toContain('CERTIFICATE-----')
  })
})

describe('GET|POST / with Action=ListCertificates and Version=2024-05-18', () => {
  const asked = { ProjectId: WORKSPACE, PageSize: '2', Order: 'Desc' }
  const expected = NAMES.toReversed().slice(0, 2)
  const listed = (answer: Answer) => certificates(answer).map(({ Name }) => Name)

  test.each(['GET', 'POST'])('ACS3 %s with the parameters in the query', async method => {
    expect(listed(await registry.rpc('ListCertificates', asked, { method }))).toEqual(expected)
  })

  test('ACS3 POST with the parameters in a form', async () => {
    const form = formOf(new URLSearchParams(asked).toString())
    expect(listed(await registry.rpc('ListCertificates', {}, { method: 'POST', ...form }))).toEqual(expected)
  })

  test('ACS3 POST with some parameters in the query and some in a form', async () => {
    const form = formOf('PageSize=2&Order=Desc')
    expect(
      listed(await registry.rpc('ListCertificates', { ProjectId: WORKSPACE }, { method: 'POST', ...form })),
    ).toEqual(expected)
  })

  test.each(['GET', 'POST'])('Signature V1 %s with the parameters in the query', async method => {
    expect(listed(await rpcV1('ListCertificates', { method, query: asked }))).toEqual(expected)
  })

  test('Signature V1 POST with the parameters in a form', async () => {
    expect(listed(await rpcV1('ListCertificates', { method: 'POST', form: asked }))).toEqual(expected)
  })

  test('Signature V1 POST with everything in the form, as pop-core sends it', async () => {
    const { id: ak, secret: sk } = registry.firstRun.accessKey
    const signed = signRpcV1({ ak, sk, method: 'POST', action: 'ListCertificates', query: asked, date: new Date(now) })
    const answer = await registry.request('POST', '/', { auth: 'none', ...formOf(signed.query) })
    expect(listed(answer)).toEqual(expected)
  })

  test('a name with every kind of character', async () => {
    const Name = "xm create*(1)~!'证书+a/b=c&d"
    expect((await list({ Name })).json.PagingInfo.TotalCount).toBe(0)
    expect((await rpcV1('ListCertificates', { query: { ...asked, Name } })).json.PagingInfo.TotalCount).toBe(0)
  })

  test('a plus in the query is a space', async () => {
    const { id: ak, secret: sk } = registry.firstRun.accessKey
    const url = `${registry.endpoint}/?ProjectId=${WORKSPACE}&Name=no+such`
    const headers = signAcs3({ ak, sk, method: 'GET', url, action: 'ListCertificates', date: new Date(now) })
    expect((await registry.request('GET', '/?ProjectId=10000&Name=no+such', { auth: 'none', headers })).status).toBe(
      200,
    )
  })

  test('parameters that this operation does not have are ignored', async () => {
    const more = { RegionId: 'cn-hangzhou', Format: 'XML', SourceIp: '10.0.0.1', Whatever: 'x' }
    expect(listed(await registry.rpc('ListCertificates', { ...asked, ...more }))).toEqual(expected)
  })

  test('also where the endpoint of the client has a path', async () => {
    const headers = { 'x-acs-action': 'ListCertificates', 'x-acs-version': '2024-05-18' }
    const answer = await registry.request('GET', `/prefix/?ProjectId=${WORKSPACE}`, { auth: 'acs3', headers })
    expect(certificates(answer)).toHaveLength(10)
  })
})

describe('a parameter given twice is refused', () => {
  /** Signed with ACS3, whatever the query looks like. */
  function raw(query: string, form?: string): Promise<Answer> {
    return registry.request(form === undefined ? 'GET' : 'POST', `/?${query}`, {
      auth: 'acs3',
      ...(form !== undefined && { body: form }),
      headers: {
        'x-acs-action': 'ListCertificates',
        'x-acs-version': '2024-05-18',
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    })
  }

  test.each([
    ['ProjectId', 'ProjectId=10000&ProjectId=10000'],
    ['PageSize', 'ProjectId=10000&PageSize=1&PageSize=2'],
    ['Order', 'ProjectId=10000&Order=Asc&Order='],
    ['Name', 'ProjectId=10000&Name=a&%4Eame=b'],
  ])('%s in the query', async (parameter, query) => {
    expectError(await raw(query), 400, `Invalid${parameter}`)
  })

  test('once in the query and once in a form', async () => {
    expectError(await raw('ProjectId=10000&PageSize=1', 'PageSize=1'), 400, 'InvalidPageSize')
  })

  test('twice in a form', async () => {
    expectError(await raw('', 'ProjectId=10000&ProjectId=10000'), 400, 'InvalidProjectId')
  })

  test('once in the query and once in a form under Signature V1, which covers only one of them', async () => {
    const answer = await rpcV1('ListCertificates', {
      method: 'POST',
      query: { ProjectId: WORKSPACE },
      form: { ProjectId: WORKSPACE },
    })
    expectError(answer, 400, 'IncompleteSignature')
  })
})

describe('bad requests', () => {
  test.each(['%ff', '%zz', '%', '%C3'])('broken percent-encoding names the parameter: %s', async text => {
    const answer = await registry.get(`/?Action=ListCertificates&Version=2024-05-18&ProjectId=10000&Name=${text}`, {
      auth: 'none',
    })
    expectError(answer, 400, 'InvalidName')
    expect(answer.text).not.toContain(text)
  })

  test.each(['application/json', 'text/plain', 'application/octet-stream'])('a body of %s is refused', async type => {
    const body = { body: '{"ProjectId":10000}', headers: { 'content-type': type } }
    expectError(await registry.rpc('ListCertificates', {}, { method: 'POST', ...body }), 415, 'UnsupportedMediaType')
  })

  test('a body over the limit is refused', async () => {
    const form = formOf(`ProjectId=${WORKSPACE}&Name=${'x'.repeat(1024 * 1024)}`)
    expectError(await registry.rpc('ListCertificates', {}, { method: 'POST', ...form }), 413, 'RequestBodyTooLarge')
  })

  test.each(['PUT', 'PATCH', 'DELETE'])('%s is no method of the operation', async method => {
    const answer = await registry.rpc('ListCertificates', { ProjectId: WORKSPACE }, { method })
    expectError(answer, 400, 'UnsupportedHTTPMethod')
    expect(answer.headers.allow).toBe('GET, POST')
  })

  test.each(['ListEverything', 'listcertificates', 'constructor', '__proto__'])(
    'an unknown action: %s',
    async action => {
      const answer = await registry.rpc(action, { ProjectId: WORKSPACE })
      expectError(answer, 404, 'InvalidAction.NotFound')
      expect(answer.json.Message).toBe('Specified api is not found, please check your url and method.')
    },
  )

  test('an unknown version', async () => {
    const answer = await registry.rpc('ListCertificates', { ProjectId: WORKSPACE }, { version: '2020-05-18' })
    expectError(answer, 400, 'InvalidVersion')
  })

  test('an unknown action and an unknown version under Signature V1', async () => {
    expectError(await rpcV1('ListEverything'), 404, 'InvalidAction.NotFound')
    expectError(await rpcV1('ListCertificates', { version: '2020-05-18' }), 400, 'InvalidVersion')
  })

  test('no action', async () => {
    const headers = { 'x-acs-version': '2024-05-18' }
    expectError(await registry.request('GET', '/', { auth: 'none', headers }), 400, 'MissingAction')
  })
})

describe('who may not ask', () => {
  const headers = { 'x-acs-action': 'ListCertificates', 'x-acs-version': '2024-05-18' }
  const path = `/?ProjectId=${WORKSPACE}`

  function signed(change: Partial<Acs3Signing>): Record<string, string> {
    const { id: ak, secret: sk } = registry.firstRun.accessKey
    const url = `${registry.endpoint}${path}`
    return signAcs3({ ak, sk, method: 'GET', url, action: 'ListCertificates', date: new Date(now), ...change })
  }

  function sent(change: Partial<Acs3Signing>): Promise<Answer> {
    return registry.request('GET', path, { auth: 'none', headers: signed(change) })
  }

  test('no credentials', async () => {
    expectError(await registry.request('GET', path, { auth: 'none', headers }), 400, 'MissingAccessKeyId')
  })

  test("the other vendor's token is no credential", async () => {
    expectError(await registry.request('GET', path, { auth: 'token', headers }), 400, 'MissingAccessKeyId')
  })

  test('an unknown access key', async () => {
    expectError(await sent({ ak: 'LTAI5tNobody' }), 404, 'InvalidAccessKeyId.NotFound')
    expectError(await rpcV1('ListCertificates', { ak: 'LTAI5tNobody' }), 404, 'InvalidAccessKeyId.NotFound')
  })

  test('a wrong signature, told with what the server signed', async () => {
    const answer = await sent({ sk: 'wrong' })
    expectError(answer, 400, 'SignatureDoesNotMatch')
    expect(answer.json.Message).toContain('server StringToSign is [ACS3-HMAC-SHA256\n')
    expect(answer.json.Message).toContain(`server CanonicalRequest is [GET\n/\nProjectId=${WORKSPACE}\n`)
  })

  test('a wrong Signature V1, told with what the server signed', async () => {
    const answer = await rpcV1('ListCertificates', { sk: 'wrong' })
    expectError(answer, 400, 'SignatureDoesNotMatch')
    expect(answer.json.Message).toContain('server string to sign is:GET&%2F&AccessKeyId%3D')
  })

  test('a parameter that was changed after signing', async () => {
    const answer = await registry.request('GET', '/?ProjectId=10001', { auth: 'none', headers: signed({}) })
    expectError(answer, 400, 'SignatureDoesNotMatch')
  })

  test('an action that was changed after signing', async () => {
    const changed = { ...signed({}), 'x-acs-action': 'GetCertificate' }
    expectError(await registry.request('GET', path, { auth: 'none', headers: changed }), 400, 'SignatureDoesNotMatch')
  })

  test('a body that was changed after signing', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const good = signed({ method: 'POST', body: 'PageSize=1', headers: type })
    const answer = await registry.request('POST', path, { auth: 'none', headers: good, body: 'PageSize=2' })
    expectError(answer, 400, 'SignatureDoesNotMatch')
  })

  test.each([16, -16])('a clock that is %i minutes off', async minutes => {
    const date = new Date(now + minutes * 60_000)
    expectError(await sent({ date }), 400, 'InvalidTimeStamp.Expired')
    expectError(await rpcV1('ListCertificates', { date }), 400, 'InvalidTimeStamp.Expired')
  })

  test.each([14, -14])('but not one that is %i minutes off', async minutes => {
    expect((await sent({ date: new Date(now + minutes * 60_000) })).status).toBe(200)
  })

  test('a nonce that was used', async () => {
    const nonce = 'once-and-never-again'
    expect((await sent({ nonce })).status).toBe(200)
    expectError(await sent({ nonce }), 400, 'SignatureNonceUsed')
    expectError(await rpcV1('ListCertificates', { nonce }), 400, 'SignatureNonceUsed')
  })

  test('a wrong signature does not use up a nonce', async () => {
    const nonce = 'kept-for-the-owner'
    expectError(await sent({ nonce, sk: 'wrong' }), 400, 'SignatureDoesNotMatch')
    expect((await sent({ nonce })).status).toBe(200)
  })

  test('another algorithm', async () => {
    const authorization = signed({}).Authorization?.replace('ACS3-HMAC-SHA256', 'ACS3-HMAC-SM3') ?? ''
    const answer = await registry.request('GET', path, {
      auth: 'none',
      headers: { ...signed({}), Authorization: authorization },
    })
    expectError(answer, 400, 'InvalidSignatureMethod')
  })

  test('an unsigned header that would name the action', async () => {
    const { 'x-acs-action': _, ...others } = signed({})
    expectError(await registry.request('GET', path, { auth: 'none', headers: others }), 400, 'MissingAction')
  })

  test('credentials come before parameters: a stranger does not learn which of them are bad', async () => {
    const answer = await registry.request('GET', '/?ProjectId=abc', { auth: 'none', headers })
    expectError(answer, 400, 'MissingAccessKeyId')
  })
})

describe('GetCertificate and DeleteCertificate', () => {
  test('a file is shown with its workspace, then deleted, then gone', async () => {
    await registry.bringIn('dataworks', { 'short-lived.pem': PEM })
    const [listed] = certificates(await list({ Name: 'short-lived' }))
    const key = { ProjectId: WORKSPACE, Id: String(listed?.Id) }

    const shown = await registry.rpc('GetCertificate', key)
    expect(shown.status).toBe(200)
    expect(shown.json).toEqual({
      RequestId: expect.stringMatching(UUID),
      Certificate: { ...listed, ProjectId: Number(WORKSPACE) },
    })

    const deleted = await registry.rpc('DeleteCertificate', key, { method: 'POST' })
    expect(deleted.status).toBe(200)
    expect(deleted.json).toEqual({ RequestId: expect.stringMatching(UUID), Success: true })

    expectError(await registry.rpc('GetCertificate', key), 404, 'InvalidCertificate.NotFound')
    expectError(await registry.rpc('DeleteCertificate', key, { method: 'POST' }), 404, 'InvalidCertificate.NotFound')
    expect(await names()).toEqual(NAMES)
  })

  test('a file can be deleted with its parameters in a form, as Terraform does', async () => {
    await registry.bringIn('dataworks', { 'short-lived.pem': PEM })
    const [listed] = certificates(await list({ Name: 'short-lived' }))
    const form = { ProjectId: WORKSPACE, Id: String(listed?.Id) }
    expect((await rpcV1('DeleteCertificate', { method: 'POST', form })).json.Success).toBe(true)
  })

  test('DeleteCertificate is a POST', async () => {
    const [listed] = certificates(await list({ PageSize: '1' }))
    const key = { ProjectId: WORKSPACE, Id: String(listed?.Id) }
    expectError(await registry.rpc('DeleteCertificate', key), 400, 'UnsupportedHTTPMethod')
    expect((await registry.rpc('GetCertificate', key)).status).toBe(200)
  })

  test.each(['GetCertificate', 'DeleteCertificate'])('%s asks for both ids', async action => {
    const post = { method: 'POST' }
    expectError(await registry.rpc(action, { Id: '1' }, post), 400, 'MissingProjectId')
    expectError(await registry.rpc(action, { ProjectId: WORKSPACE }, post), 400, 'MissingId')
    expectError(await registry.rpc(action, { ProjectId: WORKSPACE, Id: 'abc' }, post), 400, 'InvalidId')
    expectError(await registry.rpc(action, { ProjectId: WORKSPACE, Id: '0' }, post), 400, 'InvalidId')
  })

  test.each(['1', '9007199254740993', '9223372036854775807'])('no file has the Id %s', async Id => {
    const key = { ProjectId: WORKSPACE, Id }
    expectError(await registry.rpc('GetCertificate', key), 404, 'InvalidCertificate.NotFound')
    expectError(await registry.rpc('DeleteCertificate', key, { method: 'POST' }), 404, 'InvalidCertificate.NotFound')
  })
})

describe('what is not built yet says so', () => {
  test.each(['ImportCertificate', 'CreateProject', 'UpdateProject', 'ListDataSources'])('%s', async action => {
    const answer = await registry.rpc(action, { ProjectId: WORKSPACE }, { method: 'POST' })
    expectError(answer, 501, 'UnsupportedOperation')
  })

  test('AuthorizeFileUpload of OpenPlatform 2019-12-19', async () => {
    const answer = await registry.rpc('AuthorizeFileUpload', { Product: 'dataworks-public' }, { version: '2019-12-19' })
    expectError(answer, 501, 'UnsupportedOperation')
  })
})

describe('files', () => {
  test('the same file again changes nothing', async () => {
    await registry.bringIn('dataworks', { 'ca1.crt': PEM })
    expect(await names()).toEqual(NAMES)
  })

  test('another file of the same name is refused, and nothing is stored', async () => {
    await expect(registry.bringIn('dataworks', { 'ca1.crt': `${PEM}\n` })).rejects.toThrow('ca1.crt')
    expect(certificates(await list({ Name: 'ca1' }))[0]?.FileSizeInBytes).toBe(Buffer.byteLength(PEM))
  })

  test('a private key in a file lies nowhere in clear, neither on the disk nor in the log', async () => {
    const { keyPem, pem } = makeCertificate({ subject: 'CN=Key beside it' })
    await registry.bringIn('dataworks', { 'with-key.pem': pem + keyPem })
    await list({ Name: 'with-key' })
    const stored = readdirSync(registry.dataDir, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n')
    const line = (text: string) => text.split('\n')[1] ?? ''
    expect(stored).toContain(line(PEM))
    expect(stored).toContain('with-key.pem')
    expect(stored).not.toContain(line(keyPem))
    expect(registry.log()).not.toContain(line(keyPem))
    const [listed] = certificates(await list({ Name: 'with-key' }))
    expect(
      (await rpcV1('DeleteCertificate', { method: 'POST', form: { ProjectId: WORKSPACE, Id: String(listed?.Id) } }))
        .status,
    ).toBe(200)
  })
})
