import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVault, openVault } from '../../src/identity/vault.ts'

const SECRET = '-----BEGIN PRIVATE KEY-----'
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'certfolio-vault-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('what is sealed', () => {
  const vault = createVault(Buffer.alloc(32, 7))

  it('opens for the same purpose, and is another text each time', () => {
    const sealed = vault.seal(SECRET, 'scm/1')
    expect(vault.open(sealed, 'scm/1').toString()).toBe(SECRET)
    expect(vault.open(vault.seal(new Uint8Array([0, 255]), 'x'), 'x')).toEqual(Buffer.from([0, 255]))
    expect(Buffer.from(sealed).equals(Buffer.from(vault.seal(SECRET, 'scm/1')))).toBe(false)
    expect(Buffer.from(sealed).includes('PRIVATE')).toBe(false)
  })

  it('does not open for another purpose or with another key', () => {
    const sealed = vault.seal(SECRET, 'scm/1')
    expect(() => vault.open(sealed, 'scm/2')).toThrow(/another purpose/)
    expect(() => createVault(Buffer.alloc(32, 8)).open(sealed, 'scm/1')).toThrow(/another master key/)
  })

  it('does not open with any bit changed, nor cut at any length', () => {
    const sealed = Buffer.from(vault.seal('short', 'scm/1'))
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => vault.open(changed, 'scm/1')).toThrow()
    }
    for (let length = 0; length < sealed.length; length++)
      expect(() => vault.open(sealed.subarray(0, length), 'scm/1')).toThrow()
  })
})

describe('the master key', () => {
  const path = () => join(dir, 'master.key')

  it('is made at first with mode 0600, and is the same at the next start', () => {
    const sealed = openVault(dir, {}).seal(SECRET, 'a')
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['master.key'])
    expect(openVault(dir, {}).open(sealed, 'a').toString()).toBe(SECRET)
  })

  it.each([0o640, 0o604, 0o666])('is refused when others may read it (mode %o)', mode => {
    openVault(dir, {})
    chmodSync(path(), mode)
    expect(() => openVault(dir, {})).toThrow(`Run: chmod 600 ${path()}`)
  })

  it.each(['', 'too short', `${'0'.repeat(63)}g`])('is refused when the file holds %j, which is not repeated', text => {
    writeFileSync(path(), text, { mode: 0o600 })
    expect(() => openVault(dir, {})).toThrow(/must hold 32 bytes as base64 or as 64 hex digits/)
    if (text !== '') expect(() => openVault(dir, {})).not.toThrow(text)
  })

  it('comes from the environment as hex or base64 in the place of the file', () => {
    const key = Buffer.alloc(32, 9)
    const sealed = createVault(key).seal(SECRET, 'a')
    for (const text of [key.toString('hex'), key.toString('base64'), key.toString('base64url')])
      expect(openVault(dir, { CERTFOLIO_MASTER_KEY: text }).open(sealed, 'a').toString()).toBe(SECRET)
    expect(readdirSync(dir)).toEqual([])
  })

  it.each(['x', 'é'.repeat(43), '0'.repeat(62)])('of the environment is refused when it is %j', text => {
    expect(() => openVault(dir, { CERTFOLIO_MASTER_KEY: text })).toThrow(
      'CERTFOLIO_MASTER_KEY must be 32 bytes, written as 64 hex digits or as base64.',
    )
  })

  it('that was altered opens nothing', () => {
    const sealed = openVault(dir, {}).seal(SECRET, 'a')
    const key = Buffer.from(readFileSync(path(), 'utf8'), 'base64')
    key[0] = (key[0] ?? 0) ^ 1
    writeFileSync(path(), key.toString('base64'))
    expect(() => openVault(dir, {}).open(sealed, 'a')).toThrow(/altered/)
  })
})
