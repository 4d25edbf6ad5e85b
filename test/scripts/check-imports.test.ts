/** The import rule, held against small trees that break it. */

import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/command.ts'

const SCRIPT = new URL('../../scripts/check-imports.ts', import.meta.url).pathname

let place: Awaited<ReturnType<typeof temporaryDirectory>>
let trees = 0
beforeAll(async () => {
  place = await temporaryDirectory()
})
afterAll(() => place?.remove())

/** @returns the lines for a tree of one file */
async function check(file: string, code: string): Promise<{ readonly code: number | null; readonly says: string }> {
  const root = join(place.path, `tree-${trees++}`)
  await mkdir(dirname(join(root, file)), { recursive: true })
  await writeFile(join(root, file), code)
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: 'utf8' })
  return { code: status, says: stderr }
}

test.each([
  ['a room above', 'src/registry/a.ts', "import { b } from '../server/b.ts'", 'registry may import only x509'],
  ['a room above, re-exported', 'src/x509/a.ts', "export * from '../registry/b.ts'", 'x509 may import only itself'],
  ['a room above, for its effect', 'src/x509/a.ts', "import '../registry/b.ts'", 'x509 may import only itself'],
  ['a room above, dynamically', 'src/identity/a.ts', "await import('../storage/b.ts')", 'identity may import only'],
  ['in double quotes', 'src/identity/a.ts', 'await import("../storage/b.ts")', 'identity may import only'],
  ['in a template', 'src/identity/a.ts', 'await import(`../storage/b.ts`)', 'identity may import only'],
  ['in a template with a hole', 'src/products/scm/a.ts', `await import(\`../\${'apic'}/b.ts\`)`, 'cannot be seen'],
  ['a computed import', 'src/products/scm/a.ts', 'const name = 1\nawait import(name)', 'cannot be seen'],
  ['a thread of a room above', 'src/sources/a.ts', "new URL('../server/b.ts', import.meta.url)", 'sources may import'],
  ['another product', 'src/products/scm/a.ts', "import { b } from '../apic/b.ts'", 'never imports another product'],
  ['a product, by what all share', 'src/products/shared/a.ts', "import { b } from '../scm/b.ts'", 'knows none of them'],
  ['main.ts', 'src/cli/a.ts', "import { b } from '../main.ts'", 'cli may import only'],
  ['HTTP in registry', 'src/registry/a.ts', "import { createServer } from 'node:http'", 'must not know it'],
  ['SQL in registry', 'src/registry/a.ts', "import { DatabaseSync } from 'node:sqlite'", 'must not know it'],
  ['files in registry', 'src/registry/a.ts', "import { open } from 'node:fs/promises'", 'must not know it'],
  ['files in x509', 'src/x509/a.ts', "import { readFileSync } from 'node:fs'", 'must not know it'],
  ['PostgreSQL in identity', 'src/identity/a.ts', "import pg from 'pg'", 'must not know it'],
  ['Fastify in products', 'src/products/scm/a.ts', "import type { FastifyReply } from 'fastify'", 'must not know it'],
  ['SQL in products', 'src/products/scm/a.ts', "const { sql } = await import('kysely')", 'must not know it'],
  ['HTTP in storage', 'src/storage/a.ts', "import { get } from 'node:https'", 'must not know it'],
  ['SQL in server', 'src/server/a.ts', "import { DatabaseSync } from 'node:sqlite'", 'must not know it'],
])('%s is a violation', async (_, file, code, says) => {
  const checked = await check(file, code)
  expect(checked).toEqual({ code: 1, says: expect.stringContaining(says) })
  expect(checked.says).toContain(file)
})

test.each([
  ['a room below', 'src/server/a.ts', "import { b } from '../products/shared/b.ts'"],
  ['HTTP in server', 'src/server/a.ts', "import { createServer } from 'node:http'"],
  ['SQL in storage', 'src/storage/a.ts', "import { DatabaseSync } from 'node:sqlite'"],
  ['cryptography in x509', 'src/x509/a.ts', "import { X509Certificate } from 'node:crypto'"],
  ['a comment that speaks of imports', 'src/x509/a.ts', "// from '../server/b.ts', or import(name)\nexport {}"],
  ['a test', 'src/x509/a.test.ts', "import { b } from '../server/b.ts'"],
])('%s is none', async (_, file, code) => {
  expect(await check(file, code)).toEqual({ code: 0, says: '' })
})
