/** `GET /api/v1/certificates/{id}`: everything that the registry can say of one. */

import { type Static, Type } from 'typebox'
import type { Expression, FoundRecord } from '../../registry/inventory.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { pemOf } from '../../x509/container.ts'
import { listExtensions } from '../../x509/extension-list.ts'
import type { InventoryAnswer, InventoryCall } from '../call.ts'
import { certificateOf } from '../certificate.ts'
import { buildChain } from '../chain.ts'
import { findVisible } from '../find.ts'
import { FINDINGS } from '../findings.ts'
import { InventoryProblem } from '../problem.ts'
import { textOf } from '../text.ts'
import { CERTIFICATE_ENTRY, entryOf, iso } from '../wire.ts'

/** Twins that are shown of each kind; all are counted. */
const MAX_TWINS = 20

const FORMS = ['json', 'pem', 'der', 'text'] as const

export const SHOW_QUERY = Type.Object({
  form: Type.Unsafe<(typeof FORMS)[number]>({ type: 'string', enum: [...FORMS], default: 'json' }),
})

const NAME = Type.Object({
  text: Type.String({ description: 'RFC 4514.' }),
  attributes: Type.Array(Type.Object({ oid: Type.String(), type: Type.String(), value: Type.String() })),
})

const PARSED = Type.Object({
  version: Type.Integer(),
  serialNumber: Type.Object({ hex: Type.String(), decimal: Type.String() }),
  subject: NAME,
  issuer: NAME,
  notBefore: Type.String(),
  notAfter: Type.String(),
  key: Type.Object({
    algorithm: Type.String(),
    oid: Type.String(),
    bits: Type.Union([Type.Integer(), Type.Null()]),
    curve: Type.Union([Type.String(), Type.Null()]),
  }),
  signatureAlgorithm: Type.Object({ oid: Type.String(), name: Type.String() }),
  subjectAltNames: Type.Array(Type.Object({ kind: Type.String(), value: Type.String() })),
  basicConstraints: Type.Union([
    Type.Object({ ca: Type.Boolean(), pathLength: Type.Union([Type.Integer(), Type.Null()]) }),
    Type.Null(),
  ]),
  keyUsage: Type.Union([Type.Array(Type.String()), Type.Null()]),
  extendedKeyUsage: Type.Union([Type.Array(Type.String()), Type.Null()]),
  subjectKeyIdentifier: Type.Union([Type.String(), Type.Null()]),
  authorityKeyIdentifier: Type.Union([Type.String(), Type.Null()]),
  extensions: Type.Array(
    Type.Object({
      oid: Type.String(),
      name: Type.Union([Type.String(), Type.Null()], { description: 'null where the identifier is not known.' }),
      critical: Type.Boolean(),
      hex: Type.String({ description: 'The value as it stands in the certificate.' }),
    }),
  ),
  pem: Type.String(),
})

const TWINS = Type.Object({ total: Type.Integer(), certificates: Type.Array(CERTIFICATE_ENTRY) })

export const SHOW_ANSWER = Type.Object({
  ...CERTIFICATE_ENTRY.properties,
  explained: Type.Array(
    Type.Object({ id: Type.String(), severity: Type.String(), says: Type.String(), reference: Type.String() }),
    { description: 'The findings, in sentences.' },
  ),
  certificate: Type.Union([PARSED, Type.Null()], {
    description: 'null for a record without one, and where it lies in a sealed file.',
  }),
  chain: Type.Union([
    Type.Object({
      certificates: Type.Array(
        Type.Object({
          subject: Type.String(),
          issuer: Type.String(),
          sha256: Type.String(),
          notAfter: Type.String(),
          id: Type.Union([Type.String(), Type.Null()], { description: 'Of the record that has it.' }),
        }),
        { description: 'The certificate itself first.' },
      ),
      complete: Type.Boolean({ description: 'Whether it ends in a self-issued certificate.' }),
      verifies: Type.Boolean({ description: 'Signatures, dates and constraints; not whether the root is trusted.' }),
      problems: Type.Array(Type.String(), { description: 'Why it does not verify.' }),
    }),
    Type.Null(),
  ]),
  twins: Type.Object({ sameCertificate: TWINS, sameKey: TWINS }, { description: 'Elsewhere in what you may see.' }),
  vendorRequest: Type.Object(
    { method: Type.String(), path: Type.String(), headers: Type.Record(Type.String(), Type.String()) },
    { description: 'How the vendor’s own API is asked for it, but for the signature.' },
  ),
})

