import { describe, expect, it } from 'vitest'
import {
  type CertificateOptions,
  extension,
  makeCertificate,
  makeChain,
  makeKeyPair,
} from '../../../test/support/certificates.ts'
import { bits } from '../../../test/support/der.ts'
import { ed25519KeyPem, encryptedKeyPem, legacyEncryptedKeyPem } from '../../../test/support/fixtures.ts'
import { VendorError } from '../shared/failure.ts'
import { readMaterial } from './material.ts'

const now = Date.UTC(2026, 0, 1)
const rules = { now, algorithmType: undefined, rootMustIssue: false }

function formOf(certificate: { pem: string; keyPem: string }) {
  return { cert_content: certificate.pem, private_key: certificate.keyPem }
}

function codeOf(read: () => unknown): unknown {
  try {
    read()
  } catch (error) {
    if (error instanceof VendorError) return (error.reply.body as { error_code: string }).error_code
    throw error
  }
  return 'taken'
}

const good = makeCertificate({ subject: 'CN=a.test', sans: ['a.test'] })
const sm2 = (options: CertificateOptions = {}) =>
  makeCertificate({ subject: 'CN=a.test', sans: ['a.test'], keys: makeKeyPair('sm2'), ...options })
/** keyUsage with the bits of RFC 5280 §4.2.1.3: 0x80 digitalSignature, 0x20 keyEncipherment. */
const usage = (octet: number) => [extension('2.5.29.15', bits(Uint8Array.of(octet)), true)]

describe('a certificate and its key', () => {
  it.each(['rsa', 'ec', 'p-384', 'p-521'] as const)('are taken: %s', kind => {
    const made = makeCertificate({ sans: ['a.test'], keys: makeKeyPair(kind) })
    expect(readMaterial(formOf(made), rules)).toMatchObject({
      chain: [],
      trustedRootCa: [],
      privateKeyPem: made.keyPem,
    })
  })

  it.each([
    ['a truncated certificate', { ...formOf(good), cert_content: good.pem.slice(0, 200) }, 'APIG.2106'],
    ['a key where a certificate belongs', { ...formOf(good), cert_content: good.keyPem }, 'APIG.2106'],
    ['a certificate where a key belongs', { ...formOf(good), private_key: good.pem }, 'APIG.2106'],
    ['no PEM', { ...formOf(good), cert_content: 'x' }, 'APIG.2106'],
    ['a truncated key', { ...formOf(good), private_key: good.keyPem.slice(0, 90) }, 'APIG.2106'],
    ['an encrypted key', { ...formOf(good), private_key: encryptedKeyPem }, 'APIG.2105'],
    ['a key encrypted the old way', { ...formOf(good), private_key: legacyEncryptedKeyPem }, 'APIG.2105'],
    ['another key of the same kind', { ...formOf(good), private_key: makeKeyPair().keyPem }, 'APIG.2101'],
    ['a key of another kind', { ...formOf(good), private_key: ed25519KeyPem }, 'APIG.2101'],
    ['an unreadable trusted root', { ...formOf(good), trusted_root_ca: good.keyPem }, 'APIG.2106'],
    ['a signing pair beside an ECC key', { ...formOf(good), cert_content_sign: good.pem }, 'APIG.2012'],
  ])('are refused: %s', (_, form, code) => {
    expect(codeOf(() => readMaterial(form, rules))).toBe(code)
  })

  const EXPIRIES: readonly (readonly [string, number, string])[] = [
    ['now', now, 'APIG.2102'],
    ['in a second', now + 1000, 'taken'],
    ['in the last second of 31 bits', (2 ** 31 - 1) * 1000, 'APIG.3148'],
    ['one second before it', (2 ** 31 - 2) * 1000, 'taken'],
  ]

  it.each(EXPIRIES)('that expire %s', (_, notAfter, code) => {
    const made = makeCertificate({ sans: ['a.test'], notAfter })
    expect(codeOf(() => readMaterial(formOf(made), rules))).toBe(code)
  })

  it('without subjectAltName are refused', () => {
    expect(codeOf(() => readMaterial(formOf(makeCertificate()), rules))).toBe('APIG.2109')
  })

  it.each([
    ['RSA', 'ec', 'APIG.3709'],
    ['SM2', 'ec', 'APIG.3709'],
    ['ECC', 'rsa', 'APIG.3709'],
    ['ECC', 'ec', 'taken'],
    ['RSA', 'rsa', 'taken'],
    [undefined, 'ed25519', 'APIG.3709'],
  ] as const)('said to be %s and being %s: %s', (algorithmType, kind, code) => {
    const made = makeCertificate({ sans: ['a.test'], keys: makeKeyPair(kind) })
    expect(codeOf(() => readMaterial(formOf(made), { ...rules, algorithmType }))).toBe(code)
  })

  it('say no word of the key in a refusal', () => {
    const other = makeKeyPair()
    const line = other.keyPem.split('\n')[1] ?? ''
    for (const private_key of [other.keyPem, other.keyPem.slice(0, 120), `${other.keyPem}${other.keyPem}`])
      try {
        readMaterial({ ...formOf(good), private_key }, rules)
        expect.unreachable()
      } catch (error) {
        expect(JSON.stringify(error instanceof VendorError ? error.reply : '')).not.toContain(line.slice(0, 12))
      }
  })
})

