import { describe, expect, it } from 'vitest'
import { networkOf, Throttle } from '../../src/identity/throttle.ts'
import { testClock } from './fixture.ts'

describe('a throttle', () => {
  it('lets a burst through, then says how long to wait, then one a second', () => {
    const clock = testClock()
    const throttle = new Throttle({ burst: 3, perSecond: 1 }, clock)
    expect([1, 2, 3, 4].map(() => throttle.take('a'))).toEqual([0, 0, 0, 1000])
    clock.now += 999
    expect(throttle.take('a')).toBe(1)
    clock.now += 1
    expect(throttle.take('a')).toBe(0)
    expect(throttle.take('a')).toBe(1000)
  })

  it('never fills beyond the burst, and not at all while the clock is set back', () => {
    const clock = testClock()
    const throttle = new Throttle({ burst: 2, perSecond: 1 }, clock)
    throttle.take('a')
    clock.now += 3_600_000
    expect([1, 2, 3].map(() => throttle.take('a'))).toEqual([0, 0, 1000])
    clock.now -= 7_200_000
    expect(throttle.take('a')).toBe(1000)
  })

  it('counts each key for itself', () => {
    const throttle = new Throttle({ burst: 1, perSecond: 1 }, testClock())
    expect([throttle.take('a'), throttle.take('b'), throttle.take('a')]).toEqual([0, 0, 1000])
  })

  it('remembers a bounded number of keys, and those that come again longest', () => {
    const throttle = new Throttle({ burst: 1, perSecond: 1 }, testClock(), 1_000)
    throttle.take('often')
    for (let i = 0; i < 1_000_000; i++) {
      throttle.take(`key ${i}`)
      if (i % 500 === 0) expect(throttle.take('often')).toBeGreaterThan(0)
    }
    expect(throttle.size).toBe(1_000)
  })
})

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('the address %s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
