/**
 * Seed 004, "Obtaining SSL Certificates" (ROMA Connect APIC v2): a test for each sentence that can be checked, named
 * after it, under the path word of the seed and under its sibling's. Behind it, what the reference says of the same
 * list, and of showing and deleting.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKeyPair } from '../support/certificates.ts'
import { signHuawei } from '../support/sign.ts'
import { type ApicFixture, encoded, errorOf, formOf, type Query, startApic, WORDS } from './apic-fixture.ts'

let apic: ApicFixture
beforeAll(async () => {
  apic = await startApic()
  await fill()
})
afterAll(() => apic.close())

/** Seven certificates, the last one being the newest. */
async function fill() {
  const { instanceId, secondInstanceId, time } = apic
  const own = { type: 'instance', instance_id: instanceId }
  const root = formOf({}, { subject: 'CN=Client Root', ca: true }).cert_content
  await apic.add(
    { name: 'cert_demo', ...own },
    {
      subject: 'CN=apigtest.example.com',
      sans: ['apigtest.example.com', '*.san.com'],
      keys: makeKeyPair('rsa'),
      notAfter: Date.UTC(2027, 3, 26, 9, 3, 30),
    },
  )
  time.now += 1000
  await apic.add({ name: 'edge_wildcard' }, { subject: 'CN=*.edge.example', sans: ['*.edge.example', 'edge.example'] })
  time.now += 1000
  await apic.add({ name: 'other_gate', type: 'instance', instance_id: secondInstanceId })
  time.now += 1000
  await apic.add(
    { name: 'mtls_gate', trusted_root_ca: root, ...own },
    { subject: 'CN=mtls.example', sans: ['mtls.example'] },
  )
  time.now += 1000
  await apic.add({ name: 'p384_gate', ...own }, { sans: ['10.0.0.1', 'p.test'], keys: makeKeyPair('p-384') })
  time.now += 1000
  const sm2 = { keys: makeKeyPair('sm2') }
  const signing = formOf({}, { keys: makeKeyPair('sm2') })
  await apic.add(
    { name: 'sm2_gate', ...own, cert_content_sign: signing.cert_content, private_key_sign: signing.private_key },
    sm2,
  )
  time.now += 696
  await apic.add({ name: 'Demo_upper', ...own })
}

/** Names of the visible set of the first instance, newest first. */
const VISIBLE = ['Demo_upper', 'sm2_gate', 'p384_gate', 'mtls_gate', 'edge_wildcard', 'cert_demo']
const GLOBAL = ['edge_wildcard']
const OWN = VISIBLE.filter(name => !GLOBAL.includes(name))