describe('a chain', () => {
  const { root, intermediate, leaf } = makeChain()
  const taken = (...links: { pem: string }[]) =>
    codeOf(() => readMaterial({ cert_content: links.map(({ pem }) => pem).join(''), private_key: leaf.keyPem }, rules))

  it('is taken upwards from the leaf, as far as it goes', () => {
    expect(taken(leaf)).toBe('taken')
    expect(taken(leaf, intermediate)).toBe('taken')
    expect(taken(leaf, intermediate, root)).toBe('taken')
  })

  it('out of order, with a gap or with a stranger is refused', () => {
    expect(taken(leaf, root, intermediate)).toBe('APIG.2104')
    expect(taken(leaf, root)).toBe('APIG.2104')
    expect(taken(leaf, intermediate, good)).toBe('APIG.2104')
    expect(taken(leaf, leaf)).toBe('APIG.2104')
    expect(taken(intermediate, leaf)).toBe('APIG.2101')
  })
})

describe('a trusted root', () => {
  const { root, intermediate, leaf } = makeChain()
  const form = { cert_content: leaf.pem + intermediate.pem, private_key: leaf.keyPem }

  it('is kept', () => {
    expect(readMaterial({ ...form, trusted_root_ca: root.pem }, rules).trustedRootCa).toHaveLength(1)
  })

  it('must have issued the certificate where the product verifies the certificate by it', () => {
    const codeWith = (trusted_root_ca: string, rootMustIssue: boolean) =>
      codeOf(() => readMaterial({ ...form, trusted_root_ca }, { ...rules, rootMustIssue }))
    expect(codeWith(root.pem, true)).toBe('taken')
    expect(codeWith(good.pem, true)).toBe('APIG.2104')
    expect(codeWith(good.pem, false)).toBe('taken')
  })
})

describe('an SM2 double certificate', () => {
  const encrypting = sm2({ extensions: usage(0x20) })
  const signing = sm2({ extensions: usage(0x80) })
  const form = {
    ...formOf(encrypting),
    cert_content_sign: signing.pem,
    private_key_sign: signing.keyPem,
  }

  it('is taken whole', () => {
    const material = readMaterial(form, { ...rules, algorithmType: 'SM2' })
    expect(material).toMatchObject({ privateKeyPem: encrypting.keyPem, signing: { privateKeyPem: signing.keyPem } })
  })

  it.each([
    ['without the signing certificate', { cert_content_sign: undefined }, 'APIG.2001'],
    ['without the signing key', { private_key_sign: undefined }, 'APIG.2001'],
    ['with a key that is not of the signing certificate', { private_key_sign: encrypting.keyPem }, 'APIG.2101'],
    ['with an unreadable signing certificate', { cert_content_sign: 'x' }, 'APIG.2106'],
    [
      'with a signing pair that is not SM2',
      { cert_content_sign: good.pem, private_key_sign: good.keyPem },
      'APIG.3709',
    ],
    [
      'with the pairs the wrong way round',
      {
        cert_content: signing.pem,
        private_key: signing.keyPem,
        cert_content_sign: encrypting.pem,
        private_key_sign: encrypting.keyPem,
      },
      'APIG.3708',
    ],
  ])('%s is refused', (_, change, code) => {
    expect(codeOf(() => readMaterial({ ...form, ...change }, rules))).toBe(code)
  })

  it('whose signing certificate has expired is refused', () => {
    const old = sm2({ notBefore: now - 2000, notAfter: now - 1000 })
    const change = { cert_content_sign: old.pem, private_key_sign: old.keyPem }
    expect(codeOf(() => readMaterial({ ...form, ...change }, rules))).toBe('APIG.2102')
  })
})
