/**
 * Seed 002, IoTDA v5 "Obtain the Device CA Certificate List": a test for each sentence that can be checked, named after
 * it; and the upload and deletion of CA certificates.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caDraft } from '../../src/products/iotda/ca-certificate.ts'
import { numberOfRecordId, recordIdOf } from '../../src/products/iotda/record-id.ts'
import { readCertificate } from '../../src/x509/certificate.ts'
import { makeChain } from '../support/certificates.ts'
import { sm2CaPem, version1Pem } from '../support/fixtures.ts'
import { signHuawei } from '../support/sign.ts'
import { errorOf, type IotdaFixture, quickCertificate, startIotda } from './iotda-fixture.ts'

/** 2025-11-13T15:01:20Z */
const NOW = Date.UTC(2025, 10, 13, 15, 1, 20)

let iotda: IotdaFixture
beforeAll(async () => {
  iotda = await startIotda(NOW)
})
afterAll(() => iotda.close())

interface CaCertificate {
  certificate_id: string
  cn_name: string
}

type Query = Readonly<Record<string, string | number>>
type Options = Parameters<IotdaFixture['get']>[1]

const LIST = '/certificates'
const path = (suffix = '') => `/v5/iot/${iotda.place.projectId}${LIST}${suffix}`

function list(query: Query = {}, options?: Options) {
  const pairs = Object.entries(query).map(pair => pair.map(encodeURIComponent).join('='))
  return iotda.get(`${LIST}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`, options)
}

async function names(query: Query = {}): Promise<string[]> {
  const { status, json } = await list(query)
  expect(status).toBe(200)
  return json.certificates.map((certificate: CaCertificate) => certificate.cn_name)
}

async function refused(query: Query) {
  return errorOf(await list(query))
}

function caPem(subject: string, options: Parameters<typeof quickCertificate>[1] = {}) {
  return quickCertificate(subject, { ca: true, ...options }).pem
}

function upload(content: unknown, more: Readonly<Record<string, unknown>> = {}, options?: Options) {
  return iotda.registry.post(path(), { content, ...more }, options)
}

/** Uploads a CA certificate with this CN. @returns what the upload answered */
async function added(name: string, more: Readonly<Record<string, unknown>> = {}) {
  const answer = await upload(caPem(`O=Harbor Sensors,CN=${name}`), more)
  expect(answer.status).toBe(201)
  return answer.json
}

const count = async (query: Query = {}) => (await list(query)).json.page.count

describe('without any certificate', () => {
  it('an empty page has an empty list, a count of 0 and a null marker, so that clients stop', async () => {
    const { status, json } = await list()
    expect(status).toBe(200)
    expect(json).toEqual({ certificates: [], page: { count: 0, marker: null } })
  })
})

