/**
 * The five intakes with made-up certificates in the place of files: the same path through parsing and storing that an
 * import takes, in the same threads. What stands in a `file` is a range of record numbers.
 */

import { COMMON as EVERY_INSTANCE } from '../../src/products/apic/certificate.ts'
import { intake as apic } from '../../src/products/apic/intake.ts'
import { FILES as dataworks } from '../../src/products/dataworks/intake.ts'
import { caIntake, deviceIntake } from '../../src/products/iotda/intakes.ts'
import { intake as scm } from '../../src/products/scm/intake.ts'
import type { Intake, IntakeContext } from '../../src/products/shared/product.ts'
import type { Draft, RecordFacts } from '../../src/registry/record.ts'
import type { Given } from '../../src/sources/find.ts'
import { pemOf } from '../../src/x509/container.ts'
import { type CertificateWish, certificateOf } from './certificate.ts'
import { deviceOf, hostOf } from './names.ts'
import { Seeded } from './seeded.ts'

/** Records from the number `from` to before `to`, as of `now` (Unix ms). */
export interface Range {
  readonly from: number
  readonly to: number
  readonly now: number
}

/** The range as a file that an import is given. */
export function fileOf(range: Range): Given {
  return { path: `${range.from}`, name: 'generated', bytes: Buffer.from(JSON.stringify(range)) }
}

/** Other resource spaces and enterprise projects than the default. */
export const OTHERS = ['5a6f1a3c-0001-4000-8000-000000000001', '5a6f1a3c-0002-4000-8000-000000000002'] as const
/** A DataWorks user who is not the operator. */
export const OTHER_USER = '2000000000000001'

/** What is different about the records of a product. */
interface Kind {
  /** So that no two products have the same records. */
  readonly seed: number
  wish(number: number, seeded: Seeded): Omit<CertificateWish, 'now'>
  readonly fileName?: (number: number, commonName: string) => string
  facts?(facts: RecordFacts, number: number, seeded: Seeded): Partial<RecordFacts>
}

const server = (number: number, seeded: Seeded) => {
  const host = hostOf(number, seeded)
  const sans = seeded.below(4) === 0 ? [host, `www.${host}`, `*.${host}`] : [host]
  return { commonName: host, sans, isCa: false }
}

function generated(intake: Intake, kind: Kind): Intake {
  const drafts: Intake['drafts'] = ({ bytes }, context) => {
    const { from, to, now }: Range = JSON.parse(Buffer.from(bytes).toString())
    const settled = { ...context, clock: () => now }
    return Array.from({ length: to - from }, (_, i) => draftOf(intake, kind, from + i, settled))
  }
  return { ...intake, module: import.meta.url, cutsBundles: false, drafts }
}

function draftOf(intake: Intake, kind: Kind, number: number, context: IntakeContext): Draft {
  const seeded = new Seeded(number * 8 + kind.seed)
  const wish = kind.wish(number, seeded)
  const der = certificateOf({ ...wish, now: context.clock() }, seeded)
  // DataWorks keeps files as they are, and people upload PEM.
  const file = kind.fileName
    ? { name: kind.fileName(number, wish.commonName), bytes: Buffer.from(pemOf('CERTIFICATE', der)) }
    : { name: `${wish.commonName}.der`, bytes: der }
  const [draft] = intake.drafts(file, context)
  if (draft === undefined) throw new Error(`${intake.product} takes no record ${number}`)
  const { facts } = draft
  const vendorId = facts.vendorId === null || facts.vendorId.startsWith('scs') ? facts.vendorId : idLike(facts)
  return { ...draft, facts: { ...facts, vendorId, ...kind.facts?.(facts, number, seeded) } }
}

/** An id in the form of the intake's own random one, which follows from the certificate. */
function idLike({ vendorId, fingerprint }: RecordFacts): string {
  const digits = fingerprint.slice(0, 32)
  return vendorId?.includes('-') ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : digits
}

export const DATAWORKS = generated(dataworks, {
  seed: 1,
  wish: server,
  fileName: (_, commonName) => `${commonName}.pem`,
  facts: (facts, _, seeded) => ({ creator: seeded.below(10) === 0 ? OTHER_USER : facts.creator }),
})

export const DEVICES = generated(deviceIntake, {
  seed: 2,
  wish: (number, seeded) => ({ commonName: deviceOf(number, seeded), sans: [], isCa: false }),
  facts: (_, __, seeded) => ({ status: seeded.below(8) === 0 ? 'INACTIVE' : 'ACTIVE' }),
})

export const CAS = generated(caIntake, {
  seed: 3,
  wish: (number, seeded) => ({ commonName: `${deviceOf(number, seeded)} CA`, sans: [], isCa: true }),
  facts(facts, _, seeded) {
    const compartment = seeded.weighed([
      [7, facts.compartment],
      [2, OTHERS[0]],
      [1, OTHERS[1]],
    ])
    const status = seeded.below(3) === 0 ? 'UNVERIFIED' : 'VERIFIED'
    const attributes = { ...facts.attributes, verifyCode: idLike({ ...facts, vendorId: '-' }) }
    return { compartment, status, attributes, uniqueKey: `${compartment}/${facts.fingerprint}` }
  },
})

export const SCM = generated(scm, {
  seed: 4,
  wish: server,
  facts(facts, _, seeded) {
    const status = seeded.weighed([
      [70, facts.status],
      [20, facts.status === 'EXPIRED' ? 'EXPIRED' : 'ISSUED'],
      [5, 'REVOKED'],
      [3, 'PAID'],
      [2, 'CHECKING'],
    ])
    const isSettled = status !== 'UPLOAD' && status !== 'ISSUED'
    return {
      status,
      ...(isSettled && { statusDueAt: null, statusWhenDue: '' }),
      compartment: seeded.weighed([
        [6, facts.compartment],
        [3, OTHERS[0]],
        [1, OTHERS[1]],
      ]),
      // Most come with their private key; what lists show of one is that it can be deployed.
      deployable: facts.keyAlgorithm !== 'SM2' && seeded.below(5) > 0,
      updatedAt: facts.updatedAt - seeded.below(365 * 86_400) * 1000,
    }
  },
})

export const APIC = generated(apic, {
  seed: 5,
  wish: server,
  facts(facts, _, seeded) {
    const compartment = seeded.below(5) === 0 ? EVERY_INSTANCE : facts.compartment
    return { compartment, uniqueKey: `${compartment}/${facts.fingerprint}` }
  },
})

/** In the order in which they are filled. */
export const GENERATED: readonly Intake[] = [DATAWORKS, DEVICES, CAS, SCM, APIC]
