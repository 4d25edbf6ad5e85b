/** Seed 001, IoTDA v5 "Query Device Certificate List": a test for each sentence that can be checked, named after it. */
import { createHash, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signHuawei } from '../support/sign.ts'
import { commonNameDer, errorOf, type IotdaFixture, quickCertificate, startIotda } from './iotda-fixture.ts'

let iotda: IotdaFixture
beforeAll(async () => {
  iotda = await startIotda()
})
afterAll(() => iotda.close())

interface DeviceCertificate {
  certificate_id: string
  common_name: string
  expiry_date: string
  fingerprint: string
  status: string
}

const LIST = '/device-certificates'

/** @param query parameters as they are meant; encoded here */
function list(query: Readonly<Record<string, string | number>> = {}, options?: Parameters<IotdaFixture['get']>[1]) {
  const pairs = Object.entries(query).map(pair => pair.map(encodeURIComponent).join('='))
  return iotda.get(`${LIST}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`, options)
}

async function names(query: Readonly<Record<string, string | number>> = {}): Promise<string[]> {
  const { status, json } = await list(query)
  expect(status).toBe(200)
  return json.device_certificates.map((certificate: DeviceCertificate) => certificate.common_name)
}

async function refused(query: Readonly<Record<string, string | number>>) {
  return errorOf(await list(query))
}

/** Brings in certificates with these common names, the last one being the newest. */
async function bringIn(commonNames: readonly string[], options?: Parameters<typeof quickCertificate>[1]) {
  const made = commonNames.map(name => quickCertificate('', { subjectDer: commonNameDer(name), ...options }))
  await iotda.registry.bringIn('iotda-devices', { 'devices.pem': made.map(({ pem }) => pem).join('') })
  return made
}

describe('without any certificate', () => {
  it('an empty page has an empty list, a count of 0 and a null marker, so that clients stop', async () => {
    const { status, json } = await list()
    expect(status).toBe(200)
    expect(json).toEqual({ device_certificates: [], page: { count: 0, marker: null } })
  })
})