describe('Obtain the Device CA Certificate List', () => {
  let newestFirst: string[]
  let inSecondSpace: string[]
  beforeAll(async () => {
    const made = Array.from({ length: 13 }, (_, i) => `Root ${String(i).padStart(2, '0')}`)
    for (const [i, name] of made.entries()) await added(name, i % 3 === 0 ? { app_id: iotda.secondAppId } : {})
    newestFirst = made.toReversed()
    inSecondSpace = made.filter((_, i) => i % 3 === 0).toReversed()
  })

  it('GET /v5/iot/{project_id}/certificates answers 200 with certificates and page', async () => {
    const { status, json, headers } = await list()
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(Object.keys(json)).toEqual(['certificates', 'page'])
    expect(json.certificates).toBeInstanceOf(Array)
  })

  describe('status codes', () => {
    it('403: a user without iotda:certificates:queryList', async () => {
      const url = iotda.registry.endpoint + path()
      const headers = signHuawei({ ...iotda.plainUser, method: 'GET', url, date: new Date(NOW) })
      const answer = await iotda.registry.get(path(), { auth: 'none', headers })
      expect(errorOf(answer)).toMatchObject({ status: 403, code: 'IOTDA.000022' })
      expect(answer.json.error_msg).toContain('iotda:certificates:queryList')
    })

    it('403: somebody else’s project and one that does not exist, alike, whatever else is wrong', async () => {
      const refusals = []
      for (const project of [iotda.foreign.projectId, '0'.repeat(32), 'x'])
        for (const query of ['', '?limit=0', `?app_id=${iotda.foreign.appId}`])
          refusals.push(errorOf(await iotda.registry.get(`/v5/iot/${project}${LIST}${query}`)))
      for (const refusal of refusals) expect(refusal).toEqual(refusals[0])
      expect(refusals[0]).toMatchObject({ status: 403, code: 'IOTDA.000021' })
    })

    it('401 without credentials', async () => {
      expect(errorOf(await list({}, { auth: 'none' }))).toMatchObject({ status: 401, code: 'IOTDA.000002' })
    })
  })

  describe('app_id', () => {
    it('"If this parameter is not carried, certificates in all resource spaces are queried"', async () => {
      expect(await names({ limit: 50 })).toEqual(newestFirst)
    })

    it('"you can specify this parameter to query certificates in the specified resource space"', async () => {
      expect(await names({ app_id: iotda.secondAppId })).toEqual(inSecondSpace)
      const others = newestFirst.filter(name => !inSecondSpace.includes(name))
      expect(await names({ app_id: iotda.place.appId })).toEqual(others)
    })

    it('count, marker and offset are those of the space', async () => {
      const app_id = iotda.secondAppId
      const { json } = await list({ app_id, limit: 2 })
      expect(json.page.count).toBe(inSecondSpace.length)
      expect(await names({ app_id, marker: json.page.marker, offset: 1 })).toEqual(inSecondSpace.slice(3))
    })

    it('a marker of another space works as well: it is a comparison', async () => {
      const { json } = await list({ app_id: iotda.place.appId, limit: 1 })
      const expected = inSecondSpace.filter(name => name < (json.certificates[0].cn_name as string))
      expect(await names({ app_id: iotda.secondAppId, marker: json.page.marker })).toEqual(expected)
    })

    it('an empty one is as if it were absent', async () => {
      expect(await count({ app_id: '' })).toBe(13)
    })

    it('an unknown space, somebody else’s, and an instance’s id are refused alike', async () => {
      const refusals = []
      for (const app_id of ['unknown', iotda.foreign.appId, iotda.place.instanceId])
        refusals.push(await refused({ app_id }))
      for (const refusal of refusals)
        expect(refusal).toEqual({ status: 403, code: 'IOTDA.001000', message: 'The application does not exist.' })
    })

    it.each(['a'.repeat(37), 'a b', "a'b", 'a%b', 'é'])(
      'that no space can have is refused by name: %j',
      async app_id => {
        expect(await refused({ app_id })).toEqual({
          status: 400,
          code: 'IOTDA.000006',
          message: expect.stringContaining("'app_id'"),
        })
      },
    )
  })

  describe('limit', () => {
    it('"Number of records to be displayed on each page", "Default: 10"', async () => {
      expect(await names()).toEqual(newestFirst.slice(0, 10))
      for (const limit of [1, 3, 13]) expect(await names({ limit })).toEqual(newestFirst.slice(0, limit))
    })

    it('"Minimum: 1", "Maximum: 50"', async () => {
      expect(await names({ limit: 1 })).toHaveLength(1)
      expect(await names({ limit: 50 })).toHaveLength(13)
      for (const limit of [0, 51, -1])
        expect(await refused({ limit })).toMatchObject({ status: 400, code: 'IOTDA.000017' })
    })

    it.each(['abc', '1e3', '', '1.5'])('"an integer": %j is none', async limit => {
      expect(await refused({ limit })).toEqual({
        status: 400,
        code: 'IOTDA.000006',
        message: expect.stringContaining("'limit'"),
      })
    })
  })

  describe('marker', () => {
    it('"Records are queried in descending order of record IDs (the marker value)": a CA’s id is its record id', async () => {
      const { json } = await list({ limit: 50 })
      const ids: string[] = json.certificates.map((certificate: CaCertificate) => certificate.certificate_id)
      expect(ids).toEqual(ids.toSorted().reverse())
      expect(json.page.marker).toBe(ids.at(-1))
    })

    it('"A newer record will have a larger ID"', async () => {
      const { json } = await list({ limit: 1 })
      const newer = await added('Newer')
      expect(newer.certificate_id > json.certificates[0].certificate_id).toBe(true)
      expect((await iotda.registry.delete(path(`/${newer.certificate_id}`))).status).toBe(204)
    })

    it('"If marker is specified, only the records whose IDs are smaller than marker are queried"', async () => {
      const { json } = await list({ limit: 5 })
      expect(await names({ marker: json.page.marker, limit: 50 })).toEqual(newestFirst.slice(5))
      expect(await names({ marker: json.page.marker.toUpperCase(), limit: 50 })).toEqual(newestFirst.slice(5))
    })

    it('"If marker is not specified, the query starts from … the latest record"', async () => {
      expect(await names({ limit: 1 })).toEqual(newestFirst.slice(0, 1))
    })

    it.each([1, 2, 6, 13, 50])(
      '"If all data needs to be queried in sequence": a walk by marker, %i a page',
      async limit => {
        const seen: string[] = []
        let marker: string | null = 'f'.repeat(36)
        while (marker !== null) {
          const { json } = await list({ limit, marker })
          expect(json.page.count).toBe(13)
          seen.push(...json.certificates.map((certificate: CaCertificate) => certificate.cn_name))
          marker = json.page.marker
        }
        expect(seen).toEqual(newestFirst)
      },
    )

    it('"Default: ffffffffffffffffffffffffffffffffffff", 36 of them', async () => {
      for (const length of [24, 30, 36])
        expect(await names({ marker: 'f'.repeat(length) })).toEqual(newestFirst.slice(0, 10))
    })

    it.each(['6'.repeat(23), '6'.repeat(36), 'f'.repeat(37), '75a0c144-7c3c-4dac-9fd6-8c63dd9e969d', 'Root 05'])(
      '%j is none',
      async marker => {
        expect(await refused({ marker })).toEqual({
          status: 400,
          code: 'IOTDA.000018',
          message: expect.stringContaining("'marker'"),
        })
      },
    )
  })

  describe('offset', () => {
    it('"the query starts from the N+1 record after the last record in the previous query"', async () => {
      const { json } = await list({ limit: 4 })
      for (const offset of [0, 1, 8])
        expect(await names({ marker: json.page.marker, offset, limit: 2 })).toEqual(
          newestFirst.slice(4 + offset, 6 + offset),
        )
    })

    it('"Default: 0"', async () => {
      expect(await names({ offset: 0 })).toEqual(await names())
    })

    it('"Minimum: 0", "Maximum: 500"', async () => {
      const { json } = await list({ offset: 500 })
      expect(json).toEqual({ certificates: [], page: { count: 13, marker: null } })
      for (const offset of ['-1', '501', 'x', ''])
        expect(await refused({ offset })).toEqual({
          status: 400,
          code: 'IOTDA.000006',
          message: expect.stringContaining("'offset'"),
        })
    })
  })

  it.each(['app_id', 'limit', 'marker', 'offset'])('%s given twice is refused by name', async name => {
    const value = name === 'marker' ? 'f'.repeat(24) : '1'
    expect(errorOf(await iotda.get(`${LIST}?${name}=${value}&${name}=${value}`))).toEqual({
      status: 400,
      code: 'IOTDA.000006',
      message: expect.stringContaining(`'${name}'`),
    })
  })

  describe('request headers', () => {
    it('"X-Auth-Token" is not mandatory: a signature with an access key lists as well', async () => {
      expect((await list({}, { auth: 'key' })).status).toBe(200)
    })

    it('"Instance-Id": each instance has certificates of its own', async () => {
      const mine = await list({}, { headers: { 'Instance-Id': iotda.place.instanceId } })
      expect(mine.text).toBe((await list()).text)
      const other = await list({}, { headers: { 'Instance-Id': iotda.secondInstanceId } })
      expect(other.json).toEqual({ certificates: [], page: { count: 0, marker: null } })
    })

    it('an Instance-Id that the project does not have is refused', async () => {
      for (const id of ['unknown', iotda.foreign.instanceId])
        expect(errorOf(await list({}, { headers: { 'Instance-Id': id } }))).toMatchObject({
          status: 403,
          code: 'IOTDA.000021',
        })
    })

    it('Stage-Auth-Token and Sp-Auth-Token are ignored', async () => {
      expect((await list({}, { headers: { 'Stage-Auth-Token': 'x', 'Sp-Auth-Token': 'y' } })).status).toBe(200)
    })
  })
})

