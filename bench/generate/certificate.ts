/**
 * Certificates that are the same every time, made at some 20,000 a second. Everything in them is as a certificate
 * authority would write it but the signature: that has the right form and length and verifies nothing, for ECDSA draws
 * a random number for each signature, and no list looks at it.
 */

import { hash } from 'node:crypto'
import {
  bits,
  boolean,
  context,
  implicit,
  integer,
  nothing,
  octets,
  oid,
  printable,
  sequence,
  set,
  time,
  utf8,
} from '../../test/support/der.ts'
import { bytesOf, type KeyKind, spkiOf } from './keys.ts'
import { ORGANISATIONS } from './names.ts'
import type { Seeded } from './seeded.ts'

const DAY = 86_400_000
/** Days before and after `now` within which certificates expire. */
const EXPIRY_DAYS = 730
const LIFETIMES = [90, 365, 398, 730, 1825] as const
const AUTHORITIES = 48

export interface CertificateWish {
  readonly commonName: string
  /** DNS names. */
  readonly sans: readonly string[]
  readonly isCa: boolean
  /** Unix ms, whole seconds: certificates expire up to two years before and after. */
  readonly now: number
}

interface Authority {
  readonly name: Uint8Array
  readonly algorithm: Uint8Array
  /** A signature's BIT STRING over the text. */
  sign(tbs: Uint8Array): Uint8Array
}

const authorities = new Map<number, Authority>()
const constant = {
  version: context(0, integer(2n)),
  caConstraints: extension('2.5.29.19', sequence(boolean(true)), true),
  leafConstraints: extension('2.5.29.19', sequence(), true),
  serverAuth: extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
  caUsage: extension('2.5.29.15', bits(Uint8Array.of(0x06), 1), true),
  leafUsage: extension('2.5.29.15', bits(Uint8Array.of(0xa0), 5), true),
}

/** The DER of a certificate. */
export function certificateOf({ commonName, sans, isCa, now }: CertificateWish, seeded: Seeded): Uint8Array {
  const kind = seeded.weighed(KINDS)
  const authority = authorityOf(seeded.below(AUTHORITIES), kind)
  const notAfter = now + seeded.below(2 * EXPIRY_DAYS * 86_400) * 1000 - EXPIRY_DAYS * DAY
  const notBefore = notAfter - seeded.of(LIFETIMES) * DAY
  const organisation = seeded.of(ORGANISATIONS)
  const spki = spkiOf(kind, seeded.below(1 << 20))
  const serial = hash('sha256', `${commonName}/${notAfter}`, 'buffer').subarray(0, 16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const extensions = [
    isCa ? constant.caConstraints : constant.leafConstraints,
    isCa ? constant.caUsage : constant.leafUsage,
    ...(isCa ? [] : [constant.serverAuth]),
    ...(sans.length > 0 ? [extension('2.5.29.17', sequence(...sans.map(san => implicit(2, Buffer.from(san)))))] : []),
  ]
  const tbs = sequence(
    constant.version,
    integerOf(serial),
    authority.algorithm,
    authority.name,
    sequence(time(notBefore), time(notAfter)),
    nameOf(organisation, commonName),
    spki,
    context(3, sequence(...extensions)),
  )
  return sequence(tbs, authority.algorithm, authority.sign(tbs))
}

const KINDS: readonly (readonly [number, KeyKind])[] = [
  [48, 'rsa-2048'],
  [4, 'rsa-4096'],
  [36, 'p-256'],
  [4, 'p-384'],
  [8, 'sm2'],
]

/** Authorities of SM2 sign SM2, the others what they like. */
function authorityOf(choice: number, kind: KeyKind): Authority {
  const number = kind === 'sm2' ? AUTHORITIES + (choice % 4) : choice
  let authority = authorities.get(number)
  if (authority === undefined) {
    authority = kind === 'sm2' ? sm2Authority(number) : number % 3 === 0 ? ecdsaAuthority(number) : rsaAuthority(number)
    authorities.set(number, authority)
  }
  return authority
}

function rsaAuthority(number: number): Authority {
  const algorithm = sequence(oid(number % 8 === 1 ? '1.2.840.113549.1.1.12' : '1.2.840.113549.1.1.11'), nothing())
  return { name: authorityName(number), algorithm, sign: tbs => bits(bytesOf(hash('sha256', tbs), 256)) }
}

function ecdsaAuthority(number: number): Authority {
  return { name: authorityName(number), algorithm: sequence(oid('1.2.840.10045.4.3.2')), sign: pairOfNumbers }
}

function sm2Authority(number: number): Authority {
  return { name: authorityName(number), algorithm: sequence(oid('1.2.156.10197.1.501')), sign: pairOfNumbers }
}

function authorityName(number: number): Uint8Array {
  return nameOf(ORGANISATIONS[number % ORGANISATIONS.length] ?? '', `Issuing CA ${number + 1}`)
}

function pairOfNumbers(tbs: Uint8Array): Uint8Array {
  const digest = hash('sha512', tbs, 'buffer')
  for (const at of [0, 32]) digest[at] = ((digest[at] ?? 0) & 0x7f) | 0x40
  return bits(sequence(integerOf(digest.subarray(0, 32)), integerOf(digest.subarray(32))))
}

/** An INTEGER whose content is these octets: positive and without a leading zero. */
function integerOf(content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x02, content.length), content])
}

function nameOf(organisation: string, commonName: string): Uint8Array {
  return sequence(
    set(sequence(oid('2.5.4.6'), printable('CN'))),
    set(sequence(oid('2.5.4.10'), utf8(organisation))),
    set(sequence(oid('2.5.4.3'), utf8(commonName))),
  )
}

function extension(id: string, value: Uint8Array, isCritical = false): Uint8Array {
  return sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octets(value))
}
