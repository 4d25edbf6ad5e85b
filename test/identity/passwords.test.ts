import { describe, expect, it } from 'vitest'
import { createPasswords, PASSWORD_COST } from '../../src/identity/passwords.ts'
import { cheapPasswords } from './fixture.ts'

describe('a password', () => {
  const passwords = cheapPasswords()

  it('matches its hash, and no other password does', async () => {
    const hash = await passwords.hash('correct horse')
    expect(hash).toMatch(/^scrypt\$256\$8\$1\$[\w-]{22}\$[\w-]{43}$/)
    expect(await passwords.matches('correct horse', hash)).toBe(true)
    for (const other of ['correct hors', 'Correct horse', 'correct horse ', ''])
      expect(await passwords.matches(other, hash)).toBe(false)
    expect(await passwords.hash('correct horse')).not.toBe(hash)
  })

  it('matches no hash that does not exist or cannot be read', async () => {
    for (const hash of [undefined, null, '', 'scrypt$256$8$1$$', 'md5$abc'])
      expect(await passwords.matches('', hash)).toBe(false)
  })

  it('is the same in either Unicode form', async () => {
    expect(await passwords.matches('cafe\u0301', await passwords.hash('caf\u00e9'))).toBe(true)
  })

  it('is hashed as its hash says, also when the cost has changed since', async () => {
    const older = await createPasswords({ N: 2 ** 4, r: 8, p: 2 }).hash('secret')
    expect(await passwords.matches('secret', older)).toBe(true)
  })

  it('costs at least 32 MiB and three rounds in earnest', async () => {
    expect(128 * PASSWORD_COST.N * PASSWORD_COST.r * PASSWORD_COST.p).toBeGreaterThanOrEqual(3 * 2 ** 25)
    const earnest = createPasswords()
    expect(await earnest.matches('secret', await earnest.hash('secret'))).toBe(true)
  })

  it('of a megabyte is no match and cannot be set', async () => {
    const long = 'x'.repeat(1_000_000)
    await expect(passwords.hash(long)).rejects.toThrow('too long')
    expect(await passwords.matches(long, await passwords.hash('x'))).toBe(false)
  })

  it('waits for its turn, and beyond 258 at one time it is told to come back', async () => {
    const hash = await passwords.hash('secret')
    const attempts = Array.from({ length: 300 }, () => passwords.matches('secret', hash))
    const verdicts = await Promise.allSettled(attempts)
    const refused = verdicts.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(300 - 258)
    expect(refused[0]).toMatchObject({ reason: { fault: { is: 'busy' } } })
    expect(verdicts.filter(verdict => verdict.status === 'fulfilled' && verdict.value)).toHaveLength(258)
    expect(await passwords.matches('secret', hash)).toBe(true)
  })
})
