import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type KeyKind, makeCertificate, makeKeyPair, pem } from '../../test/support/certificates.ts'
import { integer, octets, oid, sequence } from '../../test/support/der.ts'
import * as fixtures from '../../test/support/fixtures.ts'
import { readCertificate } from './certificate.ts'
import { readCertificates } from './container.ts'
import { matches, readPrivateKey } from './private-key.ts'
import { Unreadable } from './unreadable.ts'

const one = (text: string) => {
  const [certificate] = readCertificates(text)
  if (certificate === undefined) throw new Error('no certificate')
  return certificate
}

describe('a private key', () => {
  it.each<KeyKind>(['rsa', 'rsa-1024', 'ec', 'p-384', 'p-521', 'ed25519', 'ed448', 'ml-dsa-65'])(
    'matches its own certificate and no other: %s',
    kind => {
      const keys = makeKeyPair(kind)
      const key = readPrivateKey(keys.keyPem)
      const certificate = readCertificate(makeCertificate({ keys }).der)
      expect(matches(key, certificate)).toBe(true)
      expect(key.spkiFingerprint).toBe(certificate.spkiFingerprint)
      expect(key.key).toEqual(certificate.key)
      expect(matches(key, readCertificate(makeCertificate({ keys: makeKeyPair(kind) }).der))).toBe(false)
      expect(
        matches(key, readCertificate(makeCertificate({ keys: makeKeyPair(kind === 'ec' ? 'rsa' : 'ec') }).der)),
      ).toBe(false)
    },
  )

  it.each([
    ['SM2', fixtures.sm2KeyPem, fixtures.sm2Pem],
    ['Ed25519', fixtures.ed25519KeyPem, fixtures.ed25519Pem],
    ['ML-DSA', fixtures.mlDsaKeyPem, fixtures.mlDsaPem],
  ])('of OpenSSL matches its certificate: %s', (_, key, certificate) => {
    expect(matches(readPrivateKey(key), one(certificate))).toBe(true)
    expect(matches(readPrivateKey(key), one(fixtures.version1Pem))).toBe(false)
  })

  it('of SM2 does not match the certificate of another SM2 key', () => {
    expect(matches(readPrivateKey(fixtures.sm2KeyPem), one(fixtures.sm2CaPem))).toBe(false)
  })

  it('is read from PKCS#8, PKCS#1 and SEC1, with curve parameters before it', () => {
    const rsa = makeKeyPair('rsa-1024')
    const ec = makeKeyPair('ec')
    const pkcs1 = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const sec1 = ec.privateKey.export({ type: 'sec1', format: 'pem' }).toString()
    const parameters = pem('EC PARAMETERS', oid('1.2.840.10045.3.1.7'))
    expect(matches(readPrivateKey(pkcs1), readCertificate(makeCertificate({ keys: rsa }).der))).toBe(true)
    expect(matches(readPrivateKey(parameters + sec1), readCertificate(makeCertificate({ keys: ec }).der))).toBe(true)
    expect(readPrivateKey(sec1.replaceAll('\n', '\r\n')).pem()).toBe(sec1)
  })

  it('gives its bytes on explicit demand only', () => {
    const { keyPem } = makeKeyPair('ec')
    const key = readPrivateKey(`some text\n${keyPem}`)
    expect(key.pem()).toBe(keyPem)
    const shown = [JSON.stringify({ key }), inspect({ key }, { depth: 9, showHidden: true }), `${key}`, String(key)]
    expect(shown.slice(0, 2)).toEqual(['{"key":"[key]"}', '{ key: [key] }'])
    for (const text of [...shown, JSON.stringify({ ...key }), Object.values(key).join()]) {
      expect(text).not.toContain(keyPem.split('\n')[1])
    }
  })

  it('that states the public half of another key matches neither', () => {
    const [mine, other] = [makeKeyPair('ec'), makeKeyPair('ec')]
    const sec1 = (keys: typeof mine) => keys.privateKey.export({ type: 'sec1', format: 'der' })
    const lie = Buffer.concat([sec1(mine).subarray(0, -65), sec1(other).subarray(-65)])
    const key = readPrivateKey(pem('EC PRIVATE KEY', lie))
    for (const keys of [mine, other]) expect(matches(key, readCertificate(makeCertificate({ keys }).der))).toBe(false)
  })

  it('is read although an earlier comparison left an error in the queue of OpenSSL', () => {
    const [ec, rsa] = [makeKeyPair('ec'), makeKeyPair('rsa-1024')]
    expect(ec.publicKey.equals(rsa.publicKey)).toBe(false)
    expect(() => readPrivateKey(ec.keyPem)).not.toThrow()
    // Ours leaves none: the next to call Node itself gets the answer about its own key.
    expect(matches(readPrivateKey(ec.keyPem), readCertificate(makeCertificate({ keys: rsa }).der))).toBe(false)
    expect(() => createPrivateKey(rsa.keyPem)).not.toThrow()
  })

  it.each([512, 768, 3072])('of RSA may have %s bits', modulusLength => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength })
    expect(readPrivateKey(pkcs8(privateKey)).key.bits).toBe(modulusLength)
  })

  it.each(['secp256k1', 'brainpoolP256r1', 'secp112r1'])('may be on the curve %s', namedCurve => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve })
    expect(readPrivateKey(pkcs8(privateKey)).key.algorithm).toBe('EC')
  })
})

