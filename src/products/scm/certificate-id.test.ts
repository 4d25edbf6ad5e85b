import { describe, expect, it } from 'vitest'
import { CertificateIds, certificateIdForm } from './certificate-id.ts'

describe('certificate ids', () => {
  it('are scs and the 13 digits of their millisecond, 16 characters', () => {
    const id = new CertificateIds().next(1_554_192_131_150)
    expect(id).toBe('scs1554192131150')
    expect(id).toMatch(certificateIdForm)
  })

  it('are of later milliseconds when several are made in one, or the clock steps back', () => {
    const ids = new CertificateIds()
    const now = 1_789_459_200_417
    expect([ids.next(now), ids.next(now), ids.next(now - 5000)]).toEqual([
      'scs1789459200417',
      'scs1789459200418',
      'scs1789459200419',
    ])
  })

  it('leap twice as far at each attempt, over a million ids of another process in 21', () => {
    const ids = new CertificateIds()
    const now = 1_789_459_200_000
    ids.next(now)
    const last = Array.from({ length: 21 }, (_, at) => ids.next(now, at + 1)).at(-1)
    expect(Number(last?.slice(3)) - now).toBeGreaterThan(1_000_000)
  })

  it('go on from where an attempt leapt to', () => {
    const ids = new CertificateIds()
    const [leapt, next] = [ids.next(1_789_459_200_000, 10), ids.next(1_789_459_200_000)]
    expect(Number(next.slice(3))).toBe(Number(leapt.slice(3)) + 1)
  })
})
