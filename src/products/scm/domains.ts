/** For which domains a certificate is (reference §2.6). */
import { isIP } from 'node:net'
import type { Certificate } from '../../x509/certificate.ts'

export interface Domains {
  /** The one that a certificate is known by: its subject's CN, else its first additional name. */
  readonly domain: string
  /** DNS names and addresses beside it, in certificate order, each once. */
  readonly additional: readonly string[]
}

/** `undefined` when the certificate names none. */
export function domainsOf(certificate: Certificate): Domains | undefined {
  const names = certificate.subjectAltNames.filter(name => name.kind === 'dns' || name.kind === 'ip')
  const domain = certificate.commonName || names[0]?.value
  if (!domain) return undefined
  // Domain names have no case: the CN and the same name among the additional ones are often written differently.
  const distinct = new Map([...names].reverse().map(({ value }) => [value.toLowerCase(), value]))
  distinct.delete(domain.toLowerCase())
  return { domain, additional: [...distinct.values()].reverse() }
}

/** One label of a domain name (RFC 1123 §2.1). */
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const domainName = new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*$`)
/** Characters of a domain name at most (RFC 1035 §2.3.4, without the root's dot). */
const MAX_DOMAIN = 253

/** Whether a text is a domain name, a wildcard or an address: what SCM takes for a domain. */
export function isDomain(text: string): boolean {
  return isIP(text) !== 0 || (text.length <= MAX_DOMAIN && domainName.test(text))
}

export type DomainType = 'SINGLE_DOMAIN' | 'WILDCARD' | 'MULTI_DOMAIN'

/** What the list says of the domains as a whole (seed 003, table 4; reference §2.6). */
export interface DomainFacts {
  readonly domainType: DomainType
  /** Distinct names, the domain counted. */
  readonly domainCount: number
  /** Those of them that begin with `*.`. */
  readonly wildcardCount: number
  /** The additional names joined by `;`, the domain not repeated; empty without any. */
  readonly sans: string
}

export function domainFacts({ domain, additional }: Domains): DomainFacts {
  const wildcards = [domain, ...additional].filter(name => name.startsWith('*.'))
  const alone = wildcards.length > 0 ? 'WILDCARD' : 'SINGLE_DOMAIN'
  return {
    domainType: additional.length > 0 ? 'MULTI_DOMAIN' : alone,
    domainCount: additional.length + 1,
    wildcardCount: wildcards.length,
    sans: additional.join(';'),
  }
}
