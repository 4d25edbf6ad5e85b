/** A certificate as text for people, in the manner of `openssl x509 -text`. */

import type { Certificate } from '../x509/certificate.ts'
import { listExtensions } from '../x509/extension-list.ts'
import { iso } from './wire.ts'

/** Hex digits of an unread extension that are shown. */
const MAX_HEX = 256

/** Names come from certificates: what would move a terminal's cursor, or end a line, is written as its code. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, mark => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`)
}

export function textOf(certificate: Certificate): string {
  const { key, keyUsage, extendedKeyUsage, basicConstraints, subjectAltNames } = certificate
  const size = [key.bits === undefined ? undefined : `${key.bits} bit`, key.curve].filter(part => part !== undefined)
  const read = new Map([
    ['subjectAltName', subjectAltNames.map(({ kind, value }) => `${kind}:${value}`).join(', ')],
    ['keyUsage', keyUsage?.join(', ')],
    ['extKeyUsage', extendedKeyUsage?.join(', ')],
    ['subjectKeyIdentifier', certificate.subjectKeyIdentifier],
    ['authorityKeyIdentifier', certificate.authorityKeyIdentifier],
    [
      'basicConstraints',
      basicConstraints &&
        `CA:${basicConstraints.ca}${basicConstraints.pathLength === undefined ? '' : `, pathlen:${basicConstraints.pathLength}`}`,
    ],
  ])
  const extensions = listExtensions(certificate).flatMap(({ oid, name, critical, hex }) => [
    `    ${name ?? oid}:${critical ? ' critical' : ''}`,
    `      ${read.get(name ?? '') ?? (hex.length > MAX_HEX ? `${hex.slice(0, MAX_HEX)}…` : hex)}`,
  ])
  const lines = [
    'Certificate:',
    `  Version: ${certificate.version}`,
    `  Serial Number: ${certificate.serialNumber}`,
    `  Signature Algorithm: ${certificate.signatureAlgorithm.name}`,
    `  Issuer: ${certificate.issuer.text}`,
    '  Validity:',
    `    Not Before: ${iso(certificate.notBefore)}`,
    `    Not After:  ${iso(certificate.notAfter)}`,
    `  Subject: ${certificate.subject.text}`,
    `  Public Key: ${[key.algorithm, ...size].join(', ')}`,
    ...(extensions.length > 0 ? ['  Extensions:', ...extensions] : []),
    `  SHA-256: ${certificate.fingerprint}`,
    `  SHA-1:   ${certificate.fingerprintSha1}`,
  ]
  return `${lines.map(printable).join('\n')}\n`
}
