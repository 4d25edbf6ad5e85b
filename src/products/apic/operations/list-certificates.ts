/** ListCertificatesV2 (seed 004; apic.md §1.1, §2). */

import { type Static, Type } from 'typebox'
import { queryOf } from '../../../identity/wire-request.ts'
import type { Reply } from '../../shared/failure.ts'
import { oneOf, parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Call } from '../../shared/product.ts'
import { ALGORITHM_TYPES, keyAlgorithmOf, readSignatureAlgorithm } from '../algorithms.ts'
import { COMMON } from '../certificate.ts'
import { DEFAULT_LIMIT, listingOf } from '../listing.ts'
import { certBaseOf } from '../wire.ts'
import { demandInstance, enterProject, projectOf } from './place.ts'

/** Seed 004, Table 2. Any 64-bit offset and any 32-bit limit is read, and made to fit. */
export const LIST_QUERY = Type.Object({
  offset: Type.Optional(
    Type.Integer({
      description: 'Offset from which the query starts; less than 0 becomes 0.',
      format: 'int64',
      default: 0,
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      description: 'Items on each page, 1 to 500; 0 and less become 20, more becomes 500.',
      minimum: -(2 ** 31),
      maximum: 2 ** 31 - 1,
      default: DEFAULT_LIMIT,
    }),
  ),
  name: Type.Optional(Type.String({ description: 'Certificate name: any part of it, in the same case.' })),
  common_name: Type.Optional(Type.String({ description: 'Certificate domain name, exactly.' })),
  signature_algorithm: Type.Optional(
    Type.String({ description: 'Certificate signature algorithm, for example SHA256-RSA.' }),
  ),
  type: Type.Optional(oneOf(['instance', 'global'], { description: 'Certificate scope.' })),
  instance_id: Type.String({
    description:
      'ID of the certificate instance. Certificates of all instances are listed too; `common` lists only them.',
  }),
  algorithm_type: Type.Optional(oneOf(ALGORITHM_TYPES, { description: 'Certificate algorithm type.' })),
})

type ListQuery = Static<typeof LIST_QUERY>

export async function listCertificates(call: Call): Promise<Reply> {
  const scope = await enterProject(call)
  const query = readParameters(LIST_QUERY, parseParameters(queryOf(call.request.target)), { emptyIsAbsent: true })
  if (query.instance_id !== COMMON) await demandInstance(call, scope, query.instance_id)
  const question = questionOf(query)
  if (question === undefined) return { status: 200, body: { total: 0, size: 0, certs: [] } }
  const { records, total } = await call.records.list(scope, listingOf(question))
  const certs = records.map(record => certBaseOf(record, projectOf(call)))
  return { status: 200, body: { total, size: certs.length, certs } }
}

/** @returns `undefined` when no certificate can be meant */
function questionOf(query: ListQuery) {
  const spelling = query.signature_algorithm
  const signatureAlgorithm = spelling === undefined ? undefined : readSignatureAlgorithm(spelling)
  if (spelling !== undefined && signatureAlgorithm === undefined) return undefined
  return {
    instanceId: query.instance_id,
    type: query.type,
    name: query.name,
    commonName: query.common_name,
    signatureAlgorithm,
    keyAlgorithm: query.algorithm_type && keyAlgorithmOf(query.algorithm_type),
    offset: query.offset,
    limit: query.limit,
  }
}
