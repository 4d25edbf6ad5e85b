/** The certificate list over HTTP: every sentence of seed 003 that can be checked, then what the seed lacks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RegistryRecord } from '../../src/registry/record.ts'
import { CERTIFICATES, errorOf, importOf, quickCertificate, type ScmFixture, startScm } from './scm-fixture.ts'

const DAY = 86_400_000
const STATES = [
  'PAID',
  'ISSUED',
  'CHECKING',
  'CANCELCHECKING',
  'UNPASSED',
  'EXPIRED',
  'REVOKING',
  'REVOKED',
  'UPLOAD',
  'CHECKING_ORG',
  'ISSUING',
  'SUPPLEMENTCHECKING',
  'CANCLEREVOKING',
  'CANCELSUPPLEMENTING',
  'CHECKING_DOMAIN',
]

let scm: ScmFixture
let records: readonly RegistryRecord[]

/** 75 records: each state five times, times with ties, a third without an expiry. */
beforeAll(async () => {
  scm = await startScm()
  records = await scm.add(
    Array.from({ length: 75 }, (_, at) => ({
      name: `cert-${at}`,
      commonName: `host-${at}.example.net`,
      status: STATES[at % STATES.length] ?? '',
      updatedAt: scm.time.now - ((at * 37) % 25) * 60_000,
      notAfter: at % 3 === 0 ? null : scm.time.now + ((at * 29) % 40) * DAY,
      deployable: at % 2 === 0,
      compartment: at % 5 === 0 ? '7a2b4c6d-1111-4f3e-9a8b-0c1d2e3f4a5b' : '0',
    })),
  )
})
afterAll(() => scm.close())

type SortField = 'updatedAt' | 'notAfter' | 'status'

/** The names in the order of the list; those without a value come last in both directions. */
function sorted(list: readonly RegistryRecord[], field: SortField, ascending: boolean): string[] {
  const sign = ascending ? 1 : -1
  return [...list]
    .sort((a, b) => {
      const [x, y] = [a[field], b[field]]
      if (x === y) return sign * (a.number - b.number)
      if (x === null || y === null) return x === null ? 1 : -1
      return x < y ? -sign : sign
    })
    .map(({ name }) => name)
}

/** Every name of a list, by pages of 50. */
async function walk(query: string): Promise<string[]> {
  const names: string[] = []
  for (;;) {
    const page = await scm.names(`?${query}&limit=50&offset=${names.length}`)
    if (page.length === 0) return names
    names.push(...page)
  }
}

async function refusalOf(query: string) {
  // By token: a query that is broken cannot be signed.
  return errorOf(await scm.get(`?${query}`, { auth: 'token' }))
}

async function expectRefused(query: string, parameter: string) {
  expect(await refusalOf(query)).toMatchObject({
    status: 400,
    code: 'SCM.0005',
    message: expect.stringContaining(`'${parameter}'`),
  })
}

describe('Querying the Certificate List', () => {
  it('This API is used to query the certificate list by certificate name', async () => {
    expect(await scm.names('?content=cert-17')).toEqual(['cert-17'])
  })

  it('… or associated domain name', async () => {
    expect(await scm.names('?content=host-17.example')).toEqual(['cert-17'])
  })

  it('GET /v3/scm/certificates answers 200, Normal response', async () => {
    const { status, headers } = await scm.get()
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
  })

  it('GET /v3/scm/certificates/ is the same path', async () => {
    expect((await scm.get('/')).json).toEqual((await scm.get()).json)
  })
})

describe('Table 1, limit', () => {
  it.each([10, 20, 50])('%i certificate records can be displayed on each page', async limit => {
    expect(await scm.names(`?limit=${limit}`)).toHaveLength(limit)
  })

  it('Mandatory: No; Default: 10', async () => {
    expect(await scm.names('')).toHaveLength(10)
  })

  it.each(['0', '9', '1', '-10'])('Minimum: 10, so %s is refused', limit => expectRefused(`limit=${limit}`, 'limit'))

  it.each(['51', '100', '2147483648'])('Maximum: 50, so %s is refused', limit =>
    expectRefused(`limit=${limit}`, 'limit'),
  )

  it.each(['15', '11', '49'])('The values can be 10, 20 and 50, so %s is refused', limit =>
    expectRefused(`limit=${limit}`, 'limit'),
  )

  it.each(['abc', '1e3', '', '10.0', '+10', '%2010', '0x0A', '10%00', '٢٠'])('Integer, so %j is refused', limit =>
    expectRefused(`limit=${limit}`, 'limit'),
  )

  it('is refused when it is given twice, also with the same value', () => expectRefused('limit=10&limit=10', 'limit'))

  it('is refused when it is not valid UTF-8', () => expectRefused('limit=%ff', 'limit'))

  it('names all values that it can have when it refuses one', async () => {
    expect((await refusalOf('limit=15')).message).toContain('must be one of 10, 20, 50')
  })
})

