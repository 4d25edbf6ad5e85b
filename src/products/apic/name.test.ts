import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isName, nameFrom } from './name.ts'

describe('the name of a certificate', () => {
  it.each(['abcd', 'Z123', 'cert_demo', '证书测试', 'a'.repeat(50), 'a证_9'])('may be %s', name => {
    expect(isName(name)).toBe(true)
  })

  it.each([
    ['of three characters', 'abc'],
    ['of 51 characters', 'a'.repeat(51)],
    ['with a digit first', '1abc'],
    ['with an underscore first', '_abc'],
    ['with a hyphen', 'my-cert'],
    ['with a dot', 'my.cert'],
    ['with a space', 'my cert'],
    ['with a line feed behind it', 'abcd\n'],
    ['with a letter of another script', 'abcdé'],
    ['that is empty', ''],
  ])('is none %s', (_, name) => {
    expect(isName(name)).toBe(false)
  })

  it('made from a text is one, or is none at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), text => {
        const name = nameFrom(text)
        return name === undefined ? !/[a-zA-Z0-9\u4e00-\u9fa5]/.test(text) : isName(name)
      }),
      { numRuns: 500 },
    )
  })

  it('made from a text that is one already is the same', () => {
    expect(nameFrom('cert_demo')).toBe('cert_demo')
  })

  it('made from a domain name keeps its words', () => {
    expect(nameFrom('*.shop.example')).toBe('shop_example')
    expect(nameFrom('7.example')).toBe('cert_7_example')
    expect(nameFrom('a.b')).toBe('cert_a_b')
    expect(nameFrom('x'.repeat(80))).toBe('x'.repeat(50))
  })
})
