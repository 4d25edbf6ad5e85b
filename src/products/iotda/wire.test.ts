import { describe, expect, it } from 'vitest'
import { wireTime } from './wire.ts'

describe('a time on the wire', () => {
  it('is yyyyMMddTHHmmssZ in UTC', () => {
    expect(wireTime(Date.UTC(2023, 7, 10, 7, 5, 47))).toBe('20230810T070547Z')
    expect(wireTime(Date.UTC(2023, 7, 10, 7, 5, 47, 999))).toBe('20230810T070547Z')
  })

  it('keeps its 16 characters past 2049, before 1970 and at both ends of what a certificate can say', () => {
    expect(wireTime(Date.UTC(2159, 0, 1))).toBe('21590101T000000Z')
    expect(wireTime(Date.UTC(1949, 11, 31, 23, 59, 59))).toBe('19491231T235959Z')
    expect(wireTime(Date.UTC(9999, 11, 31, 23, 59, 59))).toBe('99991231T235959Z')
    expect(wireTime(Date.UTC(10_000, 0, 1))).toBe('99991231T235959Z')
    expect(wireTime(Date.UTC(-1, 0, 1))).toBe('00000101T000000Z')
  })

  it('is null where there is none', () => {
    expect(wireTime(null)).toBeNull()
  })
})
