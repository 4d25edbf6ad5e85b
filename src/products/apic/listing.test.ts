import { describe, expect, it } from 'vitest'
import { listingOf } from './listing.ts'

const windowOf = (offset?: number, limit?: number) => listingOf({ instanceId: 'i', offset, limit }).window

describe('the window of a list', () => {
  it.each([
    [undefined, 0],
    [-1, 0],
    [-(2 ** 63), 0],
    [0, 0],
    [7, 7],
    [2 ** 63, Number.MAX_SAFE_INTEGER],
  ])('skips, for the offset %s, %s', (offset, skip) => {
    expect(windowOf(offset).skip).toBe(skip)
  })

  it.each([
    [undefined, 20],
    [-1, 20],
    [0, 20],
    [1, 1],
    [500, 500],
    [501, 500],
    [2 ** 31 - 1, 500],
  ])('takes, for the limit %s, %s', (limit, take) => {
    expect(windowOf(0, limit).take).toBe(take)
  })
})

describe('the compartments of a list', () => {
  it.each([
    ['i', undefined, ['i', 'common']],
    ['i', 'instance', ['i']],
    ['i', 'global', ['common']],
    ['common', undefined, ['common']],
    ['common', 'global', ['common']],
    ['common', 'instance', []],
  ] as const)('of instance %s and type %s are %s', (instanceId, type, compartments) => {
    expect(listingOf({ instanceId, type }).filters.compartment).toEqual(compartments)
  })
})
