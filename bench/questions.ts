/** What the bench asks: the first page of each list as it comes, a filtered page, and a deep one. */

import type { FirstRun } from '../src/identity/first-account.ts'
import { signAcs3 } from '../test/support/sign.ts'
import type { Question } from './load.ts'

export async function questions(endpoint: string, firstRun: FirstRun): Promise<readonly Question[]> {
  const token = await tokenOf(endpoint, firstRun)
  const { project, apic, dataworks } = firstRun
  const huawei = (name: string, path: string): Question => ({ name, path, headers: () => ({ 'X-Auth-Token': token }) })
  const aliyun = (name: string, query: string): Question => {
    const path = `/?ProjectId=${dataworks.projectId}${query}`
    return { name, path, headers: () => signed(endpoint, firstRun, path) }
  }
  return [
    aliyun('dataworks first page', ''),
    aliyun('dataworks by name', '&SortBy=Name&Order=Desc'),
    aliyun('dataworks name filter', '&Name=root_4711'),
    huawei('iotda-devices first page', `/v5/iot/${project.id}/device-certificates`),
    huawei('iotda-devices offset 500', `/v5/iot/${project.id}/device-certificates?offset=500`),
    huawei('iotda-devices prefix filter', `/v5/iot/${project.id}/device-certificates?common_name=GlobalSign`),
    huawei('iotda-cas first page', `/v5/iot/${project.id}/certificates`),
    huawei('scm first page', '/v3/scm/certificates'),
    huawei('scm status, by expiry', '/v3/scm/certificates?status=EXPIRED&sort_key=certExpiredTime&sort_dir=ASC'),
    huawei('apic first page', `/v2/${project.id}/apic/certificates?instance_id=${apic.instanceId}&limit=10`),
    huawei(
      'apic algorithm filter',
      `/v2/${project.id}/apic/certificates?instance_id=${apic.instanceId}&limit=10&algorithm_type=ECC`,
    ),
  ]
}

function signed(endpoint: string, { accessKey }: FirstRun, path: string): Readonly<Record<string, string>> {
  return signAcs3({
    ak: accessKey.id,
    sk: accessKey.secret,
    method: 'GET',
    url: `${endpoint}${path}`,
    action: 'ListCertificates',
    version: '2024-05-18',
    headers: {},
    body: '',
    date: new Date(),
  })
}

async function tokenOf(endpoint: string, { account, user, project }: FirstRun): Promise<string> {
  const identity = {
    methods: ['password'],
    password: { user: { name: user.name, password: user.password, domain: { name: account.name } } },
  }
  const answer = await fetch(`${endpoint}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope: { project: { id: project.id } } } }),
  })
  const token = answer.headers.get('x-subject-token')
  if (token === null) throw new Error(`no token: ${answer.status}`)
  return token
}
