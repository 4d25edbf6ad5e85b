/**
 * What may be wrong with a certificate, as far as its record tells. A finding is a question to the records: so it can be
 * filtered by, and it is true of the moment, not of when somebody looked last.
 */

import type { Expression } from '../registry/inventory.ts'

export type Severity = 'high' | 'medium' | 'low' | 'info'

export interface FindingRule {
  readonly severity: Severity
  /** A sentence for a person. */
  readonly says: string
  /** Where the rule stands. */
  readonly reference: string
  /** Of which records it is true. @param now Unix ms */
  readonly where: (now: number) => Expression
}

const DAY = 86_400_000
const EXPIRING_DAYS = 30

/** What the CA/Browser Forum allows to certificates issued from a day on (Unix ms), in days; the latest first. */
const LONGEST = [
  { from: Date.UTC(2029, 2, 15), days: 47 },
  { from: Date.UTC(2027, 2, 15), days: 100 },
  { from: Date.UTC(2026, 2, 15), days: 200 },
  { from: Date.UTC(2020, 8, 1), days: 398 },
] as const

const BALLOT = 'CA/Browser Forum, TLS Baseline Requirements §6.3.2 (ballot SC-081v3)'

const all = (...of: readonly Expression[]): Expression => ({ is: 'all', of })
const any = (...of: readonly Expression[]): Expression => ({ is: 'any', of })
const not = (of: Expression): Expression => ({ is: 'not', of })
const longerThan = (days: number): Expression => ({ is: 'lasting', longerThan: days * DAY })
const keyIs = (...values: readonly string[]): Expression => ({ is: 'one-of', column: 'keyAlgorithm', values })
const signedWith = (text: string): Expression => ({ is: 'contains', column: 'signatureAlgorithm', text })
const smaller = (bits: number): Expression => ({ is: 'between', column: 'keyBits', to: bits - 1 })

const HAS_CERTIFICATE = not({ is: 'one-of', column: 'fingerprint', values: [''] })
const HAS_NAMES: Expression = { is: 'contains', column: 'subjectAltNames', text: '' }

export const FINDINGS: ReadonlyMap<string, FindingRule> = new Map<string, FindingRule>([
  [
    'expired',
    {
      severity: 'high',
      says: 'It has expired.',
      reference: 'RFC 5280 §4.1.2.5',
      where: now => ({ is: 'between', column: 'notAfter', to: now - 1 }),
    },
  ],
  [
    'expiring',
    {
      severity: 'medium',
      says: `It expires within ${EXPIRING_DAYS} days.`,
      reference: 'RFC 5280 §4.1.2.5',
      where: now => ({ is: 'between', column: 'notAfter', from: now, to: now + EXPIRING_DAYS * DAY - 1 }),
    },
  ],
  [
    'not-yet-valid',
    {
      severity: 'medium',
      says: 'It is not valid yet.',
      reference: 'RFC 5280 §4.1.2.5',
      where: now => ({ is: 'between', column: 'notBefore', from: now + 1 }),
    },
  ],
  [
    'key-too-small',
    {
      severity: 'high',
      says: 'Its key is too small: RSA and DSA need 2048 bits, elliptic curves 224.',
      reference: 'NIST SP 800-131A Rev. 2 §3',
      where: () => any(all(keyIs('RSA', 'DSA'), smaller(2048)), all(keyIs('EC'), smaller(224))),
    },
  ],
  [
    'weak-signature',
    {
      severity: 'high',
      says: 'It is signed with SHA-1 or MD5, for which somebody else can make a certificate of the same signature.',
      reference: 'NIST SP 800-131A Rev. 2 §9',
      where: () => any(signedWith('sha1'), signedWith('md5'), signedWith('md4'), signedWith('md2')),
    },
  ],
  [
    'longer-than-allowed',
    {
      severity: 'medium',
      says: 'It is valid for longer than publicly trusted TLS certificates of its day may be.',
      reference: BALLOT,
      where: () =>
        any(
          ...LONGEST.map(({ from, days }, at) => {
            const until = LONGEST[at - 1]?.from
            return all(longerThan(days), {
              is: 'between',
              column: 'notBefore',
              from,
              ...(until !== undefined && { to: until - 1 }),
            })
          }),
        ),
    },
  ],
  ...LONGEST.map(({ from, days }): [string, FindingRule] => [
    `longer-than-${days}-days`,
    {
      severity: 'info',
      says: `It is valid for more than ${days} days, which publicly trusted TLS certificates issued from ${new Date(from).toISOString().slice(0, 10)} on may not be.`,
      reference: BALLOT,
      where: () => longerThan(days),
    },
  ]),
  [
    'no-san',
    {
      severity: 'low',
      says: 'It has no subject alternative name, so that no TLS client matches it with a host.',
      reference: 'RFC 9525 §6.3',
      where: () => all(HAS_CERTIFICATE, not(HAS_NAMES)),
    },
  ],
  [
    'unknown-algorithm',
    {
      severity: 'low',
      says: 'The algorithm of its key is not known.',
      reference: 'RFC 5280 §4.1.2.7',
      where: () => keyIs('unknown'),
    },
  ],
  [
    'quantum-vulnerable',
    {
      severity: 'info',
      says: 'A quantum computer could compute its private key.',
      reference: 'NIST IR 8547, tables 2 and 4',
      where: () => keyIs('RSA', 'DSA', 'EC', 'SM2', 'Ed25519', 'Ed448', 'X25519', 'X448'),
    },
  ],
])
