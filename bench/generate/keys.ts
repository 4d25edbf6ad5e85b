/**
 * Public keys, the same every time. Those on curves are real: their private halves are known. The moduli of RSA are
 * numbers of the right size that nobody can factor; making two thousand real ones takes minutes and shows in no list.
 */

import { createECDH, hash } from 'node:crypto'
import { bits, integer, nothing, oid, sequence } from '../../test/support/der.ts'

export type KeyKind = 'p-256' | 'p-384' | 'sm2' | 'rsa-2048' | 'rsa-4096'

/** Different keys of a kind. Those of slow curves are fewer. */
const POOL = { 'p-256': 2048, 'p-384': 64, sm2: 128, 'rsa-2048': 2048, 'rsa-4096': 256 } as const satisfies Record<
  KeyKind,
  number
>

const CURVES = {
  'p-256': { name: 'prime256v1', bytes: 32, id: '1.2.840.10045.3.1.7' },
  'p-384': { name: 'secp384r1', bytes: 48, id: '1.3.132.0.34' },
  sm2: { name: 'SM2', bytes: 32, id: '1.2.156.10197.1.301' },
} as const

const made = new Map<string, Uint8Array>()

/** A SubjectPublicKeyInfo, DER. @param choice any integer from 0 */
export function spkiOf(kind: KeyKind, choice: number): Uint8Array {
  const number = choice % POOL[kind]
  const name = `${kind}/${number}`
  let spki = made.get(name)
  if (spki === undefined) {
    spki = kind === 'rsa-2048' || kind === 'rsa-4096' ? rsa(name, kind) : onCurve(name, kind)
    made.set(name, spki)
  }
  return spki
}

function onCurve(name: string, kind: keyof typeof CURVES): Uint8Array {
  const curve = CURVES[kind]
  const pair = createECDH(curve.name)
  // The first octet keeps it below the order of the curve.
  pair.setPrivateKey(Buffer.concat([Uint8Array.of(1), bytesOf(name, curve.bytes - 1)]))
  return sequence(sequence(oid('1.2.840.10045.2.1'), oid(curve.id)), bits(pair.getPublicKey()))
}

function rsa(name: string, kind: 'rsa-2048' | 'rsa-4096'): Uint8Array {
  const modulus = bytesOf(name, kind === 'rsa-2048' ? 256 : 512)
  modulus[0] = (modulus[0] ?? 0) | 0x80
  modulus[modulus.length - 1] = (modulus.at(-1) ?? 0) | 1
  const key = sequence(integer(BigInt(`0x${modulus.toString('hex')}`)), integer(65537n))
  return sequence(sequence(oid('1.2.840.113549.1.1.1'), nothing()), bits(key))
}

/** As many bytes as are wanted, which follow from the name. */
export function bytesOf(name: string, length: number): Buffer {
  const runs: Buffer[] = []
  for (let i = 0; i * 64 < length; i++) runs.push(hash('sha512', `${name}#${i}`, 'buffer'))
  return Buffer.concat(runs).subarray(0, length)
}
