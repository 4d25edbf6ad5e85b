import { expect, test } from 'vitest'
import { OPTIONS, type OptionLine, type OptionName, readSettings } from '../../src/cli/options.ts'
import { SERVE_OPTIONS } from '../../src/cli/serve.ts'
import { certfolio } from '../support/command.ts'

const all = Object.entries(OPTIONS) as [OptionName, OptionLine<unknown>][]

/** What only the questions to the inventory have. */
const ASKED: readonly OptionName[] = ['server', 'token']

test('serve takes every option of the table that is not for those who ask', () => {
  const served = all.map(([name]) => name).filter(name => !ASKED.includes(name))
  expect([...SERVE_OPTIONS].sort()).toEqual(served.sort())
})

test.each(all)(
  'help tells of %s: flag, environment variable, default',
  async (name, { env, help, default: standard, secret, isSwitch }) => {
    const { code, stdout } = await certfolio([ASKED.includes(name) ? 'list' : 'serve', '--help'])
    const text = stdout.replace(/\s+/g, ' ')
    expect(code).toBe(0)
    expect(text).toContain(help)
    expect(text).toContain(env)
    if (secret) expect(text).not.toContain(`--${name}`)
    else expect(text).toContain(isSwitch ? `--${name} ` : `--${name} <`)
    if (standard !== undefined) expect(text).toContain(`default: ${standard}`)
  },
)

test('help has no flag that is not in the table', async () => {
  const { stdout } = await certfolio(['serve', '--help'])
  const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, flag]) => flag)
  const listed = all.filter(([name, line]) => !line.secret && !ASKED.includes(name)).map(([name]) => name)
  expect(flags.sort()).toEqual([...listed, 'help'].sort())
})

test('variables are named after their options', () => {
  for (const [name, { env }] of all) expect(env).toBe(`CERTFOLIO_${name.toUpperCase().replaceAll('-', '_')}`)
})

test('defaults are what they would be if they were given', () => {
  expect(readSettings(SERVE_OPTIONS, {}, {})).toEqual({
    data: './data',
    database: undefined,
    host: '127.0.0.1',
    port: 8080,
    workers: 1,
    demo: false,
    'tls-cert': undefined,
    'tls-key': undefined,
    'strict-replay': false,
    'require-acs3': false,
    'log-level': 'info',
    'master-key': undefined,
  })
})

test('the command line wins over the environment, and an empty variable is as if it were not set', () => {
  const env = { CERTFOLIO_PORT: '1', CERTFOLIO_HOST: '', CERTFOLIO_DATA: '/from/environment' }
  expect(readSettings(['port', 'host', 'data'], { port: '2' }, env)).toEqual({
    port: 2,
    host: '127.0.0.1',
    data: '/from/environment',
  })
})

test('--help and --version end well', async () => {
  expect(await certfolio(['--help'])).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/serve.*import/s),
  })
  expect(await certfolio(['--version'])).toEqual({ code: 0, stdout: '0.0.0-test\n', stderr: '' })
  expect(await certfolio(['import', '--help'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('enterprise-project=ID'),
  })
})

const SECRET = 'hunter2hunter2'
test.each([
  ['no command', [], /Which command\?/],
  ['an unknown command', [SECRET], /There is no such command/],
  ['an unknown option with its value', ['serve', `--password=${SECRET}`], /There is no option --password\./],
  ['an unknown option before its value', ['serve', '--password', SECRET], /There is no option --password\./],
  ['an argument too many', ['serve', SECRET], /too many arguments/],
  ['an option without its value', ['serve', '--port'], /without its value/],
  ['a value of the wrong form', ['serve', '--port', SECRET], /--port must be an integer from 0 to 65535/],
  ['no path', ['import', '--into', 'scm'], /An argument is missing/],
  ['no product', ['import', '.'], /--into is missing/],
  [
    'an unknown product',
    ['import', '.', '--into', SECRET],
    /--into must be one of dataworks, iotda-devices, iotda-cas, scm, apic/,
  ],
  ['a scope that is none', ['import', '.', '--into', 'scm', '--scope', SECRET], /--scope must be WORD=VALUE/],
  [
    'a scope that names a word twice',
    ['import', '.', '--into', 'scm', '--scope', 'project=a,project=b'],
    /names project twice/,
  ],
])('%s is wrong usage, and what was typed is not repeated', async (_, args, says) => {
  const { code, stdout, stderr } = await certfolio(args, { env: { CERTFOLIO_DATA: '/nowhere/at/all' } })
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toMatch(says)
  expect(stderr).not.toContain(SECRET)
})
