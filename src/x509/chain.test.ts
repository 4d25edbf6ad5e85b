import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  extension,
  type MadeCertificate,
  makeCertificate,
  makeChain,
  makeKeyPair,
} from '../../test/support/certificates.ts'
import { implicit, oid, printable, sequence, set, utf8 } from '../../test/support/der.ts'
import { sm2CaPem, sm2Pem } from '../../test/support/fixtures.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { isIssuedBy, isSelfIssued, orderChain } from './chain.ts'
import { readCertificates } from './container.ts'

const read = (made: MadeCertificate) => readCertificate(made.der)
const chainOf = (kind?: Parameters<typeof makeChain>[0]) => {
  const { root, intermediate, leaf } = makeChain(kind)
  return { root: read(root), intermediate: read(intermediate), leaf: read(leaf) }
}
const names = (chain: readonly Certificate[]) => chain.map(({ commonName }) => commonName)

/** A ladder of authorities, the root first: `depth` certificates. */
function ladder(depth: number): MadeCertificate[] {
  const made = [makeCertificate({ subject: 'CN=0', ca: true })]
  for (let at = 1; at < depth; at++) {
    const issuer = made.at(-1)
    made.push(makeCertificate({ subject: `CN=${at}`, ca: true, ...(issuer && { issuer }) }))
  }
  return made
}

describe('an issuer', () => {
  it.each(['ec', 'rsa', 'p-384', 'ed25519', 'ml-dsa-65'] as const)('is known by name and signature: %s', kind => {
    const { root, intermediate, leaf } = chainOf(kind)
    expect(isIssuedBy(leaf, intermediate)).toBe(true)
    expect(isIssuedBy(intermediate, root)).toBe(true)
    expect(isIssuedBy(root, root)).toBe(true)
    expect(isIssuedBy(leaf, root)).toBe(false)
    expect(isIssuedBy(intermediate, leaf)).toBe(false)
  })

  it('is not whoever has its name', () => {
    const { leaf } = chainOf()
    expect(isIssuedBy(leaf, chainOf().intermediate)).toBe(false)
  })

  it('is not whoever has its key', () => {
    const keys = makeKeyPair()
    const [one, other] = ['CN=One', 'CN=Other'].map(subject => makeCertificate({ subject, ca: true, keys }))
    const leaf = read(makeCertificate({ subject: 'CN=leaf', ...(one && { issuer: one }) }))
    expect(one && isIssuedBy(leaf, read(one))).toBe(true)
    expect(other && isIssuedBy(leaf, read(other))).toBe(false)
  })

  it('may write its name with other case, blanks and string types', () => {
    const name = (text: Uint8Array) => sequence(set(sequence(oid('2.5.4.3'), text)))
    const keys = makeKeyPair()
    const asIssuer = makeCertificate({ subjectDer: name(utf8('Test  authority')), ca: true, keys })
    const itself = read(makeCertificate({ subjectDer: name(printable('TEST Authority ')), ca: true, keys }))
    expect(isIssuedBy(read(makeCertificate({ subject: 'CN=leaf', issuer: asIssuer })), itself)).toBe(true)
  })

  it('is nobody where the algorithm is not known here, and nothing throws', () => {
    const [leaf, ca] = readCertificates(sm2Pem + sm2CaPem)
    expect(leaf && ca && isIssuedBy(leaf, ca)).toBe(false)
    const spki = sequence(sequence(oid('1.2.3')), Uint8Array.of(3, 1, 0))
    const made = makeCertificate({ subject: 'CN=Unknown', keys: { ...makeKeyPair(), spki } })
    expect(isIssuedBy(read(made), read(made))).toBe(false)
  })

  it('is itself, where subject and issuer are one name', () => {
    const { root, leaf } = chainOf()
    expect([isSelfIssued(root), isSelfIssued(leaf)]).toEqual([true, false])
  })
})

