import { describe, expect, it } from 'vitest'
import { parseParameters, readParameters } from '../shared/parameters.ts'
import { caCertificatesQuery, caListing, deviceCertificatesQuery, deviceListing } from './listing.ts'
import { firstNumberWithIdAtLeast } from './record-id.ts'

const devices = (query: string) => deviceListing(readParameters(deviceCertificatesQuery, parseParameters(query)))
const cas = (query: string) => caListing(readParameters(caCertificatesQuery, parseParameters(query)))

describe('a question to IoTDA’s lists', () => {
  it('is for the newest ten of all records when it asks nothing', () => {
    for (const listing of [devices(''), cas('')]) {
      expect(listing).toMatchObject({ filters: {}, order: 'record_id', direction: 'descending' })
      expect(listing.window).toEqual({ skip: 0, take: 10 })
    }
  })

  it('goes on below the marker, in either case of its digits', () => {
    const marker = '66178add3b98944277731d0a'
    const beyond = firstNumberWithIdAtLeast(marker)
    expect(devices(`marker=${marker}&offset=7&limit=3`).window).toEqual({ beyond, skip: 7, take: 3 })
    expect(cas(`marker=${marker.toUpperCase()}`).window).toEqual({ beyond, skip: 0, take: 10 })
  })

  it('has no marker for 24 to 36 times f', () => {
    for (const length of [24, 25, 35, 36])
      for (const digit of ['f', 'F'])
        expect(cas(`marker=${digit.repeat(length)}`).window).toEqual({ skip: 0, take: 10 })
  })

  it('looks for a fingerprint of 64 digits as SHA-256 and of 40 as SHA-1, in lower case', () => {
    expect(devices(`fingerprint=${'aB'.repeat(32)}`).filters).toEqual({ sha256: 'ab'.repeat(32) })
    expect(devices(`fingerprint=${'aB'.repeat(20)}`).filters).toEqual({ sha1: 'ab'.repeat(20) })
  })

  it('takes the beginning of a common name as it is', () => {
    expect(devices('common_name=A%25_b').filters).toEqual({ common_name: 'A%_b' })
    expect(devices('common_name=a+b').filters).toEqual({ common_name: 'a b' })
  })

  it('has no filter for an empty text', () => {
    expect(devices('common_name=&fingerprint=&marker=')).toEqual(devices(''))
    expect(cas('app_id=&marker=')).toEqual(cas(''))
  })
})
