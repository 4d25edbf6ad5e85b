import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NUMBER_EPOCH, RecordNumbers, timeOfNumber } from '../../registry/record-number.ts'
import { parseParameters, readParameters } from '../shared/parameters.ts'
import { folded, LIST_QUERY, listingOf, numbersCreated } from './listing.ts'

function asked(query: string) {
  return listingOf(readParameters(LIST_QUERY, parseParameters(query), { emptyIsAbsent: true }))
}

describe('the question of a request', () => {
  test('is the first ten by Id ascending where nothing else is said', () => {
    expect(asked('ProjectId=10000&PageSize=&PageNumber=')).toMatchObject({
      filters: {},
      order: 'Id',
      direction: 'ascending',
      window: { skip: 0, take: 10 },
    })
  })

  test('leaves out the pages before the one that is asked for', () => {
    expect(asked('ProjectId=1&PageSize=7&PageNumber=4').window).toEqual({ skip: 21, take: 7 })
  })

  test('does not filter by empty texts', () => {
    expect(asked('ProjectId=1&Name=&CreateUser=&StartCreateTime=&EndCreateTime=').filters).toEqual({})
  })
})

describe('a range of creation times', () => {
  const anyTime = fc.integer({ min: NUMBER_EPOCH - 5, max: NUMBER_EPOCH + 40 })

  test('holds exactly the numbers that were assigned in it, both ends included', () => {
    fc.assert(
      fc.property(
        anyTime,
        anyTime,
        anyTime.filter(time => time >= NUMBER_EPOCH),
        (start, end, created) => {
          const number = new RecordNumbers(() => created, 31, 0).next()
          const { from = 0, to = 0 } = numbersCreated(start, end)
          expect(number >= from && number <= to).toBe(timeOfNumber(number) >= start && timeOfNumber(number) <= end)
        },
      ),
    )
  })

  test('ends with the last number of its last millisecond', () => {
    const numbers = new RecordNumbers(() => NUMBER_EPOCH + 1, 31, 0)
    const last = Array.from({ length: 128 }, () => numbers.next()).at(-1)
    expect(numbersCreated(undefined, NUMBER_EPOCH + 1)).toEqual({ to: last })
  })

  test('takes every 64-bit integer', () => {
    expect(asked('ProjectId=1&StartCreateTime=-9223372036854775808&EndCreateTime=9223372036854775807').filters).toEqual(
      {
        CreateTime: { from: 0, to: Number.MAX_SAFE_INTEGER - 1 },
      },
    )
  })

  test('before all records is empty', () => {
    expect(numbersCreated(undefined, 0)).toEqual({ to: -1 })
  })
})

describe('folding', () => {
  test.each([
    ['CA1.Crt', 'ca1.crt'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['Zu\u0308rich', 'z\u00fcrich'],
    ['100%_*', '100%_*'],
  ])('%s is %s', (text, expected) => {
    expect(folded(text)).toBe(expected)
  })
})
