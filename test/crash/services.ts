/** The three APIs that certificates are created and deleted by, as the writers use them. */

import { X509Certificate } from 'node:crypto'
import { type KeyPair, makeCertificate } from '../support/certificates.ts'
import type { Answer, Client } from './client.ts'

export interface Item {
  /** Unique over everything that is ever written: letters and digits. The certificate is for `NAME.test`. */
  readonly name: string
  readonly pem: string
  readonly keyPem: string
}

export interface Listed {
  readonly id: string
  readonly name: string
}

export interface Service {
  readonly name: string
  create(client: Client, item: Item): Promise<Answer>
  /** Of an answer that says that it was created. */
  idOf(answer: Answer): string | undefined
  remove(client: Client, id: string): Promise<Answer>
  /** Everything, page by page. */
  list(client: Client): Promise<readonly Listed[]>
  /** Whether what is kept under the id is what was sent. */
  isUnaltered(client: Client, id: string, item: Item): Promise<boolean>
}

/** An answer without which nothing can be said. @throws Error for any other status */
async function demand(answer: Promise<Answer>): Promise<Answer> {
  const { status, json, headers } = await answer
  if (status !== 200) throw new Error(`a check was answered with ${status}: ${JSON.stringify(json)}`)
  return { status, json, headers }
}

/** What a certificate is called, by its common name. */
function nameOf(commonName = ''): string {
  return commonName.replace(/\.test$/, '')
}

export function itemCalled(name: string, keys?: KeyPair): Item {
  const { pem, keyPem } = makeCertificate({
    subject: `CN=${name}.test`,
    sans: [`${name}.test`],
    ca: true,
    ...(keys && { keys }),
  })
  return { name, pem, keyPem }
}

const SCM = '/v3/scm/certificates'

const scm: Service = {
  name: 'scm',
  create: (client, { name, pem, keyPem }) =>
    client.ask('POST', `${SCM}/import`, { name, certificate: pem, private_key: keyPem }),
  idOf: ({ status, json }) => (status === 200 ? json.certificate_id : undefined),
  remove: (client, id) => client.ask('DELETE', `${SCM}/${id}`),
  async list(client) {
    const listed: Listed[] = []
    for (;;) {
      const { json } = await demand(client.ask('GET', `${SCM}?limit=50&offset=${listed.length}&sort_dir=ASC`))
      listed.push(...json.certificates.map(({ id, name }: Listed) => ({ id, name })))
      if (json.certificates.length < 50) return listed
    }
  },
  async isUnaltered(client, id, { name, pem, keyPem }) {
    const { json: shown } = await demand(client.ask('GET', `${SCM}/${id}`))
    const { json } = await demand(client.ask('POST', `${SCM}/${id}/export`, {}))
    return shown.name === name && json.certificate === pem && json.private_key === keyPem
  },
}

const apic: Service = {
  name: 'apic',
  create: (client, { name, pem, keyPem }) =>
    client.ask('POST', `/v2/${client.projectId}/apic/certificates`, { name, cert_content: pem, private_key: keyPem }),
  idOf: ({ status, json }) => (status === 200 ? json.id : undefined),
  remove: (client, id) => client.ask('DELETE', `/v2/${client.projectId}/apic/certificates/${id}`),
  async list(client) {
    const listed: Listed[] = []
    const { instanceId } = client.firstRun.apic
    for (;;) {
      const window = `instance_id=${instanceId}&limit=500&offset=${listed.length}`
      const { json } = await demand(client.ask('GET', `/v2/${client.projectId}/apic/certificates?${window}`))
      listed.push(...json.certs.map(({ id, name }: Listed) => ({ id, name })))
      if (json.certs.length < 500) return listed
    }
  },
  async isUnaltered(client, id, { name, pem }) {
    const { json } = await demand(client.ask('GET', `/v2/${client.projectId}/apic/certificates/${id}`))
    return json.name === name && BigInt(json.serial_number) === BigInt(`0x${new X509Certificate(pem).serialNumber}`)
  },
}

const iotda: Service = {
  name: 'iotda-cas',
  create: (client, { pem }) => client.ask('POST', `/v5/iot/${client.projectId}/certificates`, { content: pem }),
  idOf: ({ status, json }) => (status === 201 ? json.certificate_id : undefined),
  remove: (client, id) => client.ask('DELETE', `/v5/iot/${client.projectId}/certificates/${id}`),
  async list(client) {
    const listed: Listed[] = []
    for (let marker = ''; ; ) {
      const { json } = await demand(client.ask('GET', `/v5/iot/${client.projectId}/certificates?limit=50${marker}`))
      listed.push(
        ...json.certificates.map((each: Record<string, string>) => ({
          id: each.certificate_id,
          name: nameOf(each.cn_name),
        })),
      )
      if (json.page.marker === null) return listed
      marker = `&marker=${json.page.marker}`
    }
  },
  async isUnaltered(client, id, { name, pem }) {
    const { json } = await demand(client.ask('GET', `/v5/iot/${client.projectId}/certificates/${id}`))
    return nameOf(json.cn_name) === name && json.content === pem
  },
}

export const SERVICES: readonly [Service, ...Service[]] = [scm, apic, iotda]