describe('a chain', () => {
  const made = ladder(10)
  const all = made.map(read)
  const [root] = all
  const leaf = all.at(-1)
  if (!leaf || !root) throw new Error('the ladder is empty')
  const expected = [...names(all)].reverse()

  it('is in order whatever the order, with duplicates and strangers among it', () => {
    const strangers = [
      read(makeCertificate({ subject: 'CN=stranger' })),
      ...names(all).map(name => read(makeCertificate({ subject: `CN=${name}` }))),
    ]
    const pieces = [...all, ...all, ...strangers]
    const shuffled = fc.shuffledSubarray(pieces, { minLength: pieces.length })
    fc.assert(
      fc.property(shuffled, others => {
        expect(names(orderChain(leaf, others))).toEqual(expected)
      }),
      { numRuns: 25 },
    )
  })

  it('ends where a certificate is missing', () => {
    const gap = all.filter(({ commonName }) => commonName !== '5')
    expect(names(orderChain(leaf, gap))).toEqual(['9', '8', '7', '6'])
    expect(orderChain(leaf, [])).toEqual([leaf])
  })

  it('of a root is the root', () => {
    expect(orderChain(root, all)).toEqual([root])
  })

  it('does not go round in circles', () => {
    const [a, b] = [makeKeyPair(), makeKeyPair()]
    const selfA = makeCertificate({ subject: 'CN=A', keys: a, ca: true })
    const selfB = makeCertificate({ subject: 'CN=B', keys: b, ca: true })
    const aByB = read(makeCertificate({ subject: 'CN=A', keys: a, ca: true, issuer: selfB }))
    const bByA = read(makeCertificate({ subject: 'CN=B', keys: b, ca: true, issuer: selfA }))
    const below = read(makeCertificate({ subject: 'CN=leaf', issuer: selfA }))
    expect(names(orderChain(below, [aByB, bByA, below, aByB]))).toEqual(['leaf', 'A', 'B'])
  })

  it('longer than the bound is refused', () => {
    const [eleventh] = ladder(1).map(() =>
      makeCertificate({ subject: 'CN=10', issuer: made.at(-1) ?? (made[0] as MadeCertificate) }),
    )
    expect(() => orderChain(read(eleventh as MadeCertificate), all)).toThrow(/longer than 10/)
    expect(names(orderChain(read(eleventh as MadeCertificate), all, 11))).toHaveLength(11)
    expect(() => orderChain(leaf, all, 9)).toThrow(/longer than 9/)
  })

  it('a hundred deep is refused at the bound', () => {
    const deep = ladder(100).map(read)
    expect(() => orderChain(deep.at(-1) ?? leaf, deep)).toThrow(/longer than 10/)
  })

  it('is not searched for among any number of certificates of one name', () => {
    const { leaf: hard } = chainOf()
    const namesakes = Array.from({ length: 100 }, () => chainOf().intermediate)
    expect(() => orderChain(hard, namesakes)).toThrow(/too many certificates of one name/)
  })

  it('is told apart by key identifiers where names are the same', () => {
    const { intermediate } = makeChain()
    const identified = (id: number, kind: '2.5.29.14' | '2.5.29.35') => {
      const value = kind === '2.5.29.14' ? Uint8Array.of(4, 1, id) : sequence(implicit(0, Uint8Array.of(id)))
      return extension(kind, value)
    }
    const low = read(
      makeCertificate({ subject: 'CN=leaf', issuer: intermediate, extensions: [identified(1, '2.5.29.35')] }),
    )
    const namesakes = Array.from({ length: 100 }, () =>
      read(
        makeCertificate({
          subject: 'O=Certfolio,CN=Test Intermediate',
          ca: true,
          extensions: [identified(2, '2.5.29.14')],
        }),
      ),
    )
    expect(names(orderChain(low, [...namesakes, read(intermediate)]))).toEqual(['leaf', 'Test Intermediate'])
  })

  it('of SM2 is in order by names and key identifiers', () => {
    const [end, ca] = readCertificates(sm2Pem + sm2CaPem)
    expect(end && ca && names(orderChain(end, [ca]))).toEqual(['sm2.example.test', 'SM2 Test CA'])
  })
})