describe('Query Device Certificate List', () => {
  /** Newest first, as the list has to give them. */
  let newestFirst: string[]
  beforeAll(async () => {
    const made = Array.from({ length: 23 }, (_, i) => `device-${String(i).padStart(2, '0')}`)
    await bringIn(made)
    newestFirst = made.toReversed()
  })

  it('GET /v5/iot/{project_id}/device-certificates answers 200 with device_certificates and page', async () => {
    const { status, json, headers } = await list()
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(Object.keys(json)).toEqual(['device_certificates', 'page'])
    expect(json.device_certificates).toBeInstanceOf(Array)
  })

  describe('Authorization Information', () => {
    it('"Each account has all the permissions required to call all APIs"', async () => {
      expect((await list({}, { auth: 'key' })).status).toBe(200)
    })

    it('"IAM users must be assigned the required permissions": iotda:devicecertificates:queryList', async () => {
      const url = `${iotda.registry.endpoint}/v5/iot/${iotda.place.projectId}${LIST}`
      const headers = signHuawei({ ...iotda.plainUser, method: 'GET', url, date: new Date(iotda.time.now) })
      const answer = await iotda.registry.request('GET', new URL(url).pathname, { auth: 'none', headers })
      expect(errorOf(answer)).toMatchObject({ status: 403, code: 'IOTDA.000022' })
      expect(answer.json.error_msg).toContain('iotda:devicecertificates:queryList')
    })

    it('permission comes before parameters: who may not list learns nothing of his mistakes', async () => {
      const { foreign, registry } = iotda
      const answer = await registry.get(`/v5/iot/${foreign.projectId}${LIST}?limit=0&marker=x`)
      expect(errorOf(answer)).toMatchObject({ status: 403, code: 'IOTDA.000021' })
    })
  })

  describe('project_id', () => {
    it('somebody else’s project and one that does not exist are refused alike', async () => {
      const { foreign, registry } = iotda
      const refusals = []
      for (const project of [foreign.projectId, '0'.repeat(32), 'x', '%7Bproject_id%7D'])
        refusals.push(errorOf(await registry.get(`/v5/iot/${project}${LIST}`)))
      for (const refusal of refusals) expect(refusal).toEqual(refusals[0])
      expect(refusals[0]).toMatchObject({ status: 403, code: 'IOTDA.000021' })
    })

    it('is mandatory: without it there is no such API', async () => {
      expect(errorOf(await iotda.registry.get('/v5/iot/device-certificates'))).toMatchObject({
        status: 404,
        code: 'APIGW.0101',
      })
      expect(errorOf(await iotda.registry.get('/v5/iot//device-certificates'))).toMatchObject({
        status: 403,
        code: 'IOTDA.000021',
      })
    })
  })

  describe('limit', () => {
    it('"number of records to display on each page"', async () => {
      for (const limit of [1, 2, 7, 23]) expect(await names({ limit })).toEqual(newestFirst.slice(0, limit))
    })

    it('"The default value is 10"', async () => {
      expect(await names()).toEqual(newestFirst.slice(0, 10))
    })

    it('"The value is an integer ranging from 1 to 50": both ends are taken', async () => {
      expect(await names({ limit: 1 })).toHaveLength(1)
      expect(await names({ limit: 50 })).toHaveLength(23)
    })

    it.each(['0', '51', '-1', '1000000', '99999999999999999999'])(
      '"ranging from 1 to 50": %s is out of range',
      async limit => {
        expect(await refused({ limit })).toEqual({
          status: 400,
          code: 'IOTDA.000017',
          message: expect.stringContaining("'limit'"),
        })
      },
    )

    it.each(['abc', '1e3', '', ' 10', '10.0', '0x10', '1_0', 'null'])(
      '"The value is an integer": %j is none',
      async limit => {
        expect(await refused({ limit })).toEqual({
          status: 400,
          code: 'IOTDA.000006',
          message: expect.stringContaining("'limit'"),
        })
      },
    )
  })

  describe('marker', () => {
    it('"Records are queried in descending order of record IDs", a newer record has a larger ID', async () => {
      expect(await names({ limit: 50 })).toEqual(newestFirst)
      const markers: string[] = []
      for (let offset = 0; offset < 23; offset++) markers.push((await list({ limit: 1, offset })).json.page.marker)
      expect(markers).toEqual(markers.toSorted().reverse())
      expect(new Set(markers).size).toBe(23)
    })

    it('"The value is returned by the platform": 24 hex digits, the id of the last record in this query', async () => {
      const { json } = await list({ limit: 3 })
      expect(json.page.marker).toMatch(/^[0-9a-f]{24}$/)
      const third = await list({ limit: 1, offset: 2 })
      expect(third.json.page.marker).toBe(json.page.marker)
    })

    it('"only the records whose IDs are smaller than marker are queried"', async () => {
      const { json } = await list({ limit: 4 })
      expect(await names({ marker: json.page.marker, limit: 50 })).toEqual(newestFirst.slice(4))
    })

    it('"If marker is not specified, the query starts from the record with the largest ID"', async () => {
      expect(await names({ limit: 1 })).toEqual(['device-22'])
    })

    it.each([1, 2, 7, 10, 23, 50])(
      '"If all data needs to be queried in sequence": a walk by marker, %i a page',
      async limit => {
        const seen: string[] = []
        let marker = ''
        for (;;) {
          const { json } = await list({ limit, ...(marker && { marker }) })
          expect(json.page.count).toBe(23)
          if (json.page.marker === null) break
          seen.push(...json.device_certificates.map((certificate: DeviceCertificate) => certificate.common_name))
          marker = json.page.marker
        }
        expect(seen).toEqual(newestFirst)
      },
    )

    it('the last page has a marker too, also when it is not full', async () => {
      const { json } = await list({ limit: 50 })
      expect(json.page.marker).toMatch(/^[0-9a-f]{24}$/)
      const { json: next } = await list({ limit: 50, marker: json.page.marker })
      expect(next).toEqual({ device_certificates: [], page: { count: 23, marker: null } })
    })

    it('"The default value is ffffffffffffffffffffffff"', async () => {
      for (const length of [24, 36])
        expect(await names({ marker: 'f'.repeat(length) })).toEqual(newestFirst.slice(0, 10))
      expect(await names({ marker: 'F'.repeat(24) })).toEqual(newestFirst.slice(0, 10))
    })

    it('an empty marker is as if it were absent', async () => {
      expect(await names({ marker: '' })).toEqual(newestFirst.slice(0, 10))
    })

    it('digits of a marker count alike in either case', async () => {
      const { json } = await list({ limit: 2 })
      expect(await names({ marker: json.page.marker.toUpperCase() })).toEqual(newestFirst.slice(2, 12))
    })

    it('a marker that was never issued is compared all the same', async () => {
      const { json } = await list({ limit: 5 })
      const just = (off: bigint) => (BigInt(`0x${json.page.marker}`) + off).toString(16).padStart(24, '0')
      expect(await names({ marker: just(1n), limit: 1 })).toEqual([newestFirst[4]])
      const second = json.page.marker.slice(0, 8)
      expect(await names({ marker: `${second}ffffffffffffffff`, limit: 1 })).toEqual(newestFirst.slice(0, 1))
      expect(await names({ marker: `${second}0000000000000000` })).toEqual([])
      expect(await names({ marker: '0'.repeat(24) })).toEqual([])
      expect(await names({ marker: `${'f'.repeat(23)}e` })).toEqual(newestFirst.slice(0, 10))
    })

    it.each([
      '6'.repeat(23),
      '6'.repeat(25),
      '6'.repeat(36),
      'f'.repeat(23),
      'f'.repeat(37),
      '75a0c144-7c3c-4dac-9fd6-8c63dd9e969d',
      `${'6'.repeat(23)}g`,
      `${'6'.repeat(24)}\n`,
      "' OR 1=1 --",
    ])('"The value must contain 24 hexadecimal characters": %j does not', async marker => {
      expect(await refused({ marker })).toEqual({
        status: 400,
        code: 'IOTDA.000018',
        message: expect.stringContaining("'marker'"),
      })
    })
  })

  describe('offset', () => {
    it('"If offset is set to N, the query starts from the N+1 record after the last record in the previous query"', async () => {
      const { json } = await list({ limit: 5 })
      const { marker } = json.page
      for (const offset of [1, 3, 17])
        expect(await names({ marker, offset, limit: 2 })).toEqual(newestFirst.slice(5 + offset, 7 + offset))
    })

    it('without a marker it counts from the latest record', async () => {
      expect(await names({ offset: 4, limit: 3 })).toEqual(newestFirst.slice(4, 7))
    })

    it('"The default value is 0": the first record after the last record in the previous query', async () => {
      const { json } = await list({ limit: 5 })
      const { marker } = json.page
      expect(await names({ marker, offset: 0 })).toEqual(await names({ marker }))
    })

    it('"The value is an integer ranging from 0 to 500": 500 is taken', async () => {
      const { status, json } = await list({ offset: 500 })
      expect(status).toBe(200)
      expect(json).toEqual({ device_certificates: [], page: { count: 23, marker: null } })
    })

    it.each(['-1', '501', 'abc', '1e2', '', '0.5'])('"an integer ranging from 0 to 500": %j is none', async offset => {
      expect(await refused({ offset })).toEqual({
        status: 400,
        code: 'IOTDA.000006',
        message: expect.stringContaining("'offset'"),
      })
    })
  })

  describe('common_name', () => {
    it('"Fuzzy search by prefix is supported"', async () => {
      expect(await names({ common_name: 'device-1', limit: 50 })).toEqual(
        newestFirst.filter(name => name.startsWith('device-1')),
      )
      expect(await names({ common_name: 'device-07' })).toEqual(['device-07'])
    })

    it('by prefix only: the middle and the end of a name are not found', async () => {
      expect(await names({ common_name: 'evice' })).toEqual([])
      expect(await names({ common_name: '-07' })).toEqual([])
    })

    it('count and marker are those of the filtered records, on every page', async () => {
      const first = await list({ common_name: 'device-1', limit: 4 })
      const { marker } = first.json.page
      expect(first.json.page.count).toBe(10)
      const second = await list({ common_name: 'device-1', limit: 50, marker })
      expect(second.json.page.count).toBe(10)
      expect(second.json.device_certificates).toHaveLength(6)
    })

    it('a marker of a record that the filter leaves out works as well', async () => {
      const { json } = await list({ limit: 1 })
      expect(await names({ common_name: 'device-0', marker: json.page.marker, limit: 50 })).toHaveLength(10)
    })

    it('an empty one is as if it were absent', async () => {
      expect(await names({ common_name: '' })).toEqual(newestFirst.slice(0, 10))
    })

    it('"The value can contain a maximum of 32 characters"', async () => {
      expect((await list({ common_name: 'a'.repeat(32) })).status).toBe(200)
      expect(await refused({ common_name: 'a'.repeat(33) })).toEqual({
        status: 400,
        code: 'IOTDA.000006',
        message: expect.stringContaining("'common_name'"),
      })
    })

    it.each(['$', '/', '"', '\\', '<', ';', 'é', '证', '\u0000', '\n', '{', '~', '+', ':', '[', '^'])(
      '"including letters, digits, and special characters": %j is none of them',
      async character => {
        const { status, code, message } = await refused({ common_name: `a${character}` })
        expect({ status, code }).toEqual({ status: 400, code: 'IOTDA.000006' })
        expect(message).toContain("'common_name'")
        expect(message).not.toContain(`a${character}`)
      },
    )
  })

  describe('fingerprint', () => {
    it.each([
      '',
      'z',
      '4',
      'a'.repeat(39),
      'a'.repeat(41),
      'a'.repeat(63),
      'a'.repeat(65),
      `${'a'.repeat(39)}g`,
      `${'AB:'.repeat(31)}AB`,
    ])('"The value must contain 40 or 64 hexadecimal characters": %j', async fingerprint => {
      const answer = await list({ fingerprint })
      // An empty one is as if it were absent.
      if (fingerprint === '') return expect(answer.status).toBe(200)
      expect(errorOf(answer)).toEqual({
        status: 400,
        code: 'IOTDA.000006',
        message: expect.stringContaining("'fingerprint'"),
      })
    })

    it('one that no record has finds none', async () => {
      const { json } = await list({ fingerprint: '0'.repeat(64) })
      expect(json).toEqual({ device_certificates: [], page: { count: 0, marker: null } })
    })
  })

  describe('any parameter', () => {
    it.each(['limit', 'marker', 'offset', 'common_name', 'fingerprint'])(
      '%s given twice is refused by name',
      async name => {
        const value = name === 'fingerprint' ? 'a'.repeat(40) : name === 'marker' ? 'f'.repeat(24) : '1'
        expect(errorOf(await iotda.get(`${LIST}?${name}=${value}&${name}=${value}`))).toEqual({
          status: 400,
          code: 'IOTDA.000006',
          message: expect.stringContaining(`'${name}'`),
        })
      },
    )

    it.each(['common_name=%', 'common_name=%zz', 'common_name=%ff', 'marker=%c3'])(
      'badly encoded is refused by name: %s',
      async query => {
        expect(errorOf(await iotda.get(`${LIST}?${query}`))).toEqual({
          status: 400,
          code: 'IOTDA.000006',
          message: expect.stringContaining(`'${query.split('=')[0]}'`),
        })
      },
    )

    it('that the list does not have is ignored', async () => {
      expect(await names({ app_id: 'unknown', status: 'INACTIVE', __proto__x: 1 })).toEqual(newestFirst.slice(0, 10))
    })
  })

  describe('X-Auth-Token', () => {
    it('a token of the project lists', async () => {
      expect((await list({}, { auth: 'token' })).status).toBe(200)
    })

    it('is not mandatory: a signature with an access key lists as well, plain and derived', async () => {
      expect((await list({ common_name: "a'()*!" }, { auth: 'key' })).status).toBe(200)
      const { id: ak, secret: sk } = iotda.registry.firstRun.accessKey
      const path = `/v5/iot/${iotda.place.projectId}${LIST}`
      const headers = signHuawei({
        ak,
        sk,
        method: 'GET',
        url: iotda.registry.endpoint + path,
        date: new Date(iotda.time.now),
        derived: { region: 'local-1', service: 'iotdm' },
      })
      expect((await iotda.registry.get(path, { auth: 'none', headers })).status).toBe(200)
    })

    it('without any credentials the caller is not authenticated', async () => {
      expect(errorOf(await list({}, { auth: 'none' }))).toEqual({
        status: 401,
        code: 'IOTDA.000002',
        message: 'Authentication failed.',
      })
    })

    it('a token that nobody issued is refused', async () => {
      const headers = { 'X-Auth-Token': 'A'.repeat(43) }
      expect(errorOf(await list({}, { auth: 'none', headers }))).toMatchObject({ status: 401, code: 'IOTDA.000002' })
    })

    it('a wrong signature is refused, and neither the secret nor the signature is in the answer', async () => {
      const { id: ak, secret: sk } = iotda.registry.firstRun.accessKey
      const path = `/v5/iot/${iotda.place.projectId}${LIST}`
      const url = iotda.registry.endpoint + path
      const headers = signHuawei({ ak, sk: `${sk}x`, method: 'GET', url, date: new Date(iotda.time.now) })
      const answer = await iotda.registry.get(path, { auth: 'none', headers })
      expect(errorOf(answer)).toMatchObject({ status: 401, code: 'APIGW.0301' })
      expect(answer.text).not.toContain(sk)
      expect(answer.text).not.toContain(headers.Authorization?.split('Signature=')[1])
    })

    it('a clock that is more than 15 minutes off is refused', async () => {
      const { id: ak, secret: sk } = iotda.registry.firstRun.accessKey
      const path = `/v5/iot/${iotda.place.projectId}${LIST}`
      const url = iotda.registry.endpoint + path
      for (const seconds of [-901, 901]) {
        const headers = signHuawei({ ak, sk, method: 'GET', url, date: new Date(iotda.time.now + seconds * 1000) })
        const answer = await iotda.registry.get(path, { auth: 'none', headers })
        expect(errorOf(answer)).toMatchObject({ status: 401, code: 'APIGW.0301' })
      }
    })
  })

  describe('Instance-Id', () => {
    it('is not mandatory: without it, and with it empty, the default instance is meant', async () => {
      const answers = []
      for (const headers of [{}, { 'Instance-Id': '' }, { 'Instance-Id': iotda.place.instanceId }])
        answers.push((await list({}, { headers })).text)
      for (const text of answers) expect(text).toBe(answers[0])
    })

    it('"Unique identifier of each instance": each has records of its own', async () => {
      const { json } = await list({}, { headers: { 'Instance-Id': iotda.secondInstanceId } })
      expect(json).toEqual({ device_certificates: [], page: { count: 0, marker: null } })
    })

    it('an unknown one, somebody else’s, and a resource space’s id are refused alike', async () => {
      const refusals = []
      for (const id of ['unknown', iotda.foreign.instanceId, iotda.place.appId, "'", 'x'.repeat(300)])
        refusals.push(errorOf(await list({}, { headers: { 'Instance-Id': id } })))
      for (const refusal of refusals) expect(refusal).toEqual(refusals[0])
      expect(refusals[0]).toMatchObject({ status: 403, code: 'IOTDA.000021' })
    })
  })
})

