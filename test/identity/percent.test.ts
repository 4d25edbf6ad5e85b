import { describe, expect, it } from 'vitest'
import { canonicalPairs, decodeBytes, encodeBytes, splitPairs } from '../../src/identity/percent.ts'

const utf8 = (text: string) => Buffer.from(text).toString('latin1')

describe('percent-encoding', () => {
  it('leaves letters, digits and - _ . ~ alone, and writes every other byte in upper case', () => {
    const plain = 'AZaz09-_.~'
    expect(encodeBytes(plain)).toBe(plain)
    expect(encodeBytes(utf8(" *'()!+/é"))).toBe('%20%2A%27%28%29%21%2B%2F%C3%A9')
    for (let byte = 0; byte < 256; byte++) {
      const character = String.fromCharCode(byte)
      expect(decodeBytes(encodeBytes(character))).toBe(character)
    }
  })

  it('takes a percent sign that encodes nothing for itself', () => {
    expect(decodeBytes('%')).toBe('%')
    expect(decodeBytes('%zz%4')).toBe('%zz%4')
    expect(decodeBytes('%c3%A9')).toBe(utf8('é'))
  })
})

describe('pairs', () => {
  it('are split at the first equals sign, with + for a space, and without empty pieces', () => {
    expect(splitPairs('a=b=c&&d&=e&f+g=h%2Bi')).toEqual([
      ['a', 'b=c'],
      ['d', ''],
      ['', 'e'],
      ['f g', 'h+i'],
    ])
  })

  it('are sorted by decoded names, then values', () => {
    expect(canonicalPairs(splitPairs('b=2&a=2&a=10&%5B=1&B=1&_=0'))).toEqual(['B=1&%5B=1&_=0&a=10&a=2&b=2'])
    expect(canonicalPairs([])).toEqual([''])
  })

  it('have two orders where UTF-16 and UTF-8 sort differently, and one elsewhere', () => {
    const pairs = splitPairs(`${encodeURIComponent('\u{1f512}')}=1&${encodeURIComponent('\u{e000}')}=2`)
    expect(canonicalPairs(pairs)).toEqual(['%EE%80%80=2&%F0%9F%94%92=1', '%F0%9F%94%92=1&%EE%80%80=2'])
    expect(canonicalPairs(splitPairs(`${encodeURIComponent('证')}=1&${encodeURIComponent('é')}=2`))).toHaveLength(1)
  })
})
