/** CreateCertificateV2 (apic.md §1.2, §5.1). It answers 200, not 201. */

import { type Static, Type } from 'typebox'
import type { Draft, RegistryRecord } from '../../../registry/record.ts'
import type { Scope } from '../../../registry/scope.ts'
import type { RecordStore } from '../../../registry/store.ts'
import type { Reply } from '../../shared/failure.ts'
import { readJsonBody } from '../../shared/json-body.ts'
import type { Call } from '../../shared/product.ts'
import { ALGORITHM_TYPES } from '../algorithms.ts'
import { COMMON, draftOf } from '../certificate.ts'
import { refuseInvalid, refuseMissing, refuseTooLong } from '../errors.ts'
import { MAX_PEM_CHARACTERS, MAX_SIGN_CHARACTERS } from '../limits.ts'
import { type PemForm, readMaterial } from '../material.ts'
import { isName } from '../name.ts'
import { detailOf } from '../wire.ts'
import { demandInstance, enterProject, projectOf } from './place.ts'

const optionalText = (description: string) => Type.Optional(Type.String({ description }))

/** `CertificateForm` (apic.md §1.0.1). It has the types alone: the rules have an order of their own, see `readForm`. */
export const CERTIFICATE_FORM = Type.Object({
  name: Type.String({
    description:
      '4 to 50 ASCII letters, digits, underscores and Chinese characters; a letter or a Chinese character first.',
  }),
  cert_content: Type.String({ description: 'The certificate as PEM, its chain behind it; 65,536 characters at most.' }),
  private_key: Type.String({ description: 'The private key as unencrypted PEM; 65,536 characters at most.' }),
  type: optionalText('`instance` or `global` (default).'),
  instance_id: optionalText('Mandatory for the type `instance`.'),
  trusted_root_ca: optionalText('The trusted root certificate as PEM; 65,536 characters at most.'),
  algorithm_type: optionalText('`RSA`, `ECC` or `SM2`; what the key is by default.'),
  cert_content_sign: optionalText('The signing certificate of an SM2 pair as PEM; 8,092 characters at most.'),
  private_key_sign: optionalText('The private key of the signing certificate; 8,092 characters at most.'),
})

type CertificateForm = Static<typeof CERTIFICATE_FORM>

/** @param rules `rootMustIssue`: as `MaterialRules` */
export function createCertificate(rules: { readonly rootMustIssue: boolean }) {
  return async (call: Call<RecordStore>): Promise<Reply> => {
    const scope = await enterProject(call)
    const form = readForm(readJsonBody(CERTIFICATE_FORM, call.request))
    if (form.instanceId !== undefined) await demandInstance(call, scope, form.instanceId)
    const now = call.clock()
    const material = readMaterial(form.pem, { now, algorithmType: form.algorithmType, ...rules })
    const compartment = form.instanceId ?? COMMON
    const context = { vault: call.vault, creator: call.principal.userId, now }
    const record = await addAnyway(call, scope, draftOf({ name: form.name, compartment, ...material }, context))
    return { status: 200, body: detailOf(record, material.certificate, projectOf(call)) }
  }
}

interface CheckedForm {
  readonly name: string
  /** Of a certificate of one instance; `undefined` for a global one, whatever was sent (apic.md §5.4). */
  readonly instanceId: string | undefined
  readonly algorithmType: (typeof ALGORITHM_TYPES)[number] | undefined
  readonly pem: PemForm
}

/** Steps 2 to 4 of apic.md §5.1. An empty text is as if absent. */
function readForm(body: CertificateForm): CheckedForm {
  for (const field of ['name', 'cert_content', 'private_key'] as const)
    if (body[field] === '') throw refuseMissing(field)
  if (!isName(body.name)) throw refuseInvalid('name')
  const type = oneOf('type', ['instance', 'global'], body.type) ?? 'global'
  const algorithmType = oneOf('algorithm_type', ALGORITHM_TYPES, body.algorithm_type)
  for (const field of ['cert_content_sign', 'private_key_sign'] as const)
    if ((body[field]?.length ?? 0) > MAX_SIGN_CHARACTERS) throw refuseInvalid(field)
  for (const field of ['cert_content', 'private_key', 'trusted_root_ca'] as const)
    if ((body[field]?.length ?? 0) > MAX_PEM_CHARACTERS) throw refuseTooLong(field)
  if (type === 'instance' && !body.instance_id) throw refuseMissing('instance_id')
  return {
    name: body.name,
    instanceId: type === 'instance' ? body.instance_id : undefined,
    algorithmType,
    pem: {
      cert_content: body.cert_content,
      private_key: body.private_key,
      trusted_root_ca: body.trusted_root_ca || undefined,
      cert_content_sign: body.cert_content_sign || undefined,
      private_key_sign: body.private_key_sign || undefined,
    },
  }
}

function oneOf<Word extends string>(field: string, words: readonly Word[], text: string | undefined): Word | undefined {
  if (text === undefined || text === '') return undefined
  const word = words.find(listed => listed === text)
  if (word === undefined) throw refuseInvalid(field)
  return word
}

/**
 * The vendor allows the same certificate twice, an import does not: the first record of a certificate holds the unique
 * key that imports look for, and those that are created beside it do without.
 */
async function addAnyway(call: Call<RecordStore>, scope: Scope, draft: Draft): Promise<RegistryRecord> {
  const [first] = await call.records.add(scope, [draft])
  if (first?.is === 'added') return first.record
  const [second] = await call.records.add(scope, [{ ...draft, facts: { ...draft.facts, uniqueKey: null } }])
  if (second?.is === 'added') return second.record
  throw new Error('a draft without a unique key was not added')
}
