/** What a SubjectPublicKeyInfo says of its key (RFC 3279, 5480, 8410, 9881; GM/T 0009), without using the key. */
import { postQuantum } from './algorithms.ts'
import { DerReader, Tag } from './der.ts'
import { takeOid } from './oid.ts'
import { Unreadable } from './unreadable.ts'

export interface PublicKeyFacts {
  readonly algorithm:
    | 'RSA'
    | 'EC'
    | 'SM2'
    | 'DSA'
    | 'Ed25519'
    | 'Ed448'
    | 'X25519'
    | 'X448'
    | 'ML-DSA'
    | 'ML-KEM'
    | 'SLH-DSA'
    | 'unknown'
  /** The algorithm's object identifier; for EC and SM2 mostly id-ecPublicKey, the curve standing beside it. */
  readonly oid: string
  /** Size as the field speaks of it: modulus of RSA and DSA, field of the curve. Undefined where it means nothing. */
  readonly bits: number | undefined
  /** `P-256`, `sm2p256v1`, …, the OID of a curve that is not known; the parameter set of a post-quantum key. */
  readonly curve: string | undefined
}

/** SM2's curve (GM/T 0006), which some put in the place of the algorithm as well. */
const sm2 = '1.2.156.10197.1.301'

type Kind = 'modulus' | 'curve' | 'prime' | number

const algorithms: ReadonlyMap<string, readonly [PublicKeyFacts['algorithm'], Kind]> = new Map([
  ['1.2.840.113549.1.1.1', ['RSA', 'modulus']],
  ['1.2.840.113549.1.1.7', ['RSA', 'modulus']],
  ['1.2.840.113549.1.1.10', ['RSA', 'modulus']],
  ['2.5.8.1.1', ['RSA', 'modulus']],
  ['1.2.840.10045.2.1', ['EC', 'curve']],
  ['1.3.132.1.12', ['EC', 'curve']],
  ['1.3.132.1.13', ['EC', 'curve']],
  [sm2, ['SM2', 256]],
  ['1.2.840.10040.4.1', ['DSA', 'prime']],
  ['1.3.101.110', ['X25519', 256]],
  ['1.3.101.111', ['X448', 448]],
  ['1.3.101.112', ['Ed25519', 256]],
  ['1.3.101.113', ['Ed448', 456]],
])

const curves: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['1.2.840.10045.3.1.1', ['P-192', 192]],
  ['1.3.132.0.33', ['P-224', 224]],
  ['1.2.840.10045.3.1.7', ['P-256', 256]],
  ['1.3.132.0.34', ['P-384', 384]],
  ['1.3.132.0.35', ['P-521', 521]],
  ['1.3.132.0.10', ['secp256k1', 256]],
  ['1.3.36.3.3.2.8.1.1.7', ['brainpoolP256r1', 256]],
  ['1.3.36.3.3.2.8.1.1.11', ['brainpoolP384r1', 384]],
  ['1.3.36.3.3.2.8.1.1.13', ['brainpoolP512r1', 512]],
  [sm2, ['sm2p256v1', 256]],
])

/**
 * Reads the next element as a SubjectPublicKeyInfo. Its frame must be whole; a key inside that is broken, or of an
 * algorithm that is not known, only leaves `bits` or `curve` undefined: the certificate is there all the same.
 */
export function takePublicKey(reader: DerReader): PublicKeyFacts {
  const info = reader.enter(Tag.sequence, 'the public key')
  const algorithm = info.enter(Tag.sequence, 'the public key algorithm')
  const oid = takeOid(algorithm, 'the public key algorithm')
  info.take(Tag.bitString, 'the public key')
  const key = new DerReader(info.bytes, Math.min(info.start + 1, info.end), info.end)
  info.finish('the public key')
  const set = postQuantum.get(oid)
  if (set) return { algorithm: set.family, oid, bits: undefined, curve: set.name }
  const [name, kind] = algorithms.get(oid) ?? (['unknown', undefined] as const)
  switch (kind) {
    case 'modulus':
      return {
        algorithm: name,
        oid,
        bits: whole(() => bitsOf(key.enter(Tag.sequence, 'the RSA key'), 'the modulus')),
        curve: undefined,
      }
    case 'prime':
      return {
        algorithm: name,
        oid,
        bits: whole(() => bitsOf(algorithm.enter(Tag.sequence, 'the DSA parameters'), 'p')),
        curve: undefined,
      }
    case 'curve':
      return onCurve(
        oid,
        whole(() => takeOid(algorithm, 'the curve')),
      )
    default:
      return { algorithm: name, oid, bits: kind, curve: name === 'SM2' ? 'sm2p256v1' : undefined }
  }
}

/** A key on a curve told by its OID; explicit and inherited parameters (RFC 3279 §2.3.5) name none. */
function onCurve(oid: string, curve: string | undefined): PublicKeyFacts {
  const [name, bits] = (curve === undefined ? undefined : curves.get(curve)) ?? [curve, undefined]
  return { algorithm: curve === sm2 ? 'SM2' : 'EC', oid, bits, curve: name }
}

/** Length in bits of the INTEGER that comes next, its sign bit left out; undefined for zero. */
export function bitsOf(reader: DerReader, field: string): number | undefined {
  reader.take(Tag.integer, field)
  let start = reader.start
  while (start < reader.end && reader.bytes[start] === 0) start++
  return start === reader.end ? undefined : (reader.end - start) * 8 - (Math.clz32(reader.bytes[start] ?? 0) - 24)
}

function whole<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}
