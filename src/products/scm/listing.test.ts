import { describe, expect, it } from 'vitest'
import { parseParameters, readParameters } from '../shared/parameters.ts'
import { folded, listingOf, searchTextOf } from './listing.ts'
import { listQuery } from './wire.ts'

const NOW = Date.UTC(2026, 8, 15)
const asked = (query: string) => listingOf(readParameters(listQuery, parseParameters(query)), NOW)

describe('a certificate list as a question', () => {
  it('asks without parameters for the first ten by update time, newest first, of every state and project', () => {
    expect(asked('')).toMatchObject({
      filters: {},
      order: 'certUpdateTime',
      direction: 'descending',
      window: { skip: 0, take: 10 },
    })
  })

  it('takes the domain validation for a part of CHECKING, and every other state for itself', () => {
    expect(asked('status=CHECKING').filters).toEqual({ status: ['CHECKING', 'CHECKING_DOMAIN'] })
    expect(asked('status=ISSUED').filters).toEqual({ status: ['ISSUED'] })
    expect(asked('status=ALL').filters).toEqual({})
  })

  it('asks for what can be deployed only in states that allow it', () => {
    expect(asked('deploy_support=true').filters).toEqual({ deploy_support: true, status: ['ISSUED', 'UPLOAD'] })
    expect(asked('deploy_support=TRUE&status=UPLOAD').filters).toEqual({ deploy_support: true, status: ['UPLOAD'] })
    expect(asked('deploy_support=true&status=EXPIRED').filters).toEqual({ deploy_support: true, status: [] })
    expect(asked('deploy_support=false').filters).toEqual({})
  })

  it('counts expired_days_since back from now, and takes 0 for no filter', () => {
    expect(asked('expired_days_since=3').filters).toEqual({ expired_days_since: { from: Date.UTC(2026, 8, 12) } })
    expect(asked('expired_days_since=0').filters).toEqual({})
  })
})

describe('expired_days_since', () => {
  const boundAt = (now: number) =>
    listingOf(readParameters(listQuery, parseParameters('expired_days_since=3')), now).filters.expired_days_since

  it('asks the same throughout a minute, so that the pages of a walk share one total', () => {
    expect(boundAt(NOW + 59_999)).toEqual(boundAt(NOW))
    expect(boundAt(NOW + 60_000)).toEqual({ from: Date.UTC(2026, 8, 12, 0, 1) })
  })

  it('leaves out nothing that expired since, to the millisecond', () => {
    expect(boundAt(NOW)).toEqual({ from: NOW - 3 * 86_400_000 })
  })
})

describe('what content looks at', () => {
  const text = searchTextOf('shop', 'Shop.example.net', 'a.example.net;b.example.net')

  it('does not tell cases apart, also where lower case depends on the place in a word', () => {
    expect(text).toContain(folded('SHOP.example'))
    expect(folded('ΟΔΟΣΑ')).toContain(folded('οδος'))
  })

  it('matches the additional names as they are shown', () => {
    expect(text).toContain(folded('a.example.net;b'))
  })

  it('never matches across two parts, whatever is asked', () => {
    expect(text).not.toContain(folded('shop\nshop'))
    expect(searchTextOf('a\nb', 'c', '')).toContain(folded('a\nb'))
  })
})