describe.each(WORDS)('GET /v2/{project_id}/%s/certificates', word => {
  const list = (query: Query = {}) => apic.list(word, query)
  const refused = async (query: Query) => errorOf(await list(query))
  async function names(query: Query = {}): Promise<string[]> {
    const { status, json } = await list(query)
    expect(status).toBe(200)
    return json.certs.map(({ name }: { name: string }) => name)
  }
  async function row(name: string) {
    const { json } = await list({ name })
    expect(json.total).toBe(1)
    return json.certs[0]
  }

  describe('Authorization Information', () => {
    it('"Each account has all the permissions required to call all APIs"', async () => {
      expect((await apic.list(word, {}, { auth: 'key' })).status).toBe(200)
    })

    it('"IAM users must be assigned the required permissions"', async () => {
      const url = `${apic.registry.endpoint}${apic.path(word)}?instance_id=${apic.instanceId}`
      const headers = signHuawei({ ...apic.plainUser, method: 'GET', url, date: new Date(apic.time.now) })
      const answer = await apic.registry.get(url.slice(apic.registry.endpoint.length), { auth: 'none', headers })
      expect(errorOf(answer)).toMatchObject({ status: 403, code: 'APIG.1005' })
    })
  })

  describe('Table 1 Path Parameters', () => {
    it('project_id: the certificates of this project are listed', async () => {
      const { json } = await list()
      for (const cert of json.certs) expect(cert.project_id).toBe(apic.projectId)
    })

    it.each([
      ['of another account', () => apic.foreign.projectId],
      ['that does not exist', () => '0'.repeat(32)],
      ['that is none', () => '{project_id}'],
    ])('project_id %s is refused as without permission', async (_, projectId) => {
      const path = apic.path(word, encodeURIComponent(projectId()))
      const answer = await apic.registry.get(`${path}?instance_id=${apic.foreign.instanceId}`)
      expect(errorOf(answer)).toMatchObject({ status: 403, code: 'APIG.1005' })
    })
  })

  describe('Table 2 Query Parameters', () => {
    it('offset, not mandatory: 0 without it', async () => {
      expect(await names()).toEqual(VISIBLE)
      expect(await names({ offset: 0 })).toEqual(VISIBLE)
    })

    it('offset: "Offset from which the query starts"', async () => {
      expect(await names({ offset: 2 })).toEqual(VISIBLE.slice(2))
    })

    it('offset: "If the offset is less than 0, the value is automatically converted to 0"', async () => {
      expect(await names({ offset: -1 })).toEqual(VISIBLE)
      expect(await names({ offset: '-9223372036854775808' })).toEqual(VISIBLE)
    })

    it('offset, Long: one past the end, up to the largest, gives an empty page and the same total', async () => {
      for (const offset of [6, 501, '9223372036854775807']) {
        const { status, json } = await list({ offset })
        expect(status).toBe(200)
        expect(json).toEqual({ total: 6, size: 0, certs: [] })
      }
    })

    it.each(['abc', '1e3', '1.5', '0x10', ' 1', '+1', '9223372036854775808', '١'])(
      'offset, Long: %j is none',
      async offset => {
        const answer = await refused({ offset })
        expect(answer).toMatchObject({ status: 400, code: 'APIG.2012' })
        expect(answer.message).toContain('parameterName:offset.')
      },
    )

    it('limit: "Number of items displayed on each page"', async () => {
      expect(await names({ limit: 2 })).toEqual(VISIBLE.slice(0, 2))
      expect(await names({ limit: 2, offset: 4 })).toEqual(VISIBLE.slice(4, 6))
    })

    it.each([0, -1, -2147483648, 501, 2147483647, '', 15, 51])('limit: %j is made to fit, not refused', async limit => {
      expect(await names({ limit })).toEqual(VISIBLE)
    })

    it.each(['abc', '1e3', '1.0', '2147483648', '10 '])('limit, Integer: %j is none', async limit => {
      const answer = await refused({ limit })
      expect(answer).toMatchObject({ status: 400, code: 'APIG.2012' })
      expect(answer.message).toContain('parameterName:limit.')
    })

    it('name: "Certificate name", any part of it', async () => {
      expect(await names({ name: 'mtls_gate' })).toEqual(['mtls_gate'])
      expect(await names({ name: '_gate' })).toEqual(['sm2_gate', 'p384_gate', 'mtls_gate'])
      expect(await names({ name: 'm' })).toEqual(['Demo_upper', 'sm2_gate', 'mtls_gate', 'cert_demo'])
    })

    it('name: its case counts', async () => {
      expect(await names({ name: 'Demo' })).toEqual(['Demo_upper'])
      expect(await names({ name: 'demo' })).toEqual(['cert_demo'])
    })

    it('name: %, _, * and what else is a pattern elsewhere mean themselves', async () => {
      for (const name of ['%', 'cert%', 'cert*', '.*', "' OR 1=1 --", '"', '\\', 'cert?demo'])
        expect(await names({ name })).toEqual([])
      expect(await names({ name: 't_d' })).toEqual(['cert_demo'])
    })

    it('common_name: "Certificate domain name", the whole of it', async () => {
      expect(await names({ common_name: 'apigtest.example.com' })).toEqual(['cert_demo'])
      expect(await names({ common_name: '*.edge.example' })).toEqual(['edge_wildcard'])
      expect(await names({ common_name: 'apigtest' })).toEqual([])
      expect(await names({ common_name: '*.san.com' })).toEqual([])
    })

    it('signature_algorithm: "Certificate signature algorithm"', async () => {
      expect(await names({ signature_algorithm: 'SHA256-RSA' })).toEqual(['cert_demo'])
      expect(await names({ signature_algorithm: 'ECDSA-SHA384' })).toEqual(['p384_gate'])
      expect(await names({ signature_algorithm: 'SM2-SM3' })).toEqual(['sm2_gate'])
    })

    it.each(['SHA3-RSA', 'sha256-rsa', 'sha256WithRSAEncryption', 'constructor'])(
      'signature_algorithm: nothing has the algorithm %s',
      async signature_algorithm => {
        expect((await list({ signature_algorithm })).json).toEqual({ total: 0, size: 0, certs: [] })
      },
    )

    it('type: "Certificate scope", the own certificates of the instance or those of all', async () => {
      expect(await names({ type: 'instance' })).toEqual(OWN)
      expect(await names({ type: 'global' })).toEqual(GLOBAL)
    })

    it.each(['Global', 'common', 'all', '1'])('type: %s is none', async type => {
      const answer = await refused({ type })
      expect(answer).toMatchObject({ status: 400, code: 'APIG.2012' })
      expect(answer.message).toContain('parameterName:type.')
    })

    it('instance_id is mandatory', async () => {
      for (const query of ['', '?limit=10', '?instance_id=', '?instance_id'])
        expect(errorOf(await apic.registry.get(`${apic.path(word)}${query}`))).toEqual({
          status: 400,
          code: 'APIG.2001',
          message:
            'The request parameters must be specified,parameterName:instance_id. Please refer to the support documentation',
        })
    })

    it('instance_id: "ID of the certificate instance"', async () => {
      expect(await names({ instance_id: apic.secondInstanceId })).toEqual(['other_gate', 'edge_wildcard'])
      expect(await names({ instance_id: apic.secondInstanceId, type: 'instance' })).toEqual(['other_gate'])
    })

    it('instance_id: common lists what serves every instance', async () => {
      expect(await names({ instance_id: 'common' })).toEqual(GLOBAL)
      expect(await names({ instance_id: 'common', type: 'instance' })).toEqual([])
    })

    it('instance_id: one that does not exist and one of another account are the same 404', async () => {
      const [unknown, foreign] = [randomUUID(), apic.foreign.instanceId].map(instance_id => refused({ instance_id }))
      expect(await unknown).toEqual({ status: 404, code: 'APIG.3030', message: 'The instance does not exist' })
      expect(await foreign).toEqual(await unknown)
    })

    it('algorithm_type: RSA, ECC, SM2', async () => {
      expect(await names({ algorithm_type: 'RSA' })).toEqual(['cert_demo'])
      expect(await names({ algorithm_type: 'ECC' })).toEqual(['Demo_upper', 'p384_gate', 'mtls_gate', 'edge_wildcard'])
      expect(await names({ algorithm_type: 'SM2' })).toEqual(['sm2_gate'])
    })

    it.each(['EC', 'rsa', 'Ed25519', '0', 'toString'])('algorithm_type: %s is none', async algorithm_type => {
      const answer = await refused({ algorithm_type })
      expect(answer).toMatchObject({ status: 400, code: 'APIG.2012' })
      expect(answer.message).toContain('parameterName:algorithm_type.')
    })

    it('filters hold together', async () => {
      expect(await names({ algorithm_type: 'ECC', type: 'instance', name: 'gate' })).toEqual(['p384_gate', 'mtls_gate'])
      expect(await names({ algorithm_type: 'RSA', type: 'global' })).toEqual([])
    })

    it('a filter without a text is as if absent', async () => {
      const empty = { name: '', common_name: '', signature_algorithm: '', type: '', algorithm_type: '', offset: '' }
      expect(await names(empty)).toEqual(VISIBLE)
    })

    it.each(['offset', 'limit', 'name', 'common_name', 'signature_algorithm', 'type', 'algorithm_type', 'instance_id'])(
      '%s given twice is refused',
      async name => {
        const query = encoded({ instance_id: apic.instanceId, [name]: 1 })
        const answer = errorOf(await apic.registry.get(`${apic.path(word)}?${query}&${name}=1`))
        expect(answer).toMatchObject({ status: 400, code: 'APIG.2012' })
        expect(answer.message).toContain(`parameterName:${name}.`)
      },
    )

    it('a parameter that is no UTF-8 is refused and named', async () => {
      const answer = errorOf(await apic.registry.get(`${apic.path(word)}?instance_id=${apic.instanceId}&name=%ff`))
      expect(answer).toMatchObject({ status: 400, code: 'APIG.2012' })
      expect(answer.message).toContain('parameterName:name.')
    })
  })

  describe('Table 3 Request header parameters', () => {
    const ask = (headers: Record<string, string>) => apic.list(word, {}, { auth: 'none', headers })

    it('X-Auth-Token: the value of X-Subject-Token is taken', async () => {
      expect((await ask({ 'X-Auth-Token': await apic.registry.token() })).status).toBe(200)
    })

    it('X-Auth-Token is mandatory', async () => {
      expect(errorOf(await ask({}))).toMatchObject({ status: 401, code: 'APIG.1000' })
    })

    it('a request that is signed needs none', async () => {
      expect((await apic.list(word, {}, { auth: 'key' })).status).toBe(200)
    })
  })

  describe('Table 4 Response body parameters', () => {
    it('has size, total and certs, and nothing else', async () => {
      const { json, headers } = await list()
      expect(Object.keys(json)).toEqual(['total', 'size', 'certs'])
      expect(headers['content-type']).toMatch(/^application\/json/)
    })

    it('size: "Length of the returned resource list", not the limit', async () => {
      expect((await list({ limit: 4 })).json.size).toBe(4)
      expect((await list({ limit: 4, offset: 4 })).json.size).toBe(2)
      expect((await list({ limit: 100 })).json.size).toBe(6)
    })

    it('total: "Number of resources that match the query conditions"', async () => {
      expect((await list({ limit: 1 })).json.total).toBe(6)
      expect((await list({ limit: 1, type: 'instance' })).json.total).toBe(5)
      expect((await list({ limit: 1, algorithm_type: 'ECC' })).json.total).toBe(4)
      expect((await list({ limit: 1, name: '_gate' })).json.total).toBe(3)
      expect((await list({ limit: 1, signature_algorithm: 'SHA256-RSA' })).json.total).toBe(1)
    })

    it('certs: an array also where nothing matches', async () => {
      expect((await list({ name: 'nothing_here' })).json).toEqual({ total: 0, size: 0, certs: [] })
    })
  })

  describe('Table 5 CertBase', () => {
    it('has the members of the table, in the order of the example', async () => {
      const { json } = await list()
      for (const cert of json.certs)
        expect(Object.keys(cert)).toEqual([
          'id',
          'name',
          'type',
          'project_id',
          'instance_id',
          'common_name',
          'san',
          'not_after',
          'signature_algorithm',
          'create_time',
          'update_time',
          'algorithm_type',
          'is_has_trusted_root_ca',
        ])
    })

    it('the whole row of the example', async () => {
      expect(await row('cert_demo')).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        name: 'cert_demo',
        type: 'instance',
        project_id: apic.projectId,
        instance_id: apic.instanceId,
        common_name: 'apigtest.example.com',
        san: ['apigtest.example.com', '*.san.com'],
        not_after: '2027-04-26T09:03:30Z',
        signature_algorithm: 'SHA256-RSA',
        create_time: '2026-08-26T07:27:06.304Z',
        update_time: '2026-08-26T07:27:06.304Z',
        algorithm_type: 'RSA',
        is_has_trusted_root_ca: false,
      })
    })

    it('type: global for all certificates, instance for certificates of the current instance', async () => {
      const { json } = await list()
      for (const { name, type } of json.certs) expect(type).toBe(GLOBAL.includes(name) ? 'global' : 'instance')
    })

    it('instance_id: "type set to global: The default value is common"', async () => {
      expect((await row('edge_wildcard')).instance_id).toBe('common')
    })

    it('instance_id: "type set to instance: The default value is the instance ID"', async () => {
      expect((await row('mtls_gate')).instance_id).toBe(apic.instanceId)
    })

    it('common_name: "Domain name"; empty where the subject has none', async () => {
      expect((await row('edge_wildcard')).common_name).toBe('*.edge.example')
    })

    it('san: array of strings, without prefixes, DNS names only', async () => {
      expect((await row('edge_wildcard')).san).toEqual(['*.edge.example', 'edge.example'])
      expect((await row('p384_gate')).san).toEqual(['p.test'])
    })

    it('not_after: "Validity period end time", without a fraction', async () => {
      const { json } = await list()
      for (const cert of json.certs) expect(cert.not_after).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    })

    it('create_time and update_time: the fraction without zeros at its end, none where it is nothing', async () => {
      expect((await row('sm2_gate')).create_time).toBe('2026-08-26T07:27:11.304Z')
      expect(await row('Demo_upper')).toMatchObject({
        create_time: '2026-08-26T07:27:12Z',
        update_time: '2026-08-26T07:27:12Z',
      })
    })

    it('is_has_trusted_root_ca: "The value is true if trusted_root_ca exists in the bound certificate"', async () => {
      const { json } = await list()
      for (const { name, is_has_trusted_root_ca } of json.certs)
        expect(is_has_trusted_root_ca).toBe(name === 'mtls_gate')
    })

    it('algorithm_type is the key’s, signature_algorithm the issuer’s', async () => {
      expect(await row('sm2_gate')).toMatchObject({ algorithm_type: 'SM2', signature_algorithm: 'SM2-SM3' })
      expect(await row('p384_gate')).toMatchObject({ algorithm_type: 'ECC', signature_algorithm: 'ECDSA-SHA384' })
    })

    it('holds neither a certificate nor a key', async () => {
      expect((await list()).text).not.toMatch(/BEGIN|cert_content|private_key/)
    })
  })

  describe('Status Codes', () => {
    it('400 Bad Request: the words of the example', async () => {
      expect(await refused({ type: 'x' })).toEqual({
        status: 400,
        code: 'APIG.2012',
        message: 'Invalid parameter value,parameterName:type. Please refer to the support documentation',
      })
    })

    it('401 Unauthorized: the words of the example', async () => {
      const answer = await apic.list(word, {}, { auth: 'none', headers: { 'X-Auth-Token': 'x'.repeat(43) } })
      expect(errorOf(answer)).toEqual({
        status: 401,
        code: 'APIG.1002',
        message: 'Incorrect token or token resolution failed',
      })
    })

    it('401 Unauthorized: a signature of another secret', async () => {
      const url = `${apic.registry.endpoint}${apic.path(word)}?instance_id=${apic.instanceId}`
      const signing = { ak: apic.registry.firstRun.accessKey.id, sk: 'wrong', method: 'GET', url }
      const headers = signHuawei({ ...signing, date: new Date(apic.time.now) })
      const answer = await apic.registry.get(url.slice(apic.registry.endpoint.length), { auth: 'none', headers })
      expect(errorOf(answer)).toMatchObject({ status: 401, code: 'APIGW.0301' })
    })

    it('401 Unauthorized: a signature of a quarter of an hour ago', async () => {
      const { id: ak, secret: sk } = apic.registry.firstRun.accessKey
      const url = `${apic.registry.endpoint}${apic.path(word)}?instance_id=${apic.instanceId}`
      const date = new Date(apic.time.now - 15 * 60 * 1000 - 1000)
      const headers = signHuawei({ ak, sk, method: 'GET', url, date })
      const answer = await apic.registry.get(url.slice(apic.registry.endpoint.length), { auth: 'none', headers })
      expect(errorOf(answer)).toMatchObject({ status: 401, code: 'APIGW.0301' })
    })

    it('403 Forbidden: the words of the example, before any parameter is looked at', async () => {
      const answer = await apic.registry.get(`${apic.path(word, apic.foreign.projectId)}?offset=abc`)
      expect(errorOf(answer)).toEqual({
        status: 403,
        code: 'APIG.1005',
        message: 'No permissions to request this method',
      })
    })
  })

  describe('beyond the list', () => {
    it('newest first', async () => {
      const { json } = await list()
      const times = json.certs.map((cert: { create_time: string }) => Date.parse(cert.create_time))
      expect(times).toEqual(times.toSorted((a: number, b: number) => b - a))
    })

    it('every answer has an X-Request-Id of its own', async () => {
      const ids = (await Promise.all([list(), list()])).map(({ headers }) => headers['x-request-id'])
      expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
      expect(ids[1]).not.toBe(ids[0])
    })

    it.each(['certificate', 'certificates/a/b', 'apis', ''])('an unknown path below it (%s) is 404', async below => {
      const base = apic.path(word).replace(/\/certificates$/, '')
      const answer = await apic.registry.get(`${base}/${below}`)
      expect(errorOf(answer)).toMatchObject({ status: 404, code: 'APIGW.0101' })
    })

    it.each(['PUT', 'PATCH', 'DELETE'])('%s on the collection is 405 and names what is allowed', async method => {
      const answer = await apic.registry.request(method, apic.path(word))
      expect(errorOf(answer)).toMatchObject({ status: 405 })
      expect(answer.headers.allow?.split(', ').filter(allowed => allowed !== 'HEAD')).toEqual(['GET', 'POST'])
    })
  })
})

