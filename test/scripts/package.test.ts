/** What `npm pack` makes, unpacked somewhere else: it runs without the repository. */

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCertificate } from '../support/certificates.ts'
import { temporaryDirectory } from '../support/command.ts'

const REPOSITORY = new URL('../../', import.meta.url).pathname
const INTO_THE_COPY = ['src', 'docs', 'README.md', 'LICENSE', 'package.json', 'tsconfig.json', 'tsconfig.build.json']

const run = promisify(execFile)
let place: Awaited<ReturnType<typeof temporaryDirectory>>
let unpacked: string
let main: string
beforeAll(async () => {
  place = await temporaryDirectory()
  const copy = join(place.path, 'copy')
  for (const name of INTO_THE_COPY) await cp(join(REPOSITORY, name), join(copy, name), { recursive: true })
  await symlink(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'))
  await mkdir(join(copy, 'dist'))
  await writeFile(join(copy, 'dist', 'left-over.js'), '')
  await run('npm', ['pack', '--pack-destination', place.path], { cwd: copy })
  const [archive = ''] = (await readdir(place.path)).filter(name => name.endsWith('.tgz'))
  await run('tar', ['-xzf', join(place.path, archive), '-C', place.path])
  unpacked = join(place.path, 'package')
  await symlink(join(REPOSITORY, 'node_modules'), join(unpacked, 'node_modules'))
  main = join(unpacked, 'dist', 'main.js')
}, 120_000)
afterAll(() => place?.remove())

test('holds what was built, the documents and the licence, and nothing else', async () => {
  expect((await readdir(unpacked)).toSorted()).toEqual(
    ['LICENSE', 'README.md', 'dist', 'docs', 'node_modules', 'package.json'].toSorted(),
  )
  const built = await readdir(join(unpacked, 'dist'), { recursive: true, withFileTypes: true })
  const strangers = built.filter(file => file.isFile() && !/(?<!\.test)\.(?:js|d\.ts)$/.test(file.name))
  expect(strangers).toEqual([])
  expect(built.map(({ name }) => name)).not.toContain('left-over.js')
})

test('its declarations name files that are there', async () => {
  const declarations = await readFile(join(unpacked, 'dist', 'main.d.ts'), 'utf8')
  const named = [...declarations.matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) =>
    path.replace(/\.[jt]s$/, '.d.ts'),
  )
  expect(named.length).toBeGreaterThan(0)
  for (const path of named) await readFile(join(unpacked, 'dist', path))
})

test('its command runs through a link, as npm makes one', async () => {
  expect(await readFile(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  const command = join(place.path, 'certfolio')
  await symlink(main, command)
  const { version } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'))
  expect((await run(process.execPath, [command, '--version'])).stdout).toBe(`${version}\n`)
})

test('imports one file in threads, and serves it', async () => {
  const [data, file] = [join(place.path, 'data'), join(place.path, 'many.pem')]
  const pem = makeCertificate().pem.trim()
  await writeFile(file, `${pem}\n`.repeat(Math.ceil((512 * 1024) / pem.length)))
  const args = ['import', file, '--into', 'dataworks', '--data', data, '--json']
  const { stdout } = await run(process.execPath, [main, ...args])
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ refused: 0 })
  const server = spawn(process.execPath, [main, 'serve', '--data', data, '--port', '0'])
  const [line] = await once(server.stdout, 'data')
  const [, endpoint] = /^certfolio is ready at (\S+)\n$/.exec(String(line)) ?? []
  expect((await fetch(`${endpoint}/readyz`)).status).toBe(200)
  server.kill('SIGTERM')
  expect(await once(server, 'close')).toEqual([0, null])
})
