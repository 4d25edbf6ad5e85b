import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { makeCertificate } from '../../../test/support/certificates.ts'
import type { Principal } from '../../identity/principal.ts'
import { createVault } from '../../identity/vault.ts'
import type { RegistryRecord } from '../../registry/record.ts'
import { FILES, sealingContext } from './intake.ts'

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

const ca = makeCertificate({ subject: 'CN=Intake CA', ca: true })
const leaf = makeCertificate({ subject: 'CN=leaf.test', sans: ['leaf.test'], issuer: ca })

function draft(name: string, content: Uint8Array | string) {
  const [first, ...others] = FILES.drafts({ name, bytes: Buffer.from(content) }, context)
  if (!first || others.length > 0) throw new Error('a file is one record')
  return first
}

describe('a file becomes one record', () => {
  test('with the name of the file, its size in bytes and the user who brings it in', () => {
    expect(draft('Ca1.crt', ca.pem).facts).toMatchObject({
      name: 'Ca1.crt',
      uniqueKey: 'Ca1.crt',
      searchText: 'ca1.crt',
      creator: '1107550004253538',
      contentSize: Buffer.byteLength(ca.pem),
    })
  })

  test.each([
    ['a PEM bundle', Buffer.from(leaf.pem + ca.pem)],
    ['DER', Buffer.from(leaf.der)],
    ['PEM with text around it', Buffer.from(`leaf\n${leaf.pem}`)],
  ])('with the facts of its first certificate: %s', (_, bytes) => {
    const { facts, contents, secrets } = draft('bundle.pem', bytes)
    expect(facts).toMatchObject({ commonName: 'leaf.test', subjectAltNames: ['leaf.test'] })
    expect(contents).toEqual([{ role: 'file', bytes }])
    expect(secrets).toEqual([])
  })

  test.each([
    ['a key before its certificate', leaf.keys.keyPem + leaf.pem, 'leaf.test'],
    ['a certificate before its key', leaf.pem + leaf.keys.keyPem, 'leaf.test'],
    ['a key that hides in the text', `${leaf.pem}x ${leaf.keys.keyPem}`, 'leaf.test'],
    ['a key alone', leaf.keys.keyPem, ''],
    ['a truncated certificate', leaf.pem.slice(0, 200), ''],
    ['no certificate at all', 'keytab\x05\x02', ''],
  ])('sealed where it may hold a key: %s', (_, content, commonName) => {
    const { facts, contents, secrets } = draft('file', content)
    expect(facts.commonName).toBe(commonName)
    expect(contents).toEqual([])
    const sealed = secrets[0]?.sealed ?? new Uint8Array()
    expect(Buffer.from(sealed).includes(leaf.keys.keyPem.slice(30, 60))).toBe(false)
    expect(vault.open(sealed, sealingContext(String(facts.attributes.sha256))).toString('latin1')).toBe(content)
  })

  test('also when it holds more certificates than other uploads may', () => {
    expect(draft('roots.pem', ca.pem.repeat(150)).facts.commonName).toBe('Intake CA')
  })
})

describe('a file of the same name', () => {
  const present = (content: string): RegistryRecord => ({ ...draft('a.pem', content).facts, number: 1 })

  test('is the same when its bytes are', () => {
    expect(FILES.isSame?.(present(ca.pem), draft('a.pem', ca.pem))).toBe(true)
  })

  test('is another one when a byte differs', () => {
    expect(FILES.isSame?.(present(ca.pem), draft('a.pem', `${ca.pem}\n`))).toBe(false)
  })
})

describe('a file is refused', () => {
  test.each([
    ['without a name', '', 'x'],
    ['with a name of 256 characters', 'x'.repeat(256), 'x'],
    ['with a slash in its name', 'a/b', 'x'],
    ['with a line feed in its name', 'a\nb', 'x'],
    ['with half a character in its name', 'a\ud800', 'x'],
    ['without content', 'a.pem', ''],
    ['of 1 MiB and a byte', 'a.pem', 'x'.repeat(1024 * 1024 + 1)],
  ])('%s', (_, name, content) => {
    expect(() => draft(name, content)).toThrow(expect.objectContaining({ name: 'Unreadable' }))
  })

  test('but not at the bounds', () => {
    expect(draft('\u{1f512}'.repeat(255), 'x'.repeat(1024 * 1024)).facts.contentSize).toBe(1024 * 1024)
  })
})