describe('DeviceCertificateSimple', () => {
  const notAfter = Date.UTC(2023, 7, 10, 7, 5, 47)
  let der: Uint8Array
  let answer: Awaited<ReturnType<typeof list>>
  let certificate: DeviceCertificate
  beforeAll(async () => {
    const [made] = await bringIn(['iot_device'], { notBefore: Date.UTC(2022, 0, 1), notAfter })
    der = made?.der ?? new Uint8Array()
    answer = await list({ common_name: 'iot_device' })
    certificate = answer.json.device_certificates[0]
  })

  it('has exactly the members of table 5, in the sample’s order, and no certificate content', () => {
    const members = ['certificate_id', 'common_name', 'expiry_date', 'fingerprint', 'status']
    expect(Object.keys(certificate)).toEqual(members)
    expect(answer.text).not.toContain('BEGIN CERTIFICATE')
  })

  it('certificate_id: "a unique ID that identifies a device certificate", a UUID as in the sample', async () => {
    expect(certificate.certificate_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    const { json } = await list({ limit: 50 })
    const ids = json.device_certificates.map((one: DeviceCertificate) => one.certificate_id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('common_name: "common name of the device certificate"', () => {
    expect(certificate.common_name).toBe('iot_device')
  })

  it('expiry_date: "expiration time of the device certificate", yyyyMMddTHHmmssZ', () => {
    expect(certificate.expiry_date).toBe('20230810T070547Z')
  })

  it('expiry_date has 16 characters past 2049 too', async () => {
    await bringIn(['far-1'], { notAfter: Date.UTC(2050, 0, 1) })
    await bringIn(['far-2'], { notAfter: Date.UTC(9999, 11, 31, 23, 59, 59) })
    const { json } = await list({ common_name: 'far-' })
    const dates = json.device_certificates.map((one: DeviceCertificate) => one.expiry_date)
    expect(dates).toEqual(['99991231T235959Z', '20500101T000000Z'])
  })

  it('fingerprint: "SHA-256 fingerprint of the device certificate", 64 upper-case digits without colons', () => {
    expect(certificate.fingerprint).toBe(createHash('sha256').update(der).digest('hex').toUpperCase())
    expect(certificate.fingerprint).toBe(new X509Certificate(der).fingerprint256.replaceAll(':', ''))
  })

  it('status: "ACTIVE (default)"', () => {
    expect(certificate.status).toBe('ACTIVE')
  })

  it('status: "INACTIVE" once it is', async () => {
    const { records } = iotda.registry.storage
    const scope = await iotda.scope('iotda-devices')
    const record = await records.find(scope, { vendorId: certificate.certificate_id })
    await records.change(scope, record?.number ?? 0, { status: 'INACTIVE' })
    const { json } = await list({ common_name: 'iot_device' })
    expect(json.device_certificates[0].status).toBe('INACTIVE')
  })

  it('is found by its fingerprint: SHA-256 and SHA-1, in either case; the answer shows SHA-256', async () => {
    for (const algorithm of ['sha256', 'sha1']) {
      const digest = createHash(algorithm).update(der).digest('hex')
      for (const fingerprint of [digest, digest.toUpperCase()]) {
        const { json } = await list({ fingerprint })
        expect(json.page.count).toBe(1)
        expect(json.device_certificates[0].fingerprint).toBe(certificate.fingerprint)
      }
    }
  })

  it('both filters hold together', async () => {
    const fingerprint = certificate.fingerprint
    expect(await names({ fingerprint, common_name: 'iot_' })).toEqual(['iot_device'])
    expect(await names({ fingerprint, common_name: 'device-' })).toEqual([])
  })

  it('a certificate without a common name has an empty one, and no prefix finds it', async () => {
    await iotda.registry.bringIn('iotda-devices', { 'a.pem': quickCertificate('O=Nameless').pem })
    expect(await names({ limit: 1 })).toEqual([''])
    expect(await names({ common_name: 'O' })).toEqual([])
  })
})

describe('a common_name that looks like a pattern', () => {
  const odd = [
    '100%x',
    '100yx',
    'a_b',
    'axb',
    'pump(A)-1',
    'pump(B)-1',
    "it's#1",
    'x.,y&z',
    'q?!*@',
    'Case',
    'case',
    'two words',
  ]
  beforeAll(() => bringIn(odd))

  it.each([
    ['100%', ['100%x']],
    ['100%x', ['100%x']],
    ['%', []],
    ['a_', ['a_b']],
    ['_', []],
    ['pump(A', ['pump(A)-1']],
    ['pump(', ['pump(B)-1', 'pump(A)-1']],
    ["it's#", ["it's#1"]],
    ['x.,y&z', ['x.,y&z']],
    ['x.', ['x.,y&z']],
    ['q?!*', ['q?!*@']],
    ['q*', []],
    ['?', []],
    ['*', []],
    ['two ', ['two words']],
    ['two w', ['two words']],
  ])('"special characters" mean themselves: %j finds %j', async (common_name, found) => {
    expect(await names({ common_name, limit: 50 })).toEqual(found)
  })

  it('case counts', async () => {
    expect(await names({ common_name: 'Ca' })).toEqual(['Case'])
    expect(await names({ common_name: 'ca' })).toEqual(['case'])
  })
})

describe('turning pages with offset and marker', () => {
  const total = 620
  let scopeNames: string[]
  const headers = () => ({ 'Instance-Id': iotda.secondInstanceId })
  const page = (query: Readonly<Record<string, string | number>>) =>
    list({ limit: 50, ...query }, { headers: headers() })
  const namesOn = (json: { device_certificates: DeviceCertificate[] }) =>
    json.device_certificates.map(one => one.common_name)

  beforeAll(async () => {
    const made = Array.from({ length: total }, (_, i) => `unit-${String(i).padStart(3, '0')}`)
    const pem = made.map(name => quickCertificate(`CN=${name}`).pem).join('')
    await iotda.registry.bringIn('iotda-devices', { 'units.pem': pem }, { instance: iotda.secondInstanceId })
    scopeNames = made.toReversed()
  })

  it('"if there are 50 records on each page, you can directly specify offset to jump to the specified page within page 1 and 11"', async () => {
    for (let number = 1; number <= 11; number++) {
      const { json } = await page({ offset: (number - 1) * 50 })
      expect(namesOn(json)).toEqual(scopeNames.slice((number - 1) * 50, number * 50))
    }
  })

  it('"If you want to view records displayed on pages 12 to 22, you need to use the marker value returned on page 11"', async () => {
    const { json: eleventh } = await page({ offset: 500 })
    const { marker } = eleventh.page
    const { json: twelfth } = await page({ marker })
    expect(namesOn(twelfth)).toEqual(scopeNames.slice(550, 600))
    const { json: thirteenth } = await page({ marker, offset: 50 })
    expect(namesOn(thirteenth)).toEqual(scopeNames.slice(600))
    const { json: fourteenth } = await page({ marker, offset: 100 })
    expect(fourteenth).toEqual({ device_certificates: [], page: { count: total, marker: null } })
  })
})

describe('Page', () => {
  it('count: "Total number of records that meet the filter criteria", a number, before marker, offset and limit', async () => {
    const { json: whole } = await list({ limit: 50 })
    const { count } = whole.page
    expect(Number.isInteger(count)).toBe(true)
    for (const query of [{ limit: 1 }, { offset: 5 }, { marker: whole.page.marker }, { offset: 500 }])
      expect((await list(query)).json.page.count).toBe(count)
  })

  it('marker: "ID of the last record in this query, which can be used in the next query", also once it is deleted', async () => {
    await bringIn(['gone-1', 'gone-2', 'gone-3'])
    const { json } = await list({ limit: 2 })
    const [, second] = json.device_certificates
    expect(second.common_name).toBe('gone-2')
    const removed = await iotda.registry.delete(`/v5/iot/${iotda.place.projectId}${LIST}/${second.certificate_id}`)
    expect(removed.status).toBe(204)
    expect(await names({ marker: json.page.marker, limit: 1 })).toEqual(['gone-1'])
  })
})

describe('one device certificate', () => {
  const one = (id: string) => `/v5/iot/${iotda.place.projectId}${LIST}/${id}`

  it('is shown with the list’s members and its PEM', async () => {
    const [made] = await bringIn(['shown'])
    const { json } = await list({ common_name: 'shown' })
    const [listed] = json.device_certificates
    const answer = await iotda.registry.get(one(listed.certificate_id))
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({ ...listed, certificate_pem: made?.pem })
  })

  it('is deleted with 204 and no body, and is gone from list, count and show', async () => {
    await bringIn(['deleted'])
    const { json } = await list({ common_name: 'deleted' })
    const id = json.device_certificates[0].certificate_id
    const answer = await iotda.registry.delete(one(id), { headers: { 'Content-Type': 'application/json' } })
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect((await list({ common_name: 'deleted' })).json.page.count).toBe(0)
    for (const again of [await iotda.registry.get(one(id)), await iotda.registry.delete(one(id))])
      expect(errorOf(again)).toMatchObject({ status: 404, code: 'IOTDA.990404' })
  })

  it('that does not exist, or stands in another instance or project, is not found, all alike', async () => {
    const { json } = await list({ limit: 1 }, { headers: { 'Instance-Id': iotda.secondInstanceId } })
    const elsewhere = json.device_certificates[0].certificate_id
    const refusals = []
    for (const id of [elsewhere, '75a0c144-7c3c-4dac-9fd6-8c63dd9e969d', 'x', json.page.marker])
      refusals.push(errorOf(await iotda.registry.get(one(id))), errorOf(await iotda.registry.delete(one(id))))
    for (const refusal of refusals) expect(refusal).toEqual({ ...refusals[0], status: 404 })
  })
})

describe('bringing in', () => {
  it('the same certificate twice changes nothing', async () => {
    const { pem } = quickCertificate('CN=same')
    await iotda.registry.bringIn('iotda-devices', { 'a.pem': pem, 'b.pem': pem })
    await iotda.registry.bringIn('iotda-devices', { 'c.pem': pem })
    expect((await list({ common_name: 'same' })).json.page.count).toBe(1)
  })

  it('refuses what holds no certificate, and stores nothing', async () => {
    const { count } = (await list()).json.page
    const { pem, keyPem } = quickCertificate('CN=broken')
    for (const text of ['hello', pem.slice(0, 300), keyPem, pem + keyPem])
      await expect(iotda.registry.bringIn('iotda-devices', { 'a.pem': text })).rejects.toThrow(/a\.pem/)
    expect((await list()).json.page.count).toBe(count)
  })
})

describe('the rest of the path space', () => {
  it.each([
    ['PUT', '/device-certificates/x'],
    ['POST', '/device-certificates/x/list-device'],
  ])('%s %s is not supported, and says so', async (method, path) => {
    const answer = await iotda.registry.request(method, `/v5/iot/${iotda.place.projectId}${path}`, { json: {} })
    expect(errorOf(answer)).toMatchObject({ status: 501, code: 'IOTDA.990501' })
  })

  it('another method of the list is not allowed, and says which are', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await iotda.registry.request(method, `/v5/iot/${iotda.place.projectId}${LIST}`)
      expect(errorOf(answer)).toMatchObject({ status: 405, code: 'APIGW.0101' })
      expect(answer.headers.allow).toBe('GET')
    }
  })

  it('an unknown path is no API, in IoTDA’s words', async () => {
    for (const path of ['/v5/iot', '/v5/iot/', '/v5/iot/x/unknown', '/v5/iot/x/device-certificates/a/b/c'])
      expect(errorOf(await iotda.registry.get(path))).toMatchObject({ status: 404, code: 'APIGW.0101' })
  })

  it('a trailing slash changes nothing: both have one signature', async () => {
    expect((await iotda.get(`${LIST}/`)).status).toBe(200)
  })
})

describe('an expired token', () => {
  it('"must be updated"', async () => {
    const headers = { 'X-Auth-Token': await iotda.registry.token() }
    iotda.time.now += 25 * 3600 * 1000
    const answer = await list({}, { auth: 'none', headers })
    iotda.time.now -= 25 * 3600 * 1000
    expect(errorOf(answer)).toEqual({ status: 401, code: 'APIGW.0307', message: 'The token must be updated.' })
  })
})