/** @throws InventoryProblem `no-such-certificate`, `no-certificate` */
export async function showCertificate(call: InventoryCall): Promise<InventoryAnswer> {
  const { form } = call.query as Static<typeof SHOW_QUERY>
  const id = call.path.id ?? ''
  const found = /^\d{1,16}$/.test(id) ? await findVisible(call, Number(id)) : undefined
  if (!found) throw new InventoryProblem('no-such-certificate', 'There is no certificate with this id.')
  const certificate = await certificateOf(call.records, found)
  if (form === 'json') return { json: await described(call, found, certificate) }
  if (!certificate) throw new InventoryProblem('no-certificate', 'The record has no certificate that can be given out.')
  return FORMATS[form](certificate)
}

const FORMATS = {
  pem: ({ der }: Certificate) => ({ type: 'application/x-pem-file', bytes: pemOf('CERTIFICATE', der) }),
  der: ({ der }: Certificate) => ({ type: 'application/pkix-cert', bytes: der }),
  text: (certificate: Certificate) => ({ type: 'text/plain; charset=utf-8', bytes: textOf(certificate) }),
}

async function described(
  call: InventoryCall,
  found: FoundRecord,
  certificate: Certificate | undefined,
): Promise<Static<typeof SHOW_ANSWER>> {
  const { scope, record } = found
  const { fingerprint, spkiFingerprint } = record
  const same: Expression = { is: 'one-of', column: 'fingerprint', values: fingerprint === '' ? [] : [fingerprint] }
  const sameKey: Expression = {
    is: 'one-of',
    column: 'spkiFingerprint',
    values: spkiFingerprint === '' ? [] : [spkiFingerprint],
  }
  const chain = certificate && (await buildChain(call, found, certificate))
  const section = call.sections.find(({ product }) => product === scope.product)
  const request = section?.request(record, scope.key.slice(scope.product.length + 1))
  const entry = entryOf(found, call.clock())
  return {
    ...entry,
    explained: entry.findings.flatMap(id => {
      const rule = FINDINGS.get(id)
      return rule ? [{ id, severity: rule.severity, says: rule.says, reference: rule.reference }] : []
    }),
    certificate: certificate ? parsed(certificate) : null,
    chain: chain
      ? {
          certificates: chain.links.map(({ certificate: each, record: has }) => ({
            subject: each.subject.text,
            issuer: each.issuer.text,
            sha256: each.fingerprint,
            notAfter: iso(each.notAfter),
            id: has ? String(has.record.number) : null,
          })),
          complete: chain.complete,
          verifies: chain.problems.length === 0,
          problems: [...chain.problems],
        }
      : null,
    twins: {
      sameCertificate: await twins(call, found, same),
      sameKey: await twins(call, found, { is: 'all', of: [sameKey, { is: 'not', of: same }] }),
    },
    vendorRequest: { method: request?.method ?? 'GET', path: request?.path ?? '', headers: { ...request?.headers } },
  }
}

async function twins(call: InventoryCall, { record }: FoundRecord, same: Expression) {
  const itself: Expression = { is: 'between', column: 'number', from: record.number, to: record.number }
  const { records, total } = await call.inventory.page({
    visible: await call.visible(),
    where: { is: 'all', of: [same, { is: 'not', of: itself }] },
    order: 'number',
    direction: 'ascending',
    take: MAX_TWINS,
    counted: true,
  })
  return { total: total ?? 0, certificates: records.map(each => entryOf(each, call.clock())) }
}

function parsed(certificate: Certificate): Static<typeof PARSED> {
  const { key, serialNumber, subject, issuer, basicConstraints } = certificate
  return {
    version: certificate.version,
    serialNumber: { hex: serialNumber, decimal: decimalOf(serialNumber) },
    subject: { text: subject.text, attributes: [...subject.attributes] },
    issuer: { text: issuer.text, attributes: [...issuer.attributes] },
    notBefore: iso(certificate.notBefore),
    notAfter: iso(certificate.notAfter),
    key: { algorithm: key.algorithm, oid: key.oid, bits: key.bits ?? null, curve: key.curve ?? null },
    signatureAlgorithm: { ...certificate.signatureAlgorithm },
    subjectAltNames: certificate.subjectAltNames.map(name => ({ ...name })),
    basicConstraints: basicConstraints
      ? { ca: basicConstraints.ca, pathLength: basicConstraints.pathLength ?? null }
      : null,
    keyUsage: certificate.keyUsage ? [...certificate.keyUsage] : null,
    extendedKeyUsage: certificate.extendedKeyUsage ? [...certificate.extendedKeyUsage] : null,
    subjectKeyIdentifier: certificate.subjectKeyIdentifier ?? null,
    authorityKeyIdentifier: certificate.authorityKeyIdentifier ?? null,
    extensions: listExtensions(certificate).map(extension => ({ ...extension, name: extension.name ?? null })),
    pem: pemOf('CERTIFICATE', certificate.der),
  }
}

function decimalOf(hex: string): string {
  return hex.startsWith('-') ? `-${BigInt(`0x${hex.slice(1)}`)}` : String(BigInt(`0x${hex}`))
}
