/** docs/identity.md: the five commands, as they stand there. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OPTIONS } from '../../src/cli/options.ts'
import { certfolio, temporaryDirectory } from '../support/command.ts'
import { signHuawei } from '../support/sign.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname

let place: Awaited<ReturnType<typeof temporaryDirectory>>
let document: string
beforeAll(async () => {
  place = await temporaryDirectory()
  document = await readFile(new URL('../../docs/identity.md', import.meta.url), 'utf8')
  const command = join(place.path, 'certfolio')
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`)
  await chmod(command, 0o700)
})
afterAll(() => place?.remove())

/** The n-th block of commands of the document. */
function block(n: number): string {
  return [...document.matchAll(/```sh\n([\s\S]*?)```/g)][n]?.[1] ?? ''
}

test('five commands lead from the first start to a read-only key for one team', { timeout: 60_000 }, async () => {
  const commands = block(0)
  expect(commands.trim().split('\n')).toHaveLength(5)
  // The shell ends its server at the end of its input, and says how to reach it on its first line.
  const shell = spawn('sh', ['-e'], {
    cwd: place.path,
    env: { PATH: `${place.path}:${process.env.PATH}`, CERTFOLIO_PORT: '0' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  try {
    let said = ''
    const saw = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const found = pattern.exec(said)
        if (found) return found[1] ?? ''
        const [chunk] = await Promise.race([once(shell.stdout, 'data'), once(shell, 'exit').then(() => [undefined])])
        if (chunk === undefined) throw new Error(`the commands ended without ${pattern}: ${said}`)
        said += chunk
      }
    }
    shell.stdin.write(`${commands}echo server $!\n`)
    const server = Number(await saw(/^server (\d+)$/m))
    const endpoint = await saw(/^certfolio is ready at (\S+)$/m)
    const [ak, sk] = [await saw(/^id +(\w{20})$/m), await saw(/^secret +(\w{40})$/m)]

    const ask = (method: string, path: string) => {
      const url = endpoint + path
      return fetch(url, { method, headers: signHuawei({ ak, sk, method, url }) })
    }
    // A server notices within a second what another process has changed.
    const deadline = performance.now() + 1_000
    let listed = await ask('GET', '/v3/scm/certificates')
    while (listed.status !== 200 && performance.now() < deadline) listed = await ask('GET', '/v3/scm/certificates')
    expect([listed.status, await listed.json()]).toEqual([200, { certificates: [], total_count: 0 }])
    expect((await ask('DELETE', '/v3/scm/certificates/scs1600000000000')).status).toBe(403)

    const verdicts = block(1).trim().split('\n')
    const data = join(place.path, 'data')
    for (const [i, allowed] of [true, false].entries()) {
      const args = (verdicts[i] ?? '').split(' ').slice(1)
      const { stdout } = await certfolio([...args, '--json', '--data', data])
      expect(JSON.parse(stdout).allowed).toBe(allowed)
    }
    const firstRun = JSON.parse(await readFile(join(data, 'first-run.json'), 'utf8'))
    expect(firstRun.endpoint).toBe(endpoint)
    process.kill(server, 'SIGTERM')
  } finally {
    shell.stdin.end()
    if (shell.exitCode === null) await once(shell, 'exit')
  }
})

test('every option that the document names is one', () => {
  for (const [, option = ''] of document.matchAll(/`serve --([a-z0-9-]+)`/g)) expect(OPTIONS).toHaveProperty(option)
})

test('every command that the document names is one', async () => {
  const named = new Set(
    [...document.matchAll(/certfolio ([a-z-]+) ([a-z]+)/g)].map(([, noun, verb]) => `${noun} ${verb}`),
  )
  expect(named.size).toBeGreaterThan(8)
  for (const command of [...named].filter(each => !each.startsWith('serve')))
    expect(await certfolio([...command.split(' '), '--help'])).toMatchObject({ code: 0 })
})
