import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeCertificate, makeChain, makeKeyPair } from '../../../test/support/certificates.ts'
import { ed25519Pem, encryptedKeyPem, sm2Pem } from '../../../test/support/fixtures.ts'
import type { Principal } from '../../identity/principal.ts'
import { createVault } from '../../identity/vault.ts'
import { sealContext } from './certificate.ts'
import { intake } from './intake.ts'
import { isName } from './name.ts'

const principal: Principal = {
  userId: 'a'.repeat(32),
  userName: 'admin',
  domainId: 'b'.repeat(32),
  domainName: 'admin',
  aliyunUserId: '1107550004253538',
  isRoot: true,
  projectId: undefined,
  accessKeyId: undefined,
}
const vault = createVault(randomBytes(32))
const context = { clock: () => 1_730_217_600_000, vault, principal, compartment: '' }

function draftsOf(name: string, content: string, more: { privateKeyPem?: string; compartment?: string } = {}) {
  const { privateKeyPem, compartment = '' } = more
  const file = { name, bytes: Buffer.from(content), ...(privateKeyPem && { privateKeyPem }) }
  return intake.drafts(file, { ...context, compartment })
}

describe('a file', () => {
  it('gives its name to its one certificate', () => {
    const [draft] = draftsOf('shop-api.2026.crt', makeCertificate({ subject: 'CN=a.test' }).pem)
    expect(draft?.facts).toMatchObject({ name: 'shop_api_2026', searchText: 'shop_api_2026', commonName: 'a.test' })
  })

  it('gives a record for each certificate of a bundle, named by its CN, else by the file', () => {
    const { leaf, intermediate } = makeChain()
    const nameless = makeCertificate({ subject: 'O=Nobody' })
    const drafts = draftsOf('bundle.pem', leaf.pem + intermediate.pem + nameless.pem)
    expect(drafts.map(({ facts }) => facts.name)).toEqual(['leaf_test', 'Test_Intermediate', 'bundle_3'])
    expect(drafts.every(({ facts }) => isName(facts.name))).toBe(true)
  })

  it('is for every instance, or for the one that is named', () => {
    const { pem } = makeCertificate()
    expect(draftsOf('a.pem', pem)[0]?.facts.compartment).toBe('common')
    expect(draftsOf('a.pem', pem, { compartment: 'gw-1' })[0]?.facts.compartment).toBe('gw-1')
  })

  it('is the same record when it comes again into the same compartment, and another one in another', () => {
    const { pem } = makeCertificate()
    const keyIn = (compartment: string) => draftsOf('a.pem', pem, { compartment })[0]?.facts.uniqueKey
    expect(keyIn('gw-1')).toBe(keyIn('gw-1'))
    expect(keyIn('gw-1')).not.toBe(keyIn('gw-2'))
  })

  it('with an expired certificate is taken: a gateway may hold one', () => {
    const { pem } = makeCertificate({ notBefore: Date.UTC(2020, 0, 1), notAfter: Date.UTC(2021, 0, 1) })
    expect(draftsOf('old.pem', pem)).toHaveLength(1)
  })

  it('with an SM2 certificate is taken', () => {
    expect(draftsOf('sm2.pem', sm2Pem)[0]?.facts.keyAlgorithm).toBe('SM2')
  })

  it('with a key that no gateway takes is refused', () => {
    expect(() => draftsOf('ed.pem', ed25519Pem)).toThrow(/Ed25519/)
  })

  it.each([
    ['a truncated certificate', makeCertificate().pem.slice(0, 300)],
    ['a key', makeKeyPair().keyPem],
    ['no PEM and no DER', 'hello'],
    ['nothing', ''],
  ])('with %s is refused', (_, content) => {
    expect(() => draftsOf('x.pem', content)).toThrow(expect.objectContaining({ name: 'Unreadable' }))
  })
})

describe('a private key beside a file', () => {
  it('is sealed with the certificate that it belongs to, and with no other', () => {
    const { leaf, intermediate } = makeChain()
    const [first, second] = draftsOf('b.pem', intermediate.pem + leaf.pem, { privateKeyPem: leaf.keyPem })
    expect(first?.secrets).toEqual([])
    const [secret] = second?.secrets ?? []
    const opened = vault.open(
      secret?.sealed ?? Buffer.of(),
      sealContext('private-key', second?.facts.fingerprint ?? ''),
    )
    expect(secret?.role).toBe('private-key')
    expect(opened.toString()).toBe(leaf.keyPem)
  })

  it('never stands in the facts or the contents', () => {
    const { pem, keyPem } = makeCertificate()
    const drafts = draftsOf('a.pem', pem, { privateKeyPem: keyPem })
    const line = keyPem.split('\n')[1] ?? ''
    expect(JSON.stringify(drafts.map(({ facts }) => facts))).not.toContain(line)
    for (const { contents, secrets } of drafts)
      for (const bytes of [...contents.map(content => content.bytes), ...secrets.map(secret => secret.sealed)])
        expect(Buffer.from(bytes).toString('latin1')).not.toContain(line)
  })

  it.each([
    ['of another certificate', makeKeyPair().keyPem],
    ['that is encrypted', encryptedKeyPem],
    ['that is cut off', makeKeyPair().keyPem.slice(0, 100)],
  ])('%s refuses the file', (_, privateKeyPem) => {
    expect(() => draftsOf('a.pem', makeCertificate().pem, { privateKeyPem })).toThrow(
      expect.objectContaining({ name: 'Unreadable' }),
    )
  })
})
