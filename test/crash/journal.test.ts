/** That the crash tests see what they are for: each kind of wrong is done on purpose, and found. */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Answer, Client } from './client.ts'
import { Journal } from './journal.ts'
import { itemCalled, SERVICES } from './services.ts'
import { TokenJournal } from './tokens.ts'

/** A client between which and the server somebody lies. */
class Deceived extends Client {
  lie:
    | ((method: string, path: string, json: object | undefined, really: () => Promise<Answer>) => Promise<Answer>)
    | undefined

  override ask(...asked: Parameters<Client['ask']>): Promise<Answer> {
    const really = () => super.ask(...asked)
    return this.lie ? this.lie(asked[0], asked[1], asked[2], really) : really()
  }
}

let registry: TestRegistry
let client: Deceived
let journal: Journal
beforeEach(async () => {
  registry = await startRegistry()
  client = new Deceived(registry.firstRun)
  client.endpoints = [registry.endpoint]
  journal = new Journal()
})
afterEach(() => registry.close())

const [scm] = SERVICES
let items = 0
function item() {
  return itemCalled(`cert${++items}`)
}

async function told(): Promise<object> {
  await journal.check(client)
  return Object.fromEntries(Object.entries(journal.violations).filter(([, count]) => count > 0))
}

test.each([...SERVICES])('nothing is wrong with what is created and removed in $name', async service => {
  for (let at = 0; at < 3; at++) await journal.create(client, service, item())
  await journal.remove(client, ([first]) => first)
  expect(await told()).toEqual({})
  expect(journal.counts).toMatchObject({ created: 3, removed: 1, unknown: 0 })
  expect(journal.present).toBe(2)
})

test.each([...SERVICES])('an acknowledgement of $name for what was never stored', async service => {
  await journal.create(client, service, item())
  const answer = await service.create(client, item())
  client.lie = async () => answer
  await journal.create(client, service, item())
  client.lie = undefined
  expect(await told()).toEqual({ lost: 1, foreign: 1 })
})

test('a certificate that was stored twice', async () => {
  client.lie = async (_method, _path, _json, really) => {
    await really()
    return really()
  }
  await journal.create(client, scm, item())
  client.lie = undefined
  expect(await told()).toEqual({ duplicated: 1, lost: 1 })
})

test('a certificate in the place of another one', async () => {
  const [sent, stored] = [item(), item()]
  client.lie = async (_method, path, json, really) =>
    path.endsWith('/import')
      ? registry
          .post(path, { ...json, certificate: stored.pem, private_key: stored.keyPem })
          .then(answer => ({ ...answer, headers: new Headers() }))
      : really()
  await journal.create(client, scm, sent)
  expect(await told()).toEqual({ altered: 1 })
})

test('a deletion that was acknowledged and not done', async () => {
  await journal.create(client, scm, item())
  client.lie = async () => ({ status: 204, headers: new Headers(), json: undefined })
  await journal.remove(client, ([first]) => first)
  client.lie = undefined
  expect(await told()).toEqual({ undead: 1 })
})

test('an answer that never came is neither, and either outcome is right', async () => {
  client.lie = async (_method, _path, _json, really) => {
    await really()
    throw new TypeError('cut')
  }
  await expect(journal.create(client, scm, item())).rejects.toThrow('cut')
  client.lie = async () => {
    throw new TypeError('cut')
  }
  await expect(journal.create(client, scm, item())).rejects.toThrow('cut')
  client.lie = undefined
  expect(await told()).toEqual({})
  expect(journal.counts).toMatchObject({ created: 0, unknown: 2, happened: 1 })
  expect(journal.present).toBe(1)
})

test('a revocation that was acknowledged and not done', async () => {
  const tokens = new TokenJournal()
  await tokens.issue(client)
  await tokens.check(client)
  expect(tokens.violations).toBe(0)
  client.lie = async () => ({ status: 204, headers: new Headers(), json: undefined })
  await tokens.revokeOne(client)
  client.lie = undefined
  await tokens.check(client)
  expect(tokens.violations).toBe(1)
})
