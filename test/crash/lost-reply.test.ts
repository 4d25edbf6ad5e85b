/** A6: the reply is lost after the commit, and the client asks again. */

import { createServer, connect as open, type Server } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { Client } from './client.ts'
import { itemCalled, SERVICES, type Service } from './services.ts'

const CUTS = 40

let registry: TestRegistry
let proxy: Server
let direct: Client
/** Its requests arrive, its replies never come back. */
let cut: Client
beforeAll(async () => {
  registry = await startRegistry()
  proxy = createServer(socket => {
    const upstream = open(registry.port, '127.0.0.1')
    socket.pipe(upstream)
    // The server has answered: so it is done. Nothing of the answer goes on.
    upstream.once('data', () => socket.destroy())
    for (const end of [socket, upstream]) end.on('error', () => undefined)
    socket.once('close', () => upstream.destroy())
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => proxy.once('listening', resolve))
})
afterAll(async () => {
  proxy?.close()
  await registry?.close()
})
beforeEach(() => {
  const address = proxy.address()
  direct = new Client(registry.firstRun)
  direct.endpoints = [registry.endpoint]
  cut = new Client(registry.firstRun)
  // The host is signed: the proxy is reached by its port under the same name.
  cut.endpoints = [`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`]
})

const [scm, apic, iotda] = SERVICES as readonly Service[] as readonly [Service, Service, Service]
let items = 0

async function idsOf(service: Service, name: string): Promise<readonly string[]> {
  return (await service.list(direct)).filter(listed => listed.name === name).map(({ id }) => id)
}

describe('one record, whatever the client has heard', () => {
  test('IoTDA: the retry is told that it is there, and the list has its id', async () => {
    for (let at = 0; at < CUTS; at++) {
      const item = itemCalled(`reply${items++}`)
      await expect(iotda.create(cut, item)).rejects.toThrow(TypeError)
      const retried = await iotda.create(direct, item)
      expect([retried.status, retried.json.error_code]).toEqual([400, 'IOTDA.990409'])
      expect(await idsOf(iotda, item.name)).toHaveLength(1)
    }
  })

  test('SCM with duplicate_check: the retry is told that it is there, and under which id', async () => {
    for (let at = 0; at < CUTS; at++) {
      const { name, pem, keyPem } = itemCalled(`reply${items++}`)
      const body = { name, certificate: pem, private_key: keyPem, duplicate_check: true }
      await expect(cut.ask('POST', '/v3/scm/certificates/import', body)).rejects.toThrow(TypeError)
      const retried = await direct.ask('POST', '/v3/scm/certificates/import', body)
      const [id, ...more] = await idsOf(scm, name)
      expect(more).toEqual([])
      expect([retried.status, retried.json.error_code]).toEqual([400, 'SCM.0005'])
      expect(retried.json.error_msg).toContain(id)
    }
  })

  test.each([...SERVICES])('$name: a deletion is done once', async service => {
    const item = itemCalled(`reply${items++}`)
    const id = service.idOf(await service.create(direct, item)) ?? ''
    await expect(service.remove(cut, id)).rejects.toThrow(TypeError)
    expect((await service.remove(direct, id)).status).toBe(404)
    expect(await idsOf(service, item.name)).toEqual([])
  })
})

test.each([
  ['SCM without duplicate_check', scm],
  ['APIC', apic],
])(
  '%s: the vendor takes the same certificate twice, so a retry makes a second record with an id of its own',
  async (_, service) => {
    const item = itemCalled(`reply${items++}`)
    await expect(service.create(cut, item)).rejects.toThrow(TypeError)
    const second = service.idOf(await service.create(direct, item))
    const ids = await idsOf(service, item.name)
    expect(ids).toHaveLength(2)
    expect(ids).toContain(second)
  },
)
