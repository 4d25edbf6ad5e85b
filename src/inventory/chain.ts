/**
 * The chain above a certificate, as far as what the caller may see reaches, and whether it holds together. Whether its
 * root is to be trusted is not asked: the registry keeps what there is, not what somebody trusts.
 */

import type { FoundRecord } from '../registry/inventory.ts'
import { attributesOf, type Certificate } from '../x509/certificate.ts'
import { isIssuedBy, isSelfIssued, orderChain } from '../x509/chain.ts'
import { Unreadable } from '../x509/unreadable.ts'
import type { InventoryCall } from './call.ts'
import { certificateOf, chainOf } from './certificate.ts'

/** Steps upwards: as long as a chain may be. */
const MAX_STEPS = 10
/** Records of one name that are looked at for the issuer. */
const MAX_NAMESAKES = 20

export interface Link {
  readonly certificate: Certificate
  /** The record that has it; none where it only came along with another one. */
  readonly record: FoundRecord | undefined
}

export interface Chain {
  /** The certificate itself first. */
  readonly links: readonly Link[]
  /** Whether it ends in a certificate that issued itself. */
  readonly complete: boolean
  /** What keeps it from being verified, a sentence each; none where it verifies. */
  readonly problems: readonly string[]
}

export async function buildChain(call: InventoryCall, found: FoundRecord, leaf: Certificate): Promise<Chain> {
  const known = new Map<string, Link>()
  for (const certificate of await chainOf(call.records, found))
    known.set(certificate.fingerprint, { certificate, record: undefined })
  let chain = ordered(leaf, known)
  for (let step = 0; step < MAX_STEPS; step++) {
    const last = chain.at(-1)
    if (last === undefined || isSelfIssued(last)) break
    for (const link of await issuersOf(call, last)) known.set(link.certificate.fingerprint, link)
    const longer = ordered(leaf, known)
    if (longer.length === chain.length) break
    chain = longer
  }
  const links = chain.map(
    (certificate): Link =>
      certificate === leaf
        ? { certificate, record: found }
        : (known.get(certificate.fingerprint) ?? { certificate, record: undefined }),
  )
  const top = chain.at(-1)
  const complete = top !== undefined && isSelfIssued(top)
  return { links, complete, problems: problemsOf(chain, complete, call.clock()) }
}

function ordered(leaf: Certificate, known: ReadonlyMap<string, Link>): readonly Certificate[] {
  try {
    return orderChain(
      leaf,
      [...known.values()].map(({ certificate }) => certificate),
    )
  } catch (error) {
    if (error instanceof Unreadable) return [leaf]
    throw error
  }
}

/** Records whose certificate has the issuer's name; found by its common name, so an issuer without one is not looked for. */
async function issuersOf(call: InventoryCall, { issuer }: Certificate): Promise<readonly Link[]> {
  const commonName = attributesOf(issuer, 'CN').at(-1)
  if (commonName === undefined) return []
  const { records } = await call.inventory.page({
    visible: await call.visible(),
    where: {
      is: 'all',
      of: [
        { is: 'one-of', column: 'commonName', values: [commonName] },
        { is: 'one-of', column: 'subject', values: [issuer.text] },
      ],
    },
    order: 'number',
    direction: 'ascending',
    take: MAX_NAMESAKES,
    counted: false,
  })
  const links: Link[] = []
  for (const record of records) {
    const certificate = await certificateOf(call.records, record)
    if (certificate) links.push({ certificate, record })
  }
  return links
}

function problemsOf(chain: readonly Certificate[], complete: boolean, now: number): readonly string[] {
  const problems: string[] = []
  for (const [at, certificate] of chain.entries()) {
    const which = at === 0 ? 'The certificate' : `Issuer ${at}`
    if (now < certificate.notBefore) problems.push(`${which} is not valid yet.`)
    if (now > certificate.notAfter) problems.push(`${which} has expired.`)
    if (at > 0 && certificate.basicConstraints?.ca !== true) problems.push(`${which} is not marked as an authority.`)
    const room = certificate.basicConstraints?.pathLength
    if (at > 0 && room !== undefined && room < at - 1) problems.push(`${which} does not allow so long a chain.`)
    const issuer = chain[at + 1] ?? (complete ? certificate : undefined)
    if (issuer && !isIssuedBy(certificate, issuer))
      problems.push(`The signature of ${which.toLowerCase()} cannot be verified.`)
  }
  if (!complete) problems.push('The chain is incomplete: the issuer of its last certificate is not to be found.')
  return problems
}