describe('both path words', () => {
  it('serve the same records', async () => {
    const [roma, apig] = await Promise.all(WORDS.map(word => apic.list(word, { limit: 100 })))
    expect(roma?.json).toEqual(apig?.json)
  })
})

describe.each(WORDS)('GET /v2/{project_id}/%s/certificates/{certificate_id}', word => {
  it('answers the row, and what else the certificate says', async () => {
    const subject = 'C=NL,ST=Utrecht,L=Amersfoort,O=Northwind Trading,OU=Platform,CN=api.shop.example'
    const made = await apic.add(
      { name: `detail_${word}`, type: 'instance', instance_id: apic.secondInstanceId },
      { subject, sans: ['api.shop.example'], serialNumber: 353322048760350686807061051304502077276336924831n },
    )
    const { status, json } = await apic.registry.get(`${apic.path(word)}/${made.id}`)
    expect(status).toBe(200)
    expect(json).toEqual(made)
    expect(json).toMatchObject({
      version: 3,
      organization: ['Northwind Trading'],
      organizational_unit: ['Platform'],
      locality: ['Amersfoort'],
      state: ['Utrecht'],
      country: ['NL'],
      not_before: '2025-01-01T00:00:00Z',
      not_after: '2035-01-01T00:00:00Z',
      serial_number: '353322048760350686807061051304502077276336924831',
      issuer: ['Northwind Trading'],
    })
    expect(JSON.stringify(json)).not.toContain('BEGIN')
  })

  it.each(['0'.repeat(32), 'x', 'A'.repeat(32), '%2e%2e'])('%s does not exist', async id => {
    expect(errorOf(await apic.registry.get(`${apic.path(word)}/${id}`))).toMatchObject({ status: 404 })
  })
})

