/**
 * The vendor's system-defined permissions (reference identity-huawei §6.6). Their real documents are not published:
 * "full" is every action of the service, "read-only" its List and Read actions. Exporting a certificate is left out of
 * read-only although the vendor calls it a read: it gives a private key away.
 */

import type { NamedPolicy } from './decide.ts'
import type { PolicyDocument, Statement } from './document.ts'

const READS = {
  iotda: ['iotda:*:query*'],
  scm: ['scm:cert:list*', 'scm:cert:get*', 'scm::list*', 'scm::getcsr'],
  roma: ['roma:certificates:list*', 'roma:certificates:get*', 'roma:instances:get*', 'roma:instances:list*'],
  apig: ['apig:certificate:list*', 'apig:certificate:get', 'apig:domains:getcertificate'],
  iam: ['iam:*:list*', 'iam:*:get*'],
} as const

const ALL_READS = Object.values(READS).flat()

function allow(actions: readonly string[]): PolicyDocument {
  const statement: Statement = { effect: 'Allow', actions, exceptActions: false, resources: undefined, conditions: [] }
  return { version: '1.1', statements: [statement] }
}

/** By their names as the vendor shows them. */
export const BUILT_IN_POLICIES: ReadonlyMap<string, NamedPolicy> = new Map(
  (
    [
      ['FullAccess', allow(['*:*:*'])],
      ['Tenant Administrator', allow(['iotda:*:*', 'scm:*:*', 'roma:*:*', 'apig:*:*'])],
      ['Tenant Guest', allow(ALL_READS)],
      ['Security Administrator', allow(['iam:*:*'])],
      ['IAM ReadOnlyAccess', allow(READS.iam)],
      ['IoTDA FullAccess', allow(['iotda:*:*'])],
      ['IoTDA ReadOnlyAccess', allow(READS.iotda)],
      ['SCM Administrator', allow(['scm:*:*'])],
      ['SCM FullAccess', allow(['scm:*:*'])],
      ['SCM ReadOnlyAccess', allow(READS.scm)],
      ['ROMA Administrator', allow(['roma:*:*'])],
      ['ROMA FullAccess', allow(['roma:*:*'])],
      ['ROMA CommonOperations', allow(['roma:certificates:*', ...READS.roma])],
      ['ROMA ReadOnlyAccess', allow(READS.roma)],
      ['APIG Administrator', allow(['apig:*:*'])],
      ['APIG FullAccess', allow(['apig:*:*'])],
      ['APIG ReadOnlyAccess', allow(READS.apig)],
    ] as const
  ).map(([name, document]) => [name, { name, document }]),
)