describe('what is no private key, or none that can be used', () => {
  const { keyPem } = makeKeyPair('ec')
  const inside = Buffer.from(keyPem.replace(/-----[^-]+-----/g, ''), 'base64')
  const pbes2 = sequence(oid('1.2.840.113549.1.5.13'), sequence())

  it.each([
    ['nothing', '', /no PEM block/],
    ['a certificate', fixtures.ed25519Pem, /no private key/],
    ['a certificate behind it', keyPem + fixtures.ed25519Pem, /more than the private key/],
    ['two keys', keyPem + keyPem, /more than the private key/],
    ['encryption', fixtures.encryptedKeyPem, /encrypted/],
    ['the old encryption', fixtures.legacyEncryptedKeyPem, /Proc-Type of an encrypted key/],
    ['encryption under the label of a plain key', fixtures.encryptedKeyPem.replaceAll('ENCRYPTED ', ''), /encrypted/],
    ['an encryption of any cost', pem('PRIVATE KEY', sequence(pbes2, octets(new Uint8Array(99)))), /encrypted/],
    ['half of it', pem('PRIVATE KEY', inside.subarray(0, 40)), /longer than/],
    ['a byte behind it', pem('PRIVATE KEY', Buffer.concat([inside, Buffer.of(0)])), /behind its end/],
    [
      'an algorithm that is not known',
      pem('PRIVATE KEY', sequence(integer(0n), sequence(oid('1.2.3')), octets(inside))),
      /not known/,
    ],
    ['the wrong label', pem('RSA PRIVATE KEY', inside), /modulus has the wrong type/],
    ['a key that is broken inside', pem('EC PRIVATE KEY', sequence(integer(1n))), /broken/],
    [
      'too many bytes',
      pem('PRIVATE KEY', sequence(integer(0n), octets(new Uint8Array(40_000)))),
      /more than 16384 bytes/,
    ],
    ['an exponent of 1', rsaKey(1n), /exponent/],
    ['an even exponent', rsaKey(65_536n), /exponent/],
    ['a modulus of 256 bits', rsaKey(65_537n, 256), /from 512 to 16384 bits/],
    ['a modulus of 16,392 bits', rsaKey(65_537n, 16_392), /from 512 to 16384 bits/],
    ['an even modulus', rsaKey(65_537n, 1024, 0n), /modulus is even/],
  ])('is refused with %s', (_, text, reason) => {
    const failing = () => readPrivateKey(text)
    expect(failing).toThrow(Unreadable)
    expect(failing).toThrow(reason)
  })

  it('is refused by a message without any of its content', () => {
    for (const broken of [inside.subarray(0, 60), Buffer.concat([inside, inside]), inside.with(40, 0)]) {
      const text = pem('PRIVATE KEY', broken)
      try {
        readPrivateKey(text)
      } catch (error) {
        const message = inspect(error)
        for (const secret of [...text.split('\n').slice(1, -2), inside.subarray(36, 44).toString('hex')]) {
          expect(message).not.toContain(secret)
        }
      }
    }
  })
})

function pkcs8(key: KeyObject): string {
  return createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' }))
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

/** A PKCS#1 file of numbers that fit no key: what counts is whether they are looked at. */
function rsaKey(exponent: bigint, size = 1024, lowest = 1n): string {
  const modulus = (1n << BigInt(size - 1)) | lowest
  const numbers = [0n, modulus, exponent, 3n, 5n, 7n, 1n, 1n, 1n]
  return pem('RSA PRIVATE KEY', sequence(...numbers.map(integer)))
}
