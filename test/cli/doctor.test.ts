import { chmod, copyFile, cp, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCertificate } from '../support/certificates.ts'
import { certfolio, temporaryDirectory } from '../support/command.ts'
import { startRegistry } from '../support/registry.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
/** A registry with records of every product, closed. */
let sound: string
beforeAll(async () => {
  place = await temporaryDirectory()
  sound = join(place.path, 'sound')
  await mkdir(sound, { mode: 0o700 })
  const umask = process.umask(0o077)
  const registry = await startRegistry({ dataDir: sound })
  const ca = makeCertificate({ subject: 'CN=Test CA,O=Example', ca: true })
  const leaf = makeCertificate({ subject: 'CN=a.test', sans: ['a.test', '10.0.0.1'], issuer: ca })
  const withKey = { 'a.pem': `${leaf.pem}${ca.pem}`, 'a.key': leaf.keyPem }
  for (const product of ['iotda-cas']) await registry.bringIn(product, { 'ca.pem': ca.pem })
  await registry.bringIn('iotda-devices', { 'd.pem': leaf.pem })
  await registry.bringIn('dataworks', { ...withKey, 'b.pem': leaf.pem, 'store.jks': Buffer.from([0xfe, 0xed]) })
  for (const path of ['/v3/scm/certificates/import', `/v2/${registry.firstRun.project.id}/apic/certificates`]) {
    const answer = await registry.post(path, {
      name: 'cert_demo',
      certificate: leaf.pem,
      certificate_chain: ca.pem,
      cert_content: leaf.pem,
      trusted_root_ca: ca.pem,
      private_key: leaf.keyPem,
    })
    expect(answer.status).toBe(200)
  }
  await registry.close()
  process.umask(umask)
})
afterAll(() => place?.remove())

const doctor = (data: string, ...more: string[]) => certfolio(['doctor', '--data', data, ...more])

let copies = 0
async function copy(): Promise<string> {
  const path = join(place.path, `copy-${++copies}`)
  await cp(sound, path, { recursive: true })
  return path
}

test('a sound registry: what was read, exit 0', async () => {
  expect(await doctor(sound)).toEqual({
    code: 0,
    stdout: '8 records, 8 contents, 4 sealed secrets read: nothing is wrong.\n',
    stderr: '',
  })
  expect(JSON.parse((await doctor(sound, '--json')).stdout)).toEqual({
    healthy: true,
    records: 8,
    contents: 8,
    secrets: 4,
    findings: [],
  })
})

test('it changes nothing', async () => {
  const before = await readFile(join(sound, 'certfolio.db'))
  await doctor(sound)
  expect((await readFile(join(sound, 'certfolio.db'))).equals(before)).toBe(true)
  expect((await stat(join(sound, 'certfolio.db-wal'))).size).toBe(0)
})

test('without a registry there is nothing to read, and nothing is made', async () => {
  const data = join(place.path, 'nothing')
  await mkdir(data)
  expect(await doctor(data)).toEqual({
    code: 1,
    stdout: '',
    stderr: `certfolio: There is no registry at ${data}/certfolio.db; name its data directory with --data.\n`,
  })
  expect(await readdir(data)).toEqual([])
})

