/** The worked examples of the vendors and of the references: canonical request, string to sign and signature. */

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signAcs3, signHuawei, signRpcV1 } from '../support/sign.ts'
import { addKey, type IdentityFixture, openFixture, problemOf, type WireParts, wireRequest } from './fixture.ts'

let f: IdentityFixture
beforeAll(async () => {
  f = await openFixture()
  await addKey(f, HUAWEI.ak, HUAWEI.sk)
  await addKey(f, `${HUAWEI.ak}T`, HUAWEI.sk, 'sts-token-1')
  await addKey(f, VENDOR.ak, VENDOR.sk)
  await addKey(f, ALIBABA.ak, ALIBABA.sk)
  await addKey(f, STS.ak, STS.sk, STS.token)
  await addKey(f, 'YourAccessKeyId', 'YourAccessKeySecret')
  await addKey(f, 'testid', 'testsecret')
})
afterAll(() => f.close())

const HUAWEI = { ak: 'REGISTRYEXAMPLEAK0001', sk: 'registry-example-sk-0123456789abcdefghij' }
const VENDOR = { ak: 'QTWAOYTTINDUT2QVKYUC', sk: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' }
const ALIBABA = { ak: 'LTAI5tExampleAccessKeyId', sk: 'ExampleAccessKeySecret000000000' }
const STS = { ak: 'STS.NUgExampleStsKeyId', sk: 'ExampleStsSecret0000000000', token: 'CAISexample+token/with=chars==' }
const PROJECT = '0123456789abcdef0123456789abcdef'
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const sha256 = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex')

/** Lets the documented request in; then breaks its signature and gives what the verifier computed. */
async function verified(family: 'huawei' | 'alibaba', parts: WireParts, signature: string) {
  const principal = await f.identity.authenticate(wireRequest(parts), family)
  expect(principal.userId).toBe(f.first.user.id)
  const wrong = signature.replace(/^./, first => (first === '0' ? '1' : '0'))
  const swap = (text: string) =>
    text.replace(signature, wrong).replace(encodeURIComponent(signature), encodeURIComponent(wrong))
  const headers = Object.fromEntries(
    Object.entries(parts.headers ?? {}).map(([name, value]) => [name, swap(value as string)]),
  )
  const broken = wireRequest({ ...parts, target: swap(parts.target ?? '/'), headers })
  const problem = await problemOf(f.identity.authenticate(broken, family))
  if (problem.is !== 'signature-mismatch') throw new Error(`not a mismatch: ${problem.is}`)
  return problem
}

describe('Huawei', () => {
  const date = '20260102T030405Z'
  const at = () => {
    f.clock.now = Date.UTC(2026, 0, 2, 3, 4, 5)
  }
  const target = `/v5/iot/${PROJECT}/device-certificates?limit=10&common_name=dev%20(a)*~'%C3%A9`
  const headers = {
    'Content-Type': 'application/json',
    host: '127.0.0.1:8080',
    'Instance-Id': 'inst-0001',
    'X-Project-Id': PROJECT,
    'X-Sdk-Date': date,
  }
  const names = 'content-type;host;instance-id;x-project-id;x-sdk-date'
  const canonicalA = `GET
/v5/iot/${PROJECT}/device-certificates/
common_name=dev%20%28a%29%2A~%27%C3%A9&limit=10
content-type:application/json
host:127.0.0.1:8080
instance-id:inst-0001
x-project-id:${PROJECT}
x-sdk-date:${date}

${names}
${EMPTY}`
  const hashA = 'ada4db87b5feb8149649c1482627b137480ef4494893aea45068fd06917c18f4'

  it('A: a plain signature of a GET', async () => {
    at()
    const signature = 'de769159f12cebeb48d65eba58744d3da04c3147f2bba1eedfec9a013605e76e'
    const Authorization = `SDK-HMAC-SHA256 Access=${HUAWEI.ak}, SignedHeaders=${names}, Signature=${signature}`
    const found = await verified('huawei', { target, headers: { ...headers, Authorization } }, signature)
    expect(found.canonicalRequest).toBe(canonicalA)
    expect(sha256(canonicalA)).toBe(hashA)
    expect(found.stringToSign).toBe(`SDK-HMAC-SHA256\n${date}\n${hashA}`)
  })

  it('B: a plain signature of a POST with a body and a security token, which the failure does not repeat', async () => {
    at()
    const body =
      '{"name":"demo-cert","certificate":"-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n"}'
    expect(body).toHaveLength(99)
    const signature = '2acbb104903a69246ad41cc59133d042ac038ea57d1a64b80af5782f150be28d'
    const signed = 'content-type;host;x-project-id;x-sdk-date;x-security-token'
    const request = {
      method: 'POST',
      target: '/v3/scm/certificates/import',
      headers: {
        'content-type': 'application/json',
        host: '127.0.0.1:8080',
        'x-project-id': PROJECT,
        'x-sdk-date': date,
        'x-security-token': 'sts-token-1',
        Authorization: `SDK-HMAC-SHA256 Access=${HUAWEI.ak}T, SignedHeaders=${signed}, Signature=${signature}`,
      },
      body,
    }
    const found = await verified('huawei', request, signature)
    expect(found.canonicalRequest).toBe(`POST
/v3/scm/certificates/import/

content-type:application/json
host:127.0.0.1:8080
x-project-id:${PROJECT}
x-sdk-date:${date}
x-security-token:***

${signed}
cabeb89a64fade2f106b5fb882b4bbea58c1f010732ebbc0119d1704c37f076e`)
    expect(found.stringToSign).toBe(
      `SDK-HMAC-SHA256\n${date}\nee6dd8d6e4c5846073157a67e7a0154acde6a32a296ef79a76160ac574181928`,
    )
  })

  it('C: a derived signature of the request of A', async () => {
    at()
    const signature = 'dd3f788e7131d96947a864045a3e21729d7377ab59f6f5c61b1eda98bc6cba2d'
    const Authorization = `V11-HMAC-SHA256 Credential=${HUAWEI.ak}/20260102/local-1/iotdm, SignedHeaders=${names}, Signature=${signature}`
    const found = await verified('huawei', { target, headers: { ...headers, Authorization } }, signature)
    expect(found.stringToSign).toBe(`V11-HMAC-SHA256\n${date}\n20260102/local-1/iotdm\n${hashA}`)
  })

  it("D: the vendor's own sample", async () => {
    f.clock.now = Date.UTC(2019, 10, 15, 3, 36, 55)
    const signature = '7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe'
    const request = {
      target: '/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
      headers: {
        'content-type': 'application/json',
        host: 'service.region.example.com',
        'x-sdk-date': '20191115T033655Z',
        Authorization: `SDK-HMAC-SHA256 Access=${VENDOR.ak}, SignedHeaders=content-type;host;x-sdk-date, Signature=${signature}`,
      },
    }
    const found = await verified('huawei', request, signature)
    expect(sha256(found.canonicalRequest)).toBe('b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a')
  })

  it('is signed alike by the signer of the tests', () => {
    const { Authorization } = signHuawei({
      ...HUAWEI,
      method: 'GET',
      url: `http://127.0.0.1:8080${target}`,
      headers: { 'Content-Type': 'application/json', 'Instance-Id': 'inst-0001', 'X-Project-Id': PROJECT },
      date: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
    })
    expect(Authorization).toContain('de769159f12cebeb48d65eba58744d3da04c3147f2bba1eedfec9a013605e76e')
  })
})

describe('Alibaba', () => {
  const time = '2026-03-30T08:00:00Z'
  const nonce = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'
  const host = '127.0.0.1:18480'
  const at = () => {
    f.clock.now = Date.UTC(2026, 2, 30, 8)
  }
  /** The examples share one nonce: each is let in by a directory that has not seen it. */
  async function fresh() {
    await f.close()
    f = await openFixture(f.clock)
    await addKey(f, ALIBABA.ak, ALIBABA.sk)
    await addKey(f, STS.ak, STS.sk, STS.token)
    await addKey(f, 'YourAccessKeyId', 'YourAccessKeySecret')
    await addKey(f, 'testid', 'testsecret')
  }
  const acs = {
    host,
    'x-acs-action': 'ListCertificates',
    'x-acs-content-sha256': EMPTY,
    'x-acs-date': time,
    'x-acs-signature-nonce': nonce,
    'x-acs-version': '2024-05-18',
  }
  const listQuery =
    'Name=xm%20create*(1)~!%27%E8%AF%81%E4%B9%A6%2Ba%2Fb%3Dc%26d&Order=Desc&PageNumber=1&PageSize=10&ProjectId=10000&SortBy=CreateTime&StartCreateTime=1730217600000'

  function signedWith(headers: Record<string, string>, ak: string, signature: string) {
    const names = Object.keys(headers).sort().join(';')
    return {
      ...headers,
      Authorization: `ACS3-HMAC-SHA256 Credential=${ak},SignedHeaders=${names},Signature=${signature}`,
    }
  }

  it('A: ACS3, GET ListCertificates', async () => {
    at()
    await fresh()
    const signature = '1624be2797777cfd2c6a9bd37299dec67dc7ef2c00388f53b013f5ae228a87be'
    const headers = signedWith({ ...acs, 'x-acs-credentials-provider': 'static_ak' }, ALIBABA.ak, signature)
    const found = await verified('alibaba', { target: `/?${listQuery}`, headers }, signature)
    expect(found.canonicalRequest).toBe(`GET
/
Name=xm%20create%2A%281%29~%21%27%E8%AF%81%E4%B9%A6%2Ba%2Fb%3Dc%26d&Order=Desc&PageNumber=1&PageSize=10&ProjectId=10000&SortBy=CreateTime&StartCreateTime=1730217600000
host:127.0.0.1:18480
x-acs-action:ListCertificates
x-acs-content-sha256:${EMPTY}
x-acs-credentials-provider:static_ak
x-acs-date:2026-03-30T08:00:00Z
x-acs-signature-nonce:${nonce}
x-acs-version:2024-05-18

host;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version
${EMPTY}`)
    expect(found.canonicalRequest).toHaveLength(638)
    expect(found.stringToSign).toBe(
      'ACS3-HMAC-SHA256\n1b3c13f4502cb5b8b7a5617497abd271fa8d6f700c31ebcfb6a7734eeae0410a',
    )
  })

  it('A0: ACS3 with the fewest headers', async () => {
    at()
    await fresh()
    const signature = 'd128876f40107aa50fd301ac2db375dc69fd02c2e4334558118b6f7dd5ee9604'
    const headers = signedWith(acs, ALIBABA.ak, signature)
    const found = await verified('alibaba', { target: '/?ProjectId=10000', headers }, signature)
    expect(sha256(found.canonicalRequest)).toBe('3b4a6e1b3f9503f81275835b446e17b49ec64c9cd9d29593e6fd6e003177c03d')
  })

  it('B: ACS3 with a security token, GET GetCertificate', async () => {
    at()
    await fresh()
    const signature = 'dcd4173107a3e1eb0d6b04a3cf8f14567a935f56c00015fba74d541c5fa9934e'
    const sent = {
      ...acs,
      'x-acs-action': 'GetCertificate',
      'x-acs-accesskey-id': STS.ak,
      'x-acs-credentials-provider': 'static_sts',
      'x-acs-security-token': STS.token,
    }
    const target = '/?Id=676303114031776&ProjectId=10000'
    const found = await verified('alibaba', { target, headers: signedWith(sent, STS.ak, signature) }, signature)
    expect(found.stringToSign).toContain('df1262a767dbec5ebbcccb6add876ce566e8e7ff3faaea9d901509760569d62f')
    expect(found.canonicalRequest).toContain('x-acs-security-token:***\n')
  })

  const form = 'Ids=%5B1%2C2%5D&Names=%5B%22a%20b%22%2C%22c*%22%5D&PageNumber=1&PageSize=10&Status=Available'
  const formType = 'application/x-www-form-urlencoded'

  it('C: ACS3 with a form, POST ListProjects', async () => {
    at()
    await fresh()
    const signature = '615f364c0a6d5e3e20bbb80a68ae88e88bb33110379eeb9a46ce8e7a2bcc726f'
    const sent = {
      ...acs,
      'content-type': formType,
      'x-acs-action': 'ListProjects',
      'x-acs-content-sha256': 'e61acce93be91a8b37642b70f76bd73ae51e281e538f7a65e18c0058dbd76962',
      'x-acs-credentials-provider': 'static_ak',
    }
    const headers = signedWith(sent, ALIBABA.ak, signature)
    const found = await verified('alibaba', { method: 'POST', headers, body: form }, signature)
    expect(sha256(found.canonicalRequest)).toBe('302f4a7b87a26c736ef03732f8ed84795d88a52a12cc225bf36ceae4db74301c')
  })

  const rpc = (ak: string, action: string, signature: string, more = '') =>
    `/?Action=${action}&Format=json&Version=2024-05-18&Timestamp=${encodeURIComponent(time)}&SignatureNonce=${nonce}&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&AccessKeyId=${ak}&Signature=${encodeURIComponent(signature)}${more}`

  it('D: V1, GET ListCertificates', async () => {
    at()
    await fresh()
    const signature = 'S+EGWsNfUj63DqRFtcc8uZDNSmk='
    const target = rpc(ALIBABA.ak, 'ListCertificates', signature, `&${listQuery}`)
    const found = await verified('alibaba', { target }, signature)
    expect(found.stringToSign).toBe(
      'GET&%2F&AccessKeyId%3DLTAI5tExampleAccessKeyId%26Action%3DListCertificates%26Format%3Djson%26Name%3Dxm%2520create%252A%25281%2529~%2521%2527%25E8%25AF%2581%25E4%25B9%25A6%252Ba%252Fb%253Dc%2526d%26Order%3DDesc%26PageNumber%3D1%26PageSize%3D10%26ProjectId%3D10000%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D0f1e2d3c4b5a69788796a5b4c3d2e1f0%26SignatureVersion%3D1.0%26SortBy%3DCreateTime%26StartCreateTime%3D1730217600000%26Timestamp%3D2026-03-30T08%253A00%253A00Z%26Version%3D2024-05-18',
    )
  })

  it('E: V1 with a security token, GET GetCertificate, which the failure does not repeat', async () => {
    at()
    await fresh()
    const signature = 'iMeXjFs8W5navKe8Fs8fOAutssI='
    const more = `&Id=676303114031776&ProjectId=10000&SecurityToken=${encodeURIComponent(STS.token)}`
    const found = await verified('alibaba', { target: rpc(STS.ak, 'GetCertificate', signature, more) }, signature)
    expect(found.stringToSign).toContain('SecurityToken%3D%252A%252A%252A')
    expect(JSON.stringify(found)).not.toContain('CAISexample')
  })

  it('F: V1, POST ListProjects with the form of C', async () => {
    at()
    await fresh()
    const signature = 'Ob6+WLcasNNzgWpJ82Z6G2WrGBY='
    const target = rpc(ALIBABA.ak, 'ListProjects', signature)
    await verified('alibaba', { method: 'POST', target, headers: { 'content-type': formType }, body: form }, signature)
  })

  it("the vendor's own sample of ACS3", async () => {
    f.clock.now = Date.UTC(2023, 9, 26, 10, 22, 32)
    await fresh()
    const signature = '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0'
    const sent = {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-content-sha256': EMPTY,
      'x-acs-date': '2023-10-26T10:22:32Z',
      'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
      'x-acs-version': '2014-05-26',
    }
    const target = '/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai'
    const headers = signedWith(sent, 'YourAccessKeyId', signature)
    const found = await verified('alibaba', { method: 'POST', target, headers }, signature)
    expect(found.stringToSign).toMatch(/7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259$/)
  })

  it("the vendor's own sample of V1", async () => {
    f.clock.now = Date.UTC(2023, 2, 13, 8, 34, 30)
    await fresh()
    const signature = '9NaGiOspFP5UPcwX8Iwt2YJXXuk='
    const target = `/?Action=DescribeDedicatedHosts&Format=JSON&Version=2014-05-26&RegionId=cn-beijing&AccessKeyId=testid&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=edb2b34af0af9a6d14deaf7c1a5315eb&Timestamp=2023-03-13T08%3A34%3A30Z&Signature=${encodeURIComponent(signature)}`
    await verified('alibaba', { target }, signature)
  })

  it('is signed alike by the signers of the tests', () => {
    const date = new Date(time)
    const url = `http://${host}/?ProjectId=10000`
    const { Authorization } = signAcs3({ ...ALIBABA, method: 'GET', url, action: 'ListCertificates', date, nonce })
    expect(Authorization).toContain('d128876f40107aa50fd301ac2db375dc69fd02c2e4334558118b6f7dd5ee9604')
    const query = { Format: 'json', ...Object.fromEntries(new URLSearchParams(listQuery)) }
    const signed = signRpcV1({ ...ALIBABA, method: 'GET', action: 'ListCertificates', query, date, nonce })
    expect(new URLSearchParams(signed.query).get('Signature')).toBe('S+EGWsNfUj63DqRFtcc8uZDNSmk=')
  })
})