describe('Table 1, offset', () => {
  it('Offset: leaves out so many records', async () => {
    const all = await walk('')
    expect(await scm.names('?limit=20&offset=13')).toEqual(all.slice(13, 33))
  })

  it('counts records, not pages', async () => {
    const all = await walk('')
    expect(await scm.names('?limit=50&offset=1')).toEqual(all.slice(1, 51))
  })

  it('Minimum: 0; Default: 0', async () => {
    expect(await scm.names('?offset=0')).toEqual(await scm.names(''))
  })

  it.each(['-1', '-2147483648', 'abc', '1.5', '1e1', '', ' '])('Integer of at least 0, so %j is refused', offset =>
    expectRefused(`offset=${encodeURIComponent(offset)}`, 'offset'),
  )

  it.each(['75', '101', '501', '2147483647', '9007199254740991'])(
    'has no maximum: %s, at or behind the end, is an empty page with the same total',
    async offset => {
      expect((await scm.get(`?offset=${offset}`)).json).toEqual({ certificates: [], total_count: 75 })
    },
  )
})

describe('Table 1, sort_dir and sort_key', () => {
  const fields = { certExpiredTime: 'notAfter', certStatus: 'status', certUpdateTime: 'updatedAt' } as const

  it.each(Object.entries(fields))('%s: certificates are sorted by it; ASC: Ascending order', async (key, field) => {
    expect(await walk(`sort_key=${key}&sort_dir=ASC`)).toEqual(sorted(records, field, true))
  })

  it.each(Object.entries(fields))('%s; DESC: descending order', async (key, field) => {
    expect(await walk(`sort_key=${key}&sort_dir=DESC`)).toEqual(sorted(records, field, false))
  })

  it('sort_dir, Default: DESC', async () => {
    expect(await walk('sort_key=certStatus')).toEqual(sorted(records, 'status', false))
  })

  it('sort_key, Default: certUpdateTime; sort_dir alone is of it', async () => {
    expect(await walk('')).toEqual(sorted(records, 'updatedAt', false))
    expect(await walk('sort_dir=ASC')).toEqual(sorted(records, 'updatedAt', true))
  })

  it.each(['asc', 'Asc', 'aSC'])('sort_dir is read in any case, also as %s', async word => {
    expect(await scm.names(`?sort_dir=${word}`)).toEqual(await scm.names('?sort_dir=ASC'))
  })

  it('Minimum: 0: an empty text is as if it were not given', async () => {
    expect(await scm.names('?sort_dir=&sort_key=&status=')).toEqual(await scm.names(''))
  })

  it.each(['sideways', 'ASCENDING', 'A'.repeat(33), 'ASC,DESC'])('sort_dir=%s is refused', word =>
    expectRefused(`sort_dir=${word}`, 'sort_dir'),
  )

  it.each(['name', 'certexpiredtime', 'constructor', '__proto__', 'c'.repeat(65)])('sort_key=%s is refused', word =>
    expectRefused(`sort_key=${word}`, 'sort_key'),
  )

  it.each(['sort_dir=ASC&sort_dir=DESC', 'sort_key=certStatus&sort_key=certStatus'])(
    '%s is refused, being given twice',
    query => expectRefused(query, query.slice(0, 8)),
  )
})

