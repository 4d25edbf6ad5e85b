import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ALGORITHM_TYPES,
  algorithmTypeOf,
  keyAlgorithmOf,
  readSignatureAlgorithm,
  spellSignatureAlgorithm,
} from './algorithms.ts'
import { recordTime, validityTime } from './wire.ts'

describe('a time of a record', () => {
  it('has no fraction where there is none, and no zeros at its end', () => {
    expect(recordTime(Date.UTC(2021, 7, 20, 2, 3, 53))).toBe('2021-08-20T02:03:53Z')
    expect(recordTime(Date.UTC(2021, 7, 26, 7, 27, 6, 304))).toBe('2021-08-26T07:27:06.304Z')
    expect(recordTime(Date.UTC(2021, 7, 26, 7, 27, 10, 20))).toBe('2021-08-26T07:27:10.02Z')
    expect(recordTime(Date.UTC(2020, 0, 1))).toBe('2020-01-01T00:00:00Z')
  })

  it('is the same moment when it is read again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 0, 1) }), time => Date.parse(recordTime(time)) === time),
    )
  })
})

describe('a time of a certificate', () => {
  it('never has a fraction', () => {
    expect(validityTime(Date.UTC(2021, 3, 26, 9, 3, 30))).toBe('2021-04-26T09:03:30Z')
    expect(validityTime(Date.UTC(2021, 3, 26, 9, 3, 30, 999))).toBe('2021-04-26T09:03:30Z')
  })

  it('may be the end of the year 9999', () => {
    expect(validityTime(253402300799000)).toBe('9999-12-31T23:59:59Z')
  })
})

describe('a signature algorithm', () => {
  it('has the spelling of the document', () => {
    expect(spellSignatureAlgorithm('sha256WithRSAEncryption')).toBe('SHA256-RSA')
    expect(spellSignatureAlgorithm('rsassaPss-SHA384')).toBe('SHA384-RSAPSS')
    expect(spellSignatureAlgorithm('ecdsa-with-SHA256')).toBe('ECDSA-SHA256')
    expect(spellSignatureAlgorithm('SM3withSM2')).toBe('SM2-SM3')
  })

  it.each(['sha256WithRSAEncryption', 'md5WithRSAEncryption', 'Ed25519', 'SM3withSM2', 'ML-DSA-65', '1.2.3.4'])(
    'that is %s is found by the spelling that its row shows',
    name => {
      expect(readSignatureAlgorithm(spellSignatureAlgorithm(name))).toBe(name)
    },
  )

  it('is not found by a name that no row shows', () => {
    expect(readSignatureAlgorithm('sha256WithRSAEncryption')).toBeUndefined()
  })
})

describe('an algorithm type', () => {
  it.each(ALGORITHM_TYPES)('%s is read and written alike', type => {
    expect(algorithmTypeOf(keyAlgorithmOf(type))).toBe(type)
  })

  it('is none for other keys', () => {
    for (const algorithm of ['Ed25519', 'DSA', 'ML-DSA', 'unknown', '', 'constructor'])
      expect(algorithmTypeOf(algorithm)).toBeUndefined()
  })
})