describe('CertificatesRspDTO', () => {
  let certificate: Record<string, unknown>
  let text: string
  beforeAll(async () => {
    const pem = caPem('O=Example Works,CN=Sample CA', {
      notBefore: Date.UTC(2019, 11, 12, 12, 12, 12),
      notAfter: Date.UTC(2022, 11, 12, 12, 12, 12),
    })
    expect((await upload(pem)).status).toBe(201)
    const answer = await list({ limit: 1 })
    certificate = answer.json.certificates[0]
    text = answer.text
  })

  it('has exactly the members of table 5 and those that are newer than the seed, and no certificate content', () => {
    const seed = [
      'certificate_id',
      'cn_name',
      'owner',
      'status',
      'verify_code',
      'provision_enable',
      'template_id',
      'create_date',
      'effective_date',
      'expiry_date',
    ]
    const newer = ['ocsp_enable', 'ocsp_server_ca_id', 'ocsp_ssl_enable']
    expect(Object.keys(certificate).sort()).toEqual([...seed, ...newer].sort())
    expect(text).not.toContain('BEGIN CERTIFICATE')
  })

  it('certificate_id: "Unique CA certificate ID, allocated by the platform when the certificate is uploaded"', async () => {
    expect(certificate.certificate_id).toMatch(/^[0-9a-f]{24}$/)
    const { json } = await list({ limit: 50 })
    const ids = json.certificates.map((one: CaCertificate) => one.certificate_id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('cn_name: "CN of the CA certificate"', () => {
    expect(certificate.cn_name).toBe('Sample CA')
  })

  it('owner: "Owner of the CA certificate", the subject’s organisation', () => {
    expect(certificate.owner).toBe('Example Works')
  })

  it('owner: the common name where there is no organisation', async () => {
    const { json } = await upload(caPem('CN=No Organisation'))
    expect(json.owner).toBe('No Organisation')
  })

  it('status: a boolean; "false indicates that the certificate does not pass the verification"', () => {
    expect(certificate.status).toBe(false)
  })

  it('status: "true indicates that the certificate has been verified"', async () => {
    const number = numberOfRecordId(String(certificate.certificate_id)) ?? 0
    await iotda.registry.storage.records.change(await iotda.scope('iotda-cas'), number, { status: 'VERIFIED' })
    const { json } = await list({ limit: 50 })
    const verified = json.certificates.filter((one: { status: unknown }) => one.status === true)
    expect(verified.map((one: CaCertificate) => one.cn_name)).toEqual(['Sample CA'])
  })

  it('verify_code: "Verification code of the CA certificate", a UUID of its own', async () => {
    expect(certificate.verify_code).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    const { json } = await list({ limit: 50 })
    const codes = json.certificates.map((one: { verify_code: string }) => one.verify_code)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('provision_enable: a boolean, false as long as nothing enabled it', () => {
    expect(certificate.provision_enable).toBe(false)
  })

  it('template_id: "ID of the bound pre-provisioning template", null without one', () => {
    expect(certificate.template_id).toBeNull()
  })

  it("create_date: \"Time when the certificate was created\", yyyyMMdd'T'HHmmss'Z'", () => {
    expect(certificate.create_date).toBe('20251113T150120Z')
  })

  it('effective_date: "Time when the CA certificate starts to take effect"', () => {
    expect(certificate.effective_date).toBe('20191212T121212Z')
  })

  it('expiry_date: "Time when CA certificate expires", also of an expired one', () => {
    expect(certificate.expiry_date).toBe('20221212T121212Z')
  })

  it('expiry_date has 16 characters past 2049 too', async () => {
    const { json } = await upload(caPem('CN=Far', { notAfter: Date.UTC(2159, 4, 6, 7, 8, 9) }))
    expect(json.expiry_date).toBe('21590506T070809Z')
  })

  it('ocsp_enable, ocsp_ssl_enable and ocsp_server_ca_id are off', () => {
    expect(certificate).toMatchObject({ ocsp_enable: false, ocsp_ssl_enable: false, ocsp_server_ca_id: null })
  })
})

describe('Page', () => {
  it('count: "Total number of records that meet the query conditions", a number, the same on every page', async () => {
    const total = await count()
    expect(Number.isInteger(total)).toBe(true)
    const { json } = await list({ limit: 3 })
    expect(await count({ marker: json.page.marker })).toBe(total)
    expect(await count({ offset: 500 })).toBe(total)
  })

  it('marker: "ID of the last record in this query, which can be used in the next query", also once it is deleted', async () => {
    for (const name of ['gone 1', 'gone 2', 'gone 3']) await added(name)
    const { json } = await list({ limit: 2 })
    expect((await iotda.registry.delete(path(`/${json.page.marker}`))).status).toBe(204)
    expect(await names({ marker: json.page.marker, limit: 1 })).toEqual(['gone 1'])
  })
})

describe('Upload a Device CA Certificate', () => {
  it('answers 201 with the certificate as the list has it', async () => {
    const json = await added('Harbor Root')
    expect(json).toMatchObject({ cn_name: 'Harbor Root', owner: 'Harbor Sensors', status: false })
    expect((await list({ limit: 1 })).json.certificates[0]).toEqual(json)
  })

  it('goes to the default resource space, or to the one of app_id', async () => {
    const inSecond = await count({ app_id: iotda.secondAppId })
    const inDefault = await count({ app_id: iotda.place.appId })
    await added('for second', { app_id: iotda.secondAppId })
    await added('for default')
    await added('for default by name', { app_id: iotda.place.appId })
    await added('for default by nothing', { app_id: '' })
    expect(await count({ app_id: iotda.secondAppId })).toBe(inSecond + 1)
    expect(await count({ app_id: iotda.place.appId })).toBe(inDefault + 3)
  })

  it('takes a version 1 self-signed root, an intermediate, an SM2 root, and PEM with text around it', async () => {
    const { intermediate } = makeChain()
    const withText = `Bag Attributes\n    friendlyName: x\n${caPem('CN=With Text').replaceAll('\n', '\r\n')}\nthe end\n`
    for (const pem of [version1Pem, intermediate.pem, sm2CaPem, withText]) expect((await upload(pem)).status).toBe(201)
    expect(await names({ limit: 4 })).toEqual(['With Text', 'SM2 Test CA', 'Test Intermediate', 'Version One'])
  })

  it('takes more than 100: there is no limit of certificates a tenant', async () => {
    const before = await count()
    const pems = Array.from({ length: 140 }, (_, i) => caPem(`CN=Many ${i}`))
    await iotda.registry.bringIn('iotda-cas', { 'many.pem': pems.join('') })
    expect(await count()).toBe(before + 140)
    expect((await upload(caPem('CN=One More'))).status).toBe(201)
  })

  describe('the same certificate', () => {
    it('twice in one resource space is refused, and stored once', async () => {
      const pem = caPem('CN=Same')
      expect((await upload(pem)).status).toBe(201)
      const before = await count()
      for (const again of [pem, `text\n${pem}`])
        expect(errorOf(await upload(again))).toMatchObject({ status: 400, code: 'IOTDA.990409' })
      expect(await count()).toBe(before)
    })

    it('in two resource spaces and in two instances is taken in each', async () => {
      const pem = caPem('CN=Everywhere')
      const answers = [
        await upload(pem),
        await upload(pem, { app_id: iotda.secondAppId }),
        await upload(pem, {}, { headers: { 'Instance-Id': iotda.secondInstanceId } }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
      const codes = answers.map(({ json }) => json.verify_code)
      expect(new Set(codes).size).toBe(3)
    })

    it('again after it was deleted is taken', async () => {
      const pem = caPem('CN=Phoenix')
      const { json } = await upload(pem)
      await iotda.registry.delete(path(`/${json.certificate_id}`))
      expect((await upload(pem)).status).toBe(201)
    })

    it('by many at once is stored once', async () => {
      const pem = caPem('CN=Race')
      const answers = await Promise.all(Array.from({ length: 12 }, () => upload(pem)))
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 400)).toHaveLength(11)
    })
  })

  describe('refuses, names what is wrong, and stores nothing', () => {
    let before: number
    beforeAll(async () => {
      before = await count()
    })
    const unchanged = async () => expect(await count()).toBe(before)

    const { root, leaf } = makeChain()
    it.each([
      ['what is no PEM', 'hello'],
      ['white space', ' \n '],
      ['a truncated certificate', root.pem.slice(0, 300)],
      ['a certificate cut inside of its DER', root.pem.replace(/.{65}(?=-----END)/s, '\n')],
      ['a private key where a certificate belongs', root.keyPem],
      ['a certificate with its private key', root.pem + root.keyPem],
      ['two certificates', root.pem + leaf.pem],
      ['a certificate whose basicConstraints say CA:FALSE', quickCertificate('CN=leaf', { ca: false }).pem],
      ['a certificate of a CA without basicConstraints', leaf.pem],
      ['base64 without PEM', Buffer.from(root.der).toString('base64')],
    ])('%s: IOTDA.014301', async (_, content) => {
      const answer = await upload(content)
      expect(errorOf(answer)).toMatchObject({ status: 400, code: 'IOTDA.014301' })
      expect(answer.json.error_msg).toMatch(/^Invalid certificate content\. .+\.$/)
      for (const line of content.split('\n').filter(it => it.length > 20)) expect(answer.text).not.toContain(line)
      await unchanged()
    })

    it.each([
      ['content', {}],
      ['content', { content: '' }],
      ['content', { content: null }],
      ['content', { content: 7 }],
      ['content', { content: ['-----BEGIN CERTIFICATE-----'] }],
      ['content', { content: 'x'.repeat(65_536) }],
      ['app_id', { content: root.pem, app_id: 5 }],
      ['app_id', { content: root.pem, app_id: 'a b' }],
      ['app_id', { content: root.pem, app_id: 'a'.repeat(37) }],
    ])('a bad %s: IOTDA.000006', async (name, body) => {
      expect(errorOf(await iotda.registry.post(path(), body))).toEqual({
        status: 400,
        code: 'IOTDA.000006',
        message: expect.stringContaining(`'${name}'`),
      })
      await unchanged()
    })

    it('an unknown resource space and somebody else’s: IOTDA.001000', async () => {
      for (const app_id of ['unknown', iotda.foreign.appId])
        expect(errorOf(await upload(root.pem, { app_id }))).toMatchObject({ status: 403, code: 'IOTDA.001000' })
      await unchanged()
    })

    it.each(['{', '[]', '"x"', 'null', '', '{"content": "a",}', "{'content': 'a'}"])(
      'malformed JSON: %j',
      async body => {
        const headers = { 'Content-Type': 'application/json' }
        const answer = await iotda.registry.request('POST', path(), { body, headers })
        expect(errorOf(answer)).toMatchObject({ status: 400, code: 'IOTDA.000008' })
        await unchanged()
      },
    )

    it('a body that is not UTF-8', async () => {
      const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])
      const answer = await iotda.registry.request('POST', path(), {
        body,
        headers: { 'Content-Type': 'application/json' },
      })
      expect(errorOf(answer)).toMatchObject({ status: 400, code: 'IOTDA.000008' })
    })

    it('another media type: 415', async () => {
      const body = JSON.stringify({ content: root.pem })
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
        const answer = await iotda.registry.request('POST', path(), { body, headers: { 'Content-Type': type } })
        expect(errorOf(answer)).toMatchObject({ status: 415, code: 'IOTDA.000008' })
      }
      await unchanged()
    })

    it('a body over the limit: 413', async () => {
      const answer = await upload(root.pem, { filler: 'x'.repeat(1024 * 1024) })
      expect(errorOf(answer)).toMatchObject({ status: 413, code: 'APIGW.0201' })
      await unchanged()
    })

    it('who has no permission, before anything of the body is looked at', async () => {
      const body = '{'
      const url = iotda.registry.endpoint + path()
      const headers = signHuawei({
        ...iotda.plainUser,
        method: 'POST',
        url,
        body,
        headers: { 'Content-Type': 'application/json' },
        date: new Date(NOW),
      })
      const answer = await iotda.registry.request('POST', path(), { auth: 'none', headers, body })
      expect(errorOf(answer)).toMatchObject({ status: 403, code: 'IOTDA.000022' })
      expect(answer.json.error_msg).toContain('iotda:certificates:upload')
    })

    it('somebody else’s project', async () => {
      const foreign = `/v5/iot/${iotda.foreign.projectId}${LIST}`
      expect(errorOf(await iotda.registry.post(foreign, { content: root.pem }))).toMatchObject({
        status: 403,
        code: 'IOTDA.000021',
      })
    })
  })

  it('ignores members that it does not have, however dangerous they look', async () => {
    const more = { status: true, certificate_id: '6'.repeat(24), verify_code: 'x', number: 1, constructor: 1 }
    const json = await added('Mass Assignment', more)
    expect(json.status).toBe(false)
    expect(json.certificate_id).not.toBe(more.certificate_id)
    expect(json.verify_code).not.toBe('x')
  })
})

describe('one CA certificate', () => {
  it('is shown with the list’s members, a name that nothing sets, and its content', async () => {
    const pem = caPem('CN=Shown')
    const { json } = await upload(`before\n${pem}after\n`)
    const answer = await iotda.registry.get(path(`/${json.certificate_id}`))
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({ ...json, name: null, content: pem })
  })

  it('is deleted with 204 and no body, and is gone from list, count and show', async () => {
    const { certificate_id } = await added('Deleted')
    const before = await count()
    const answer = await iotda.registry.delete(path(`/${certificate_id}`), {
      headers: { 'Content-Type': 'application/json' },
    })
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect(await count()).toBe(before - 1)
    for (const again of [
      await iotda.registry.get(path(`/${certificate_id}`)),
      await iotda.registry.delete(path(`/${certificate_id}`)),
    ])
      expect(errorOf(again)).toMatchObject({ status: 404, code: 'IOTDA.990404' })
  })

  it('that does not exist, or stands in another instance or project, is not found, all alike', async () => {
    const draft = caDraft(readCertificate(quickCertificate('CN=Foreign', { ca: true }).der), {
      appId: iotda.foreign.appId,
      creator: 'f'.repeat(32),
      now: NOW,
    })
    const [foreign] = await iotda.registry.storage.records.add(await iotda.foreignScope('iotda-cas'), [draft])
    const { json } = await upload(caPem('CN=Elsewhere'), {}, { headers: { 'Instance-Id': iotda.secondInstanceId } })
    const refusals = []
    const ids = [json.certificate_id, recordIdOf(foreign?.record.number ?? 0), '6'.repeat(24), 'x', 'a'.repeat(300)]
    for (const id of ids)
      refusals.push(
        errorOf(await iotda.registry.get(path(`/${id}`))),
        errorOf(await iotda.registry.delete(path(`/${id}`))),
      )
    for (const refusal of refusals) expect(refusal).toEqual({ ...refusals[0], status: 404 })
    expect(await names({ limit: 50 })).not.toContain('Foreign')
  })

  it('needs a permission of its own to be seen: iotda:certificate:query, singular', async () => {
    const { certificate_id } = await added('Secretive')
    const one = path(`/${certificate_id}`)
    const headers = signHuawei({
      ...iotda.plainUser,
      method: 'GET',
      url: iotda.registry.endpoint + one,
      date: new Date(NOW),
    })
    const answer = await iotda.registry.get(one, { auth: 'none', headers })
    expect(answer.json.error_msg).toContain('iotda:certificate:query')
  })
})

describe('bringing in CA certificates', () => {
  it('goes to the default resource space, unverified, and a second time changes nothing', async () => {
    const { root, intermediate } = makeChain()
    await iotda.registry.bringIn('iotda-cas', { 'chain.pem': root.pem + intermediate.pem })
    const { json } = await list({ app_id: iotda.place.appId, limit: 2 })
    expect(json.certificates.map((one: CaCertificate) => one.cn_name)).toEqual(['Test Intermediate', 'Test Root'])
    expect(json.certificates[0].status).toBe(false)
    await iotda.registry.bringIn('iotda-cas', { 'root.pem': root.pem, 'both.pem': intermediate.pem + root.pem })
    expect(await count()).toBe(json.page.count + (await count({ app_id: iotda.secondAppId })))
  })

  it('refuses what is no CA certificate, and says why', async () => {
    const { leaf } = makeChain()
    await expect(iotda.registry.bringIn('iotda-cas', { 'leaf.pem': leaf.pem })).rejects.toThrow(
      /leaf\.pem.*no CA certificate/,
    )
  })
})

describe('the rest of the path space', () => {
  it.each([
    ['PUT', '/certificates/x'],
    ['POST', '/certificates/x/action?action_id=verify'],
    ['GET', '/server-certificates'],
    ['POST', '/server-certificates'],
    ['GET', '/server-certificates/x'],
    ['DELETE', '/server-certificates/x'],
    ['GET', '/provisioning-templates'],
    ['POST', '/provisioning-templates'],
    ['GET', '/provisioning-templates/x'],
    ['PUT', '/provisioning-templates/x'],
    ['DELETE', '/provisioning-templates/x'],
  ])('%s %s is not supported, and says so', async (method, suffix) => {
    const answer = await iotda.registry.request(method, `/v5/iot/${iotda.place.projectId}${suffix}`)
    expect(errorOf(answer)).toMatchObject({ status: 501, code: 'IOTDA.990501' })
  })

  it('another method of the list is not allowed, and says which are', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await iotda.registry.request(method, path())
      expect(errorOf(answer)).toMatchObject({ status: 405, code: 'APIGW.0101' })
      expect(answer.headers.allow?.split(', ').sort()).toEqual(['GET', 'POST'])
    }
  })
})