describe('what is wrong is said in a sentence, exit 1', () => {
  interface Damage {
    readonly name: string
    /** SQL, or what is done to the directory. */
    readonly by: string | ((data: string) => Promise<unknown>)
    /** `check: sentence`, one for each line but the last. */
    readonly says: readonly RegExp[]
  }
  const damages: readonly Damage[] = [
    {
      name: 'a content that was changed',
      by: "UPDATE contents SET bytes = x'00' WHERE id = (SELECT content FROM record_contents WHERE role = 'file')",
      says: [
        /^contents: A content of dataworks\/10000 is not what was stored: its SHA-256 is not [0-9a-f]{64}\.$/,
        /^records: The record \d+ of dataworks\/10000 has the fingerprint of a certificate whose bytes are not there\.$/,
      ],
    },
    {
      name: 'a certificate that was exchanged for another one',
      by: `UPDATE record_contents SET content = (SELECT content FROM record_contents WHERE role = 'chain')
        WHERE role = 'certificate' AND number = (SELECT number FROM records WHERE product = 'scm')`,
      says: [
        /^links: The content [0-9a-f]{64} belongs to no record\.$/,
        /^records: The record \d+ of scm\/\S+ differs from its certificate in fingerprint, fingerprintSha1, spkiFingerprint, serialNumber, subject, subjectAltNames\.$/,
      ],
    },
    {
      name: 'a fact that was changed',
      by: "UPDATE records SET not_after = not_after + 1000 WHERE product = 'iotda-devices'",
      says: [/^records: The record \d+ of iotda-devices\/\S+ differs from its certificate in notAfter\.$/],
    },
    {
      name: 'a secret that was changed',
      by: "UPDATE secrets SET sealed = x'0102' WHERE number = (SELECT number FROM records WHERE product = 'apic')",
      says: [/^records: The record \d+ of apic\/\S+ has a secret \(private-key\) that the master key does not open\.$/],
    },
    {
      name: 'a secret of another record',
      by: `UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE number = (SELECT number FROM records WHERE product = 'apic'))
        WHERE number = (SELECT number FROM records WHERE product = 'scm')`,
      says: [/^records: The record \d+ of scm\/\S+ has a secret \(private-key\) that the master key does not open\.$/],
    },
    {
      name: 'another master key',
      by: data => writeFile(join(data, 'master.key'), Buffer.alloc(32).toString('base64')),
      says: [
        /^access keys: The secret of the access key [A-Z0-9]{20} does not open with the master key\.$/,
        ...Array.from(
          { length: 4 },
          () => /^records: The record \d+ of \S+ has a secret \([a-z-]+\) that the master key does not open\.$/,
        ),
      ],
    },
    {
      name: 'no master key',
      by: data => rename(join(data, 'master.key'), join(data, 'elsewhere')),
      says: [/^master key: There is no master key, so no secret can be opened\.$/],
    },
    {
      name: 'a record without its text in the index',
      by: "DELETE FROM text_search WHERE rowid = (SELECT number FROM records WHERE product = 'scm')",
      says: [/^text index: The text index has something else for the record \d+ than the record's own text\.$/],
    },
    {
      name: 'a text that is not the one in the index',
      by: "UPDATE records SET search_text = 'x' || search_text WHERE product = 'apic'",
      says: [/^text index: The text index has something else for the record \d+/],
    },
    {
      name: 'a text of a record that does not exist',
      by: "INSERT INTO text_search (rowid, scope, text) VALUES (17, 'abc', 'stray')",
      says: [/^text index: The text index has something else for the record 17 /],
    },
    {
      name: 'a total that is wrong',
      by: "UPDATE tallies SET count = count + 1 WHERE tally = '' AND scope = (SELECT id FROM scopes WHERE product = 'scm')",
      says: [/^totals: A total of the scope scm\/\S+ says 2, and there are 1 records\.$/],
    },
    {
      name: 'a total of nothing',
      by: "INSERT INTO tallies VALUES (1, 'stray', 1)",
      says: [/^totals: There are totals of records that do not exist: 1 of them\.$/],
    },
    {
      name: 'a content of nobody',
      by: "INSERT INTO contents (scope, sha256, bytes) VALUES (1, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', x'')",
      says: [/^links: The content e3b0c442[0-9a-f]+ belongs to no record\.$/],
    },
    {
      name: 'a secret of nobody',
      by: "INSERT INTO secrets VALUES (1, 17, 'private-key', x'')",
      says: [/^links: The record 17 does not exist, and has secrets\.$/],
    },
    {
      name: 'contents of nobody',
      by: "INSERT INTO record_contents VALUES (1, 17, 'chain', 0, 1)",
      says: [/^links: The record 17 does not exist, and has contents\.$/],
    },
    {
      name: 'a chain with a hole',
      by: "UPDATE record_contents SET position = 1 WHERE role = 'chain'",
      says: [/^links: The contents of the record \d+ \(chain\) are not numbered from 0 on\.$/],
    },
    {
      name: 'a record of the wrong product',
      by: "UPDATE records SET product = 'apic' WHERE product = 'iotda-cas'",
      says: [
        /^links: The record \d+ is of the product apic, its scope of another one\.$/,
        ...Array.from({ length: 2 }, () => /^totals: /),
      ],
    },
    {
      name: 'a number that will be given out again',
      by: 'UPDATE last_number SET number = 17',
      says: [/^numbers: The record \d+ has a larger number than was ever assigned \(17\)\.$/],
    },
    {
      name: 'a user without an account',
      by: "PRAGMA foreign_keys = OFF; UPDATE users SET account_id = 'gone'",
      says: [/^integrity: A row of users refers to a row of accounts that does not exist\.$/],
    },
    {
      name: 'an index that is gone',
      by: 'DROP INDEX records_unique_key',
      says: [/^schema: The index records_unique_key is missing\.$/],
    },
    {
      name: 'a table that another hand has changed',
      by: 'ALTER TABLE users ADD COLUMN nickname TEXT',
      says: [/^schema: The table users is not the one that this version makes\.$/],
    },
    {
      name: 'a table that is gone',
      by: 'DROP TABLE secrets',
      says: [
        /^schema: The table secrets is missing\.$/,
        /^links: The check could not be finished: no such table: secrets\.$/,
        /^tables: The check could not be finished: no such table: secrets\.$/,
        /^records: The check could not be finished: no such table: secrets\.$/,
      ],
    },
    {
      name: 'a file that others can read',
      by: data => chmod(join(data, 'first-run.json'), 0o644),
      says: [/^files: \S+\/first-run\.json can be read or written by others \(mode 644\)\. Run: chmod 600 \S+$/],
    },
  ]
  test.each(damages)('$name', async ({ by, says }) => {
    const data = await copy()
    if (typeof by === 'string') {
      const database = new DatabaseSync(join(data, 'certfolio.db'))
      database.exec(`PRAGMA foreign_keys = OFF; ${by}`)
      database.close()
    } else await by(data)
    const { code, stdout, stderr } = await doctor(data)
    const lines = stdout.trimEnd().split('\n')
    expect([code, stderr]).toEqual([1, ''])
    for (const [at, sentence] of says.entries()) expect(lines[at]).toMatch(sentence)
    expect(lines).toHaveLength(says.length + 1)
    expect(lines.at(-1)).toMatch(/^.* read: \d+ findings?\.$/)
    const json = JSON.parse((await doctor(data, '--json')).stdout)
    expect(json).toMatchObject({ healthy: false })
    expect(json.findings.map(({ check, says: told }: Record<string, string>) => `${check}: ${told}`)).toEqual(
      lines.slice(0, -1),
    )
  })

  test('pages that the disk has spoilt', async () => {
    const data = await copy()
    const path = join(data, 'certfolio.db')
    const bytes = await readFile(path)
    const database = new DatabaseSync(path)
    const { root } =
      database.prepare("SELECT rootpage AS root FROM sqlite_schema WHERE name = 'records_fingerprint'").get() ?? {}
    database.close()
    bytes.fill(0xff, (Number(root) - 1) * 4096, Number(root) * 4096)
    await writeFile(path, bytes)
    const { code, stdout } = await doctor(data)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^integrity: /)
  })

  test('a file that is no database', async () => {
    const data = await copy()
    await copyFile(join(data, 'master.key'), join(data, 'certfolio.db'))
    const { code, stderr } = await doctor(data)
    expect([code, stderr]).toEqual([
      1,
      `certfolio: ${data}/certfolio.db is not a database; move it away, or restore a backup\n`,
    ])
  })

  test('a schema that an older version has left', async () => {
    const data = await copy()
    const database = new DatabaseSync(join(data, 'certfolio.db'))
    database.exec('PRAGMA user_version = 2')
    database.close()
    const { code, stderr } = await doctor(data)
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/certfolio\.db has schema version 2 of \d+; start the server once/),
    ])
  })
})