describe('Table 1, status', () => {
  const inState = (...states: string[]) =>
    sorted(
      records.filter(({ status }) => states.includes(status)),
      'updatedAt',
      false,
    )

  it('ALL: All certificate statuses; Default: ALL', async () => {
    expect((await scm.get('?status=ALL')).json.total_count).toBe(75)
    expect((await scm.get()).json.total_count).toBe(75)
  })

  it.each([
    ['PAID', 'has been paid and needs to be applied for from the CA'],
    ['ISSUED', 'has been issued'],
    ['CANCELCHECKING', 'application cancellation is being reviewed'],
    ['UNPASSED', 'application fails'],
    ['EXPIRED', 'has expired'],
    ['REVOKING', 'revocation application is being reviewed'],
    ['REVOKED', 'has been revoked'],
    ['UPLOAD', 'is being managed'],
    ['CHECKING_ORG', 'organization verification is to be completed'],
    ['ISSUING', 'is to be issued'],
    ['SUPPLEMENTCHECKING', 'additional domain names are being reviewed'],
    ['CANCLEREVOKING', 'cancellation on certificate revocation is being reviewed'],
    ['CANCELSUPPLEMENTING', 'cancellation on additional domain names is being reviewed'],
    ['CHECKING_DOMAIN', 'domain validation is to be completed'],
  ])('%s: The certificate … %s', async status => {
    const { json } = await scm.get(`?status=${status}&limit=50`)
    expect(json.certificates.map(({ name }: { name: string }) => name)).toEqual(inState(status))
    expect(json.total_count).toBe(5)
    expect(new Set(json.certificates.map((each: { status: string }) => each.status))).toEqual(new Set([status]))
  })

  it('CHECKING: The certificate application is being reviewed, its domain validation included', async () => {
    expect(await scm.names('?status=CHECKING&limit=50')).toEqual(inState('CHECKING', 'CHECKING_DOMAIN'))
  })

  it.each(['issued', 'OTHER', 'ISSUED;PAID', 'toString', 'X'.repeat(65)])(
    '%s is none of the options and refused',
    word => expectRefused(`status=${word}`, 'status'),
  )

  it('is refused when it is given twice', () => expectRefused('status=PAID&status=ISSUED', 'status'))
})

describe('Table 2, request header parameters', () => {
  it('X-Auth-Token: User token', async () => {
    expect((await scm.get('', { auth: 'token' })).status).toBe(200)
  })

  it('The token is the value of X-Subject-Token in the response header of IAM', async () => {
    const token = await scm.registry.token()
    expect((await scm.get('', { auth: 'none', headers: { 'X-Auth-Token': token } })).status).toBe(200)
  })

  it('Minimum: 32: what is shorter is no token', async () => {
    const answer = await scm.get('', { auth: 'none', headers: { 'X-Auth-Token': 'x'.repeat(31) } })
    expect(errorOf(answer)).toMatchObject({ status: 401, code: 'SCM.1000' })
  })

  it('a signature with an access key takes the place of the token, as the SDKs send it', async () => {
    expect((await scm.get('', { auth: 'key' })).status).toBe(200)
  })
})

describe('Table 3, response body', () => {
  it('certificates: Certificate list, an empty array where nothing matches', async () => {
    expect((await scm.get('?content=nobody')).json).toEqual({ certificates: [], total_count: 0 })
  })

  it('total_count: Number of certificates, whatever the page', async () => {
    for (const query of ['', '?limit=50', '?offset=70', '?limit=20&offset=60'])
      expect((await scm.get(query)).json.total_count).toBe(75)
  })

  it('total_count: Integer, of all that match the filters', async () => {
    expect((await scm.get('?status=REVOKED&limit=10')).json.total_count).toBe(5)
  })

  it('has these two members and no other', async () => {
    expect(Object.keys((await scm.get()).json)).toEqual(['certificates', 'total_count'])
  })
})

