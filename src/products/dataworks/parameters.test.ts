import { expect, test } from 'vitest'
import { readParameters } from '../shared/parameters.ts'
import { idOf, ONE_CERTIFICATE } from './parameters.ts'

function read(Id: string): number {
  return readParameters(
    ONE_CERTIFICATE,
    new Map([
      ['ProjectId', ['1']],
      ['Id', [Id]],
    ]),
  ).Id
}

test('an id is read as it was written', () => {
  expect(idOf(read('9007199254740991'))).toBe(9007199254740991)
})

test.each(['9007199254740992', '9007199254740993', '9223372036854775807'])(
  'an id that a number cannot hold is nobody’s: %s',
  text => {
    expect(idOf(read(text))).toBe(-1)
  },
)

test.each(['9223372036854775808', '-1', '0', '99999999999999999999999'])(
  'what is no positive int64 is refused: %s',
  text => {
    expect(() => read(text)).toThrow('bad-parameter')
  },
)