describe.each(WORDS)('DELETE /v2/{project_id}/%s/certificates/{certificate_id}', word => {
  it('answers 204 without a body; then the certificate is gone, and a second time it is 404', async () => {
    const { id } = await apic.add({ name: `gone_${word}` })
    const path = `${apic.path(word)}/${id}`
    const { status, text } = await apic.registry.delete(path)
    expect({ status, text }).toEqual({ status: 204, text: '' })
    const missing = { status: 404, code: 'APIG.3021', message: 'The SSL certificate does not exist' }
    expect(errorOf(await apic.registry.get(path))).toEqual(missing)
    expect(errorOf(await apic.registry.delete(path))).toEqual(missing)
    expect((await apic.list(word, { name: `gone_${word}` })).json.total).toBe(0)
  })

  it('of another project is refused as without permission, and nothing is gone', async () => {
    const { id } = await apic.add({ name: `kept_${word}` })
    const answer = await apic.registry.delete(`${apic.path(word, apic.foreign.projectId)}/${id}`)
    expect(errorOf(answer)).toMatchObject({ status: 403, code: 'APIG.1005' })
    expect((await apic.registry.delete(`${apic.path(word)}/${id}`)).status).toBe(204)
  })
})

describe.each(WORDS)('what is not built under %s', word => {
  const domain = 'instances/i/api-groups/g/domains/d'
  it.each([
    ['PUT', 'certificates/c', 'UpdateCertificateV2'],
    ['GET', 'certificates/c/attached-domains', 'ListAttachedDomainsV2'],
    ['POST', 'certificates/c/domains/attach', 'BatchAssociateDomainsV2'],
    ['POST', 'certificates/c/domains/detach', 'BatchDisassociateDomainsV2'],
    ['POST', `${domain}/certificates/attach`, 'BatchAssociateCertsV2'],
    ['POST', `${domain}/certificates/detach`, 'BatchDisassociateCertsV2'],
    ['POST', `${domain}/certificate`, 'AssociateCertificateV2'],
    ['DELETE', `${domain}/certificate/c`, 'DisassociateCertificateV2'],
    ['GET', `${domain}/certificate/c`, 'ShowDetailsOfDomainNameCertificateV2'],
  ])('%s %s says so', async (method, below, operation) => {
    const base = apic.path(word).replace(/\/certificates$/, '')
    const answer = errorOf(await apic.registry.request(method, `${base}/${below}`))
    expect(answer).toMatchObject({ status: 501, code: 'APIG.3458' })
    expect(answer.message).toContain(operation)
  })
})