describe('Table 4, CertificateDetail', () => {
  let issued: ScmFixture
  beforeAll(async () => {
    issued = await startScm()
  })
  afterAll(() => issued.close())

  const detail = async (query: string) => (await issued.get(query)).json.certificates[0]

  it('Example Responses, Status code: 200', async () => {
    await issued.add([
      {
        vendorId: 'scs1554192131150',
        name: 'test',
        commonName: 'www.zx.com',
        signatureAlgorithm: 'sha256WithRSAEncryption',
        deployable: true,
        notAfter: Date.UTC(2021, 4, 27, 8, 46, 25),
        status: 'ISSUED',
        attributes: {
          sans: 'a.zx.com;b.zx.com',
          type: 'OV_SSL_CERT',
          brand: 'GEOTRUST',
          domainType: 'MULTI_DOMAIN',
          domainCount: 2,
        },
      },
    ])
    expect((await issued.get()).json).toEqual({
      certificates: [
        {
          id: 'scs1554192131150',
          name: 'test',
          domain: 'www.zx.com',
          sans: 'a.zx.com;b.zx.com',
          type: 'OV_SSL_CERT',
          deploy_support: true,
          signature_algorithm: 'SHA256WITHRSA',
          brand: 'GEOTRUST',
          expire_time: '2021-05-27 16:46:25.0',
          domain_type: 'MULTI_DOMAIN',
          validity_period: 12,
          status: 'ISSUED',
          domain_count: 2,
          wildcard_count: 0,
          // Members that are newer than the example.
          description: null,
          domain_id: issued.domainId,
          enterprise_project_id: '0',
        },
      ],
      total_count: 1,
    })
  })

  it('has every member of the table, in its order, and the two newer ones', async () => {
    expect(Object.keys(await detail(''))).toEqual([
      'id',
      'name',
      'domain',
      'sans',
      'signature_algorithm',
      'deploy_support',
      'type',
      'brand',
      'expire_time',
      'domain_type',
      'validity_period',
      'status',
      'domain_count',
      'wildcard_count',
      'description',
      'domain_id',
      'enterprise_project_id',
    ])
  })

  it('id: Certificate ID, Minimum: 16, Maximum: 16', async () => {
    const { json } = await issued.import(importOf(quickCertificate({ subject: 'CN=id.test' }), { name: 'id-test' }))
    expect(json.certificate_id).toMatch(/^scs\d{13}$/)
    expect(await detail('?content=id-test')).toMatchObject({ id: json.certificate_id, name: 'id-test' })
  })

  it('domain: Domain name associated with the certificate; sans: Additional domain name', async () => {
    const sans = ['www.names.test', 'api.names.test', '*.names.test', '10.0.0.1']
    await issued.import(importOf(quickCertificate({ subject: 'CN=www.names.test', sans })))
    expect(await detail('?content=www.names.test')).toMatchObject({
      domain: 'www.names.test',
      sans: 'api.names.test;*.names.test;10.0.0.1',
      domain_type: 'MULTI_DOMAIN',
      domain_count: 4,
      wildcard_count: 1,
    })
  })

  it('SINGLE_DOMAIN: Single domain names', async () => {
    await issued.import(importOf(quickCertificate({ subject: 'CN=single.test', sans: ['single.test'] })))
    expect(await detail('?content=single.test')).toMatchObject({
      domain_type: 'SINGLE_DOMAIN',
      sans: null,
      domain_count: 1,
    })
  })

  it('WILDCARD: Wildcard domain names', async () => {
    await issued.import(importOf(quickCertificate({ subject: 'CN=*.wild.test' })))
    expect(await detail('?content=*.wild.test')).toMatchObject({
      domain_type: 'WILDCARD',
      domain_count: 1,
      wildcard_count: 1,
    })
  })

  it('signature_algorithm: Signature algorithm, in upper case', async () => {
    await issued.import(importOf(quickCertificate({ subject: 'CN=signed.test' })))
    expect(await detail('?content=signed.test')).toMatchObject({ signature_algorithm: 'SHA256WITHECDSA' })
  })

  it('deploy_support: Whether the certificate can be deployed to other services; without its key it cannot', async () => {
    await issued.registry.bringIn('scm', { 'bare.pem': quickCertificate({ subject: 'CN=bare.test' }).pem })
    expect(await detail('?content=bare.test')).toMatchObject({ deploy_support: false, status: 'UPLOAD' })
    expect(await detail('?content=signed.test')).toMatchObject({ deploy_support: true, status: 'UPLOAD' })
  })

  it('type and brand are null, and validity_period is 12, where a file alone is known', async () => {
    expect(await detail('?content=signed.test')).toMatchObject({ type: null, brand: null, validity_period: 12 })
  })

  it('expire_time: Certificate expiration time, its notAfter in GMT+08:00', async () => {
    const notAfter = Date.UTC(2027, 11, 31, 20, 0, 5)
    await issued.import(importOf(quickCertificate({ subject: 'CN=until.test', notAfter })))
    expect(await detail('?content=until.test')).toMatchObject({ expire_time: '2028-01-01 04:00:05.0' })
  })

  it('expire_time is null before there is a certificate', async () => {
    await issued.add([{ name: 'just-paid' }])
    expect(await detail('?content=just-paid')).toMatchObject({
      expire_time: null,
      signature_algorithm: null,
      sans: null,
    })
  })

  it('description: Certificate description', async () => {
    await issued.add([{ name: 'described', description: 'payment front end' }])
    expect(await detail('?content=described')).toMatchObject({ description: 'payment front end' })
  })

  it('EXPIRED: an uploaded certificate has expired when its time is up, and is UPLOAD no more', async () => {
    const notAfter = issued.time.now + DAY
    await issued.import(importOf(quickCertificate({ subject: 'CN=brief.test', notAfter }), { name: 'brief' }))
    const in_ = (status: string) => issued.names(`?status=${status}&content=brief&limit=50`)
    expect([await in_('UPLOAD'), await in_('EXPIRED')]).toEqual([['brief'], []])
    issued.time.now = notAfter
    expect([await in_('UPLOAD'), await in_('EXPIRED')]).toEqual([[], ['brief']])
    expect(await detail('?content=brief')).toMatchObject({ status: 'EXPIRED', deploy_support: false })
    expect(await issued.names('?deploy_support=true&content=brief')).toEqual([])
    expect((await issued.get('?deploy_support=true&content=brief')).json.total_count).toBe(0)
  })
})

