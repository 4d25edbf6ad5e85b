import { describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../test/support/certificates.ts'
import { readCertificate } from '../../x509/certificate.ts'
import { domainFacts, domainsOf, isDomain } from './domains.ts'

function factsOf(subject: string, sans?: readonly string[]) {
  const domains = domainsOf(readCertificate(makeCertificate({ subject, ...(sans && { sans }) }).der))
  return domains && { domain: domains.domain, ...domainFacts(domains) }
}

describe('the domains of a certificate', () => {
  it('are the CN and the additional names without it, joined by ;', () => {
    expect(factsOf('CN=www.zx.com', ['www.zx.com', 'a.zx.com', 'b.zx.com'])).toEqual({
      domain: 'www.zx.com',
      sans: 'a.zx.com;b.zx.com',
      domainType: 'MULTI_DOMAIN',
      domainCount: 3,
      wildcardCount: 0,
    })
  })

  it('have no case: the CN in capitals among the names is the same name', () => {
    expect(factsOf('CN=www.zx.com', ['WWW.ZX.COM', 'a.zx.com', 'A.zx.com'])).toMatchObject({
      sans: 'a.zx.com',
      domainCount: 2,
    })
  })

  it('begin with the first additional name where there is no CN', () => {
    expect(factsOf('O=Example', ['a.zx.com', 'b.zx.com'])).toMatchObject({ domain: 'a.zx.com', sans: 'b.zx.com' })
  })

  it('count addresses, and leave out what is neither a name nor an address', () => {
    expect(factsOf('CN=a.zx.com', ['10.0.0.1', 'mail@zx.com', 'https://zx.com/', '2001:db8::1'])).toMatchObject({
      sans: '10.0.0.1;2001:db8::1',
      domainCount: 3,
    })
  })

  it('are one name, or a wildcard, or several', () => {
    expect(factsOf('CN=a.zx.com')).toMatchObject({ domainType: 'SINGLE_DOMAIN', wildcardCount: 0, sans: '' })
    expect(factsOf('CN=*.zx.com')).toMatchObject({ domainType: 'WILDCARD', domainCount: 1, wildcardCount: 1 })
    expect(factsOf('CN=*.zx.com', ['zx.com', '*.a.zx.com'])).toMatchObject({
      domainType: 'MULTI_DOMAIN',
      wildcardCount: 2,
    })
  })

  it('are none where the certificate names none', () => {
    expect(factsOf('O=Example')).toBeUndefined()
    expect(factsOf('O=Example', ['mail@zx.com'])).toBeUndefined()
  })
})

describe('a domain', () => {
  it.each(['localhost', 'zx.com', '*.zx.com', 'xn--fiqs8s.cn', '10.0.0.1', '2001:db8::1', `${'a'.repeat(63)}.com`])(
    'can be %s',
    text => {
      expect(isDomain(text)).toBe(true)
    },
  )

  it.each([
    '',
    'Example Ltd',
    'a..com',
    '-a.com',
    'a-.com',
    '*.*.com',
    'a.*.com',
    'a_b.com',
    'zx.com.',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(127)}aa`,
  ])('cannot be %j', text => {
    expect(isDomain(text)).toBe(false)
  })
})