describe('Status Codes', () => {
  it('401, Verification failed: no credentials', async () => {
    expect(errorOf(await scm.get('', { auth: 'none' }))).toMatchObject({ status: 401, code: 'SCM.1000' })
  })

  it('401: an unknown token', async () => {
    const answer = await scm.get('', { auth: 'none', headers: { 'X-Auth-Token': 'x'.repeat(64) } })
    expect(errorOf(answer)).toMatchObject({ status: 401, code: 'SCM.1000' })
  })

  it('401: an expired token', async () => {
    const own = await startScm()
    const headers = { 'X-Auth-Token': await own.registry.token() }
    own.time.now += 25 * 3_600_000
    expect(errorOf(await own.get('', { auth: 'none', headers }))).toMatchObject({ status: 401, code: 'APIGW.0307' })
    await own.close()
  })

  it('401: a wrong signature, with what the server signed', async () => {
    const { id: ak } = scm.registry.firstRun.accessKey
    const error = errorOf(await scm.as({ ak, sk: 'wrong' }, 'GET', CERTIFICATES))
    expect(error).toMatchObject({ status: 401, code: 'APIGW.0301' })
    expect(error.message).toContain('verify aksk signature fail, canonicalRequest:GET|/v3/scm/certificates/|')
  })

  it('401: an unknown access key, which is not repeated', async () => {
    const error = errorOf(await scm.as({ ak: 'STRANGER000000000001', sk: 'x' }, 'GET', CERTIFICATES))
    expect(error).toMatchObject({ status: 401, code: 'APIGW.0301' })
    expect(error.message).not.toContain('STRANGER')
  })

  it.each([-16 * 60_000, 16 * 60_000])('401: a clock that is %i ms off', async skew => {
    const { id: ak, secret: sk } = scm.registry.firstRun.accessKey
    scm.time.now += skew
    const signed = scm.as({ ak, sk }, 'GET', CERTIFICATES)
    scm.time.now -= skew
    expect(errorOf(await signed)).toMatchObject({ status: 401, code: 'APIGW.0301' })
  })

  it('403, Access denied: a user without the permission', async () => {
    const error = errorOf(await scm.as(scm.plainUser, 'GET', CERTIFICATES))
    expect(error).toMatchObject({ status: 403, code: 'SCM.4002' })
  })

  it('403 comes before anything is said of the parameters', async () => {
    const error = errorOf(await scm.as(scm.plainUser, 'GET', `${CERTIFICATES}?limit=15`))
    expect(error).toMatchObject({ status: 403, code: 'SCM.4002' })
  })

  it.each(['X-Project-Id', 'X-Domain-Id'])(
    '403: an %s that is not the caller’s, whether it exists or not',
    async name => {
      const own = { ak: scm.registry.firstRun.accessKey.id, sk: scm.registry.firstRun.accessKey.secret }
      const others = name === 'X-Project-Id' ? scm.foreign.projectId : scm.foreign.domainId
      const answers = await Promise.all(
        [others, 'f'.repeat(32)].map(id => scm.as(own, 'GET', CERTIFICATES, undefined, { [name]: id })),
      )
      for (const answer of answers) expect(errorOf(answer)).toMatchObject({ status: 403, code: 'SCM.0002' })
      expect(answers[0]?.text).toBe(answers[1]?.text)
    },
  )

  it('200 with the caller’s own X-Project-Id and X-Domain-Id', async () => {
    const headers = { 'X-Project-Id': scm.registry.firstRun.project.id, 'X-Domain-Id': scm.domainId }
    expect((await scm.get('', { headers })).status).toBe(200)
  })

  it('404, Requested page not found', async () => {
    for (const path of ['/v3/scm', '/v3/scm/nothing', `${CERTIFICATES}/a/b/c`, '/v3/scm/tags/x/y'])
      expect(errorOf(await scm.registry.get(path))).toMatchObject({ status: 404, code: 'APIGW.0101' })
  })

  it('405 with the methods that the path has', async () => {
    for (const method of ['PUT', 'PATCH', 'POST', 'OPTIONS', 'DELETE']) {
      const answer = await scm.registry.request(method, CERTIFICATES)
      expect(errorOf(answer)).toMatchObject({ status: 405, code: 'APIGW.0101' })
      expect(answer.headers.allow).toBe('GET')
    }
  })

  it('500, Failed to respond the request due to an internal server error, which says nothing of it', async () => {
    const own = await startScm()
    const token = await own.registry.token()
    await own.get('', { auth: 'token' })
    await own.registry.storage.close()
    const answer = await own.get('', { auth: 'none', headers: { 'X-Auth-Token': token } })
    expect(errorOf(answer)).toEqual({ status: 500, code: 'SCM.3000', message: 'Internal error.' })
    await own.close().catch(() => {})
  })
})

describe('what the seed lacks', () => {
  const named = (keep: (record: RegistryRecord, at: number) => boolean) =>
    sorted(records.filter(keep), 'updatedAt', false)

  it('enterprise_project_id: all is the default, 0 and a UUID are one project', async () => {
    const project = '7a2b4c6d-1111-4f3e-9a8b-0c1d2e3f4a5b'
    expect(await walk(`enterprise_project_id=${project}`)).toEqual(named(({ compartment }) => compartment === project))
    expect(await walk('enterprise_project_id=0')).toEqual(named(({ compartment }) => compartment === '0'))
    expect((await scm.get('?enterprise_project_id=all')).json.total_count).toBe(75)
    expect((await scm.get('?enterprise_project_id=00000000-0000-0000-0000-000000000000')).json.total_count).toBe(0)
  })

  it.each(['1', 'ALL', '7A2B4C6D-1111-4F3E-9A8B-0C1D2E3F4A5B', 'all%0A', 'x'.repeat(65)])(
    'enterprise_project_id=%s is refused',
    id => expectRefused(`enterprise_project_id=${id}`, 'enterprise_project_id'),
  )

  it('deploy_support=true gives what can be deployed now, in states that allow it; false filters nothing', async () => {
    const deployable = named(({ deployable, status }) => deployable && ['UPLOAD', 'ISSUED'].includes(status))
    expect(deployable.length).toBeGreaterThan(0)
    expect(await walk('deploy_support=true')).toEqual(deployable)
    expect(
      (await scm.get('?deploy_support=true&limit=50')).json.certificates.every(
        (each: { deploy_support: boolean }) => each.deploy_support,
      ),
    ).toBe(true)
    expect((await scm.get('?deploy_support=True')).json.total_count).toBe(deployable.length)
    expect((await scm.get('?deploy_support=false')).json.total_count).toBe(75)
    expect((await scm.get('?deploy_support=true&status=REVOKED')).json).toEqual({ certificates: [], total_count: 0 })
  })

  it('owned_by_self gives the same both ways: nothing is shared', async () => {
    for (const word of ['true', 'false', 'FALSE'])
      expect((await scm.get(`?owned_by_self=${word}`)).json).toEqual((await scm.get()).json)
  })

  it.each(['deploy_support', 'owned_by_self'])('%s is true or false and nothing else', async name => {
    for (const word of ['1', 'yes', '']) await expectRefused(`${name}=${word}`, name)
  })

  it('expired_days_since: valid ones, those that expired at most so many days ago, and those without an expiry', async () => {
    const own = await startScm()
    const { now } = own.time
    await own.add([
      { name: 'valid', notAfter: now + DAY },
      { name: 'yesterday', notAfter: now - DAY },
      { name: 'three-days-ago', notAfter: now - 3 * DAY },
      { name: 'long-ago', notAfter: now - 3 * DAY - 1 },
      { name: 'no-expiry' },
    ])
    expect(new Set(await own.names('?expired_days_since=3'))).toEqual(
      new Set(['valid', 'yesterday', 'three-days-ago', 'no-expiry']),
    )
    expect(new Set(await own.names('?expired_days_since=1'))).toEqual(new Set(['valid', 'yesterday', 'no-expiry']))
    expect((await own.get('?expired_days_since=1095')).json.total_count).toBe(5)
    await own.close()
  })

  it('expired_days_since, 0 and absent: no filter', async () => {
    expect((await scm.get('?expired_days_since=0')).json.total_count).toBe(75)
  })

  it.each(['-1', '1096', 'abc', ''])('expired_days_since is 0 to 1095: %j is refused', days =>
    expectRefused(`expired_days_since=${days}`, 'expired_days_since'),
  )

  it('content does not tell cases apart and matches any part of name, domain and additional names', async () => {
    const own = await startScm()
    await own.add([{ name: 'Shop-2026', commonName: 'pay.Example.net', attributes: { sans: 'a.zx.com;*.b.zx.com' } }])
    for (const text of ['shop', 'HOP-20', 'PAY.example', 'A.ZX', '*.b', 'a.zx.com;*'])
      expect((await own.get(`?content=${encodeURIComponent(text)}`, { auth: 'token' })).json.total_count).toBe(1)
    await own.close()
  })

  it.each(['%25', '_', '*', '?', '.*', '\\', "' OR 1=1 --", 'cert-1%', '"', '2026\npay', '\n'])(
    'content is text, never a pattern, and matches within one part: %j finds nothing',
    async text => {
      expect((await scm.get(`?content=${encodeURIComponent(text)}`, { auth: 'token' })).json.total_count).toBe(0)
    },
  )

  it('content of one and two characters is found as well', async () => {
    expect((await scm.get('?content=h')).json.total_count).toBe(75)
    expect((await scm.get('?content=t-')).json.total_count).toBe(75)
  })

  it('content has at most 255 characters; an empty one is no filter', async () => {
    expect((await scm.get(`?content=${'x'.repeat(255)}`)).status).toBe(200)
    await expectRefused(`content=${'x'.repeat(256)}`, 'content')
    expect((await scm.get('?content=')).json.total_count).toBe(75)
  })

  it('all filters hold together', async () => {
    const expected = named(
      ({ name, status, compartment }) => name.includes('cert-3') && status === 'UPLOAD' && compartment === '0',
    )
    expect(await walk('content=CERT-3&status=UPLOAD&enterprise_project_id=0')).toEqual(expected)
    expect(expected.length).toBeGreaterThan(0)
  })

  it('unknown parameters are ignored, as the SDKs gain some between releases', async () => {
    expect((await scm.get('?new_parameter=1&__proto__=2')).json).toEqual((await scm.get()).json)
  })

  it('a body beside the request is ignored: the Node SDK sends a content type with every one', async () => {
    const { status } = await scm.get('', { headers: { 'Content-Type': 'application/json' } })
    expect(status).toBe(200)
  })

  it('another account sees none of it, and its total is its own', async () => {
    const answer = await scm.as(scm.foreign, 'GET', `${CERTIFICATES}?limit=50`)
    expect(answer.json).toEqual({ certificates: [], total_count: 0 })
  })
})
