/**
 * The one table of options: flags, environment variables, `--help` and what a log may never hold all come from it.
 */

import { MAX_WORKERS } from '../registry/record-number.ts'
import { LOG_LEVELS } from '../server/log.ts'
import { Usage } from './usage.ts'

export interface OptionLine<T> {
  /** The environment variable; the command line wins over it. An empty one is as if it were not set. */
  readonly env: string
  /** What stands for the value in help; without it the option has no flag and comes from the environment alone. */
  readonly placeholder?: string
  /** Whether the flag takes no value: it is there or not. */
  readonly isSwitch?: true
  /** @throws Usage with a sentence that does not repeat the text */
  readonly parse: (text: string) => T
  /** As it would be written; none for an option that may be left out. */
  readonly default?: string
  readonly help: string
  /** Whether its value may be seen by nobody: it has no flag, for command lines can be read by every user. */
  readonly secret?: true
}

function text(value: string): string {
  return value
}

function port(value: string): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (!(number <= 65535)) throw new Usage('must be an integer from 0 to 65535')
  return number
}

function workers(value: string): number {
  const number = /^\d{1,2}$/.test(value) ? Number(value) : 0
  if (number < 1 || number > MAX_WORKERS) throw new Usage(`must be an integer from 1 to ${MAX_WORKERS}`)
  return number
}

/** What exactly is wrong is said when it is opened; never with the text, which holds a password. */
function databaseUrl(value: string): string {
  if (!/^postgres(?:ql)?:\/\//.test(value))
    throw new Usage('must be a URL like postgres://user:password@host:5432/database')
  return value
}

function serverUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Usage('must be a URL that begins with http:// or https://')
  return value
}

function yesOrNo(value: string): boolean {
  if (!/^(?:true|false)$/.test(value)) throw new Usage('must be true or false')
  return value === 'true'
}

function level(value: string): (typeof LOG_LEVELS)[number] {
  const known = LOG_LEVELS.find(word => word === value)
  if (known === undefined) throw new Usage(`must be one of ${LOG_LEVELS.join(', ')}`)
  return known
}

export const OPTIONS = {
  data: {
    env: 'CERTFOLIO_DATA',
    placeholder: 'DIR',
    parse: text,
    default: './data',
    help: 'the data directory; made where its parent exists',
  },
  database: {
    env: 'CERTFOLIO_DATABASE',
    placeholder: 'URL',
    parse: databaseUrl,
    help: 'keep everything in this PostgreSQL (15 or newer), and only the master key in the data directory; the variable is better than the flag, which other users of the machine can read, and is for all commands',
  },
  host: {
    env: 'CERTFOLIO_HOST',
    placeholder: 'HOST',
    parse: text,
    default: '127.0.0.1',
    help: 'the address to listen on',
  },
  port: {
    env: 'CERTFOLIO_PORT',
    placeholder: 'N',
    parse: port,
    default: '8080',
    help: 'the port to listen on; 0 takes a free one',
  },
  workers: {
    env: 'CERTFOLIO_WORKERS',
    placeholder: 'N',
    parse: workers,
    default: '1',
    help: 'the processes that serve the port together; one for each core is enough',
  },
  demo: {
    env: 'CERTFOLIO_DEMO',
    isSwitch: true,
    parse: yesOrNo,
    default: 'false',
    help: 'serve sample data and say how to ask for it; without --data, everything is removed at the end',
  },
  'tls-cert': {
    env: 'CERTFOLIO_TLS_CERT',
    placeholder: 'FILE',
    parse: text,
    help: 'serve HTTPS with this certificate, its chain after it (PEM)',
  },
  'tls-key': {
    env: 'CERTFOLIO_TLS_KEY',
    placeholder: 'FILE',
    parse: text,
    help: 'the private key of --tls-cert (PEM)',
  },
  'strict-replay': {
    env: 'CERTFOLIO_STRICT_REPLAY',
    isSwitch: true,
    parse: yesOrNo,
    default: 'false',
    help: 'take a Huawei signature of a request that changes something only once',
  },
  'require-acs3': {
    env: 'CERTFOLIO_REQUIRE_ACS3',
    isSwitch: true,
    parse: yesOrNo,
    default: 'false',
    help: 'refuse RPC Signature V1 (HMAC-SHA1), which Terraform and older clients need',
  },
  'log-level': {
    env: 'CERTFOLIO_LOG_LEVEL',
    placeholder: 'LEVEL',
    parse: level,
    default: 'info',
    help: `what is logged on standard error: ${LOG_LEVELS.join(', ')}`,
  },
  server: {
    env: 'CERTFOLIO_SERVER',
    placeholder: 'URL',
    parse: serverUrl,
    help: 'ask this server instead of a data directory; its token comes from CERTFOLIO_TOKEN',
  },
  token: {
    env: 'CERTFOLIO_TOKEN',
    parse: text,
    help: 'a token for --server, from POST /v3/auth/tokens',
    secret: true,
  },
  'master-key': {
    env: 'CERTFOLIO_MASTER_KEY',
    parse: text,
    help: 'the key that seals secrets, 32 bytes as hex or base64; without it DIR/master.key is made and used',
    secret: true,
  },
} as const satisfies Record<string, OptionLine<unknown>>

export type OptionName = keyof typeof OPTIONS

type Line<Name extends OptionName> = (typeof OPTIONS)[Name]
type Value<Name extends OptionName> =
  | ReturnType<Line<Name>['parse']>
  | (Line<Name> extends { readonly default: string } ? never : undefined)

/** The values of some options, by name. */
export type Settings<Name extends OptionName = OptionName> = { readonly [N in Name]: Value<N> }

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * @param flags what the command line gives, as text
 * @throws Usage that names the flag or the variable, never the value
 */
export function readSettings<Name extends OptionName>(
  names: readonly Name[],
  flags: Readonly<Record<string, string | undefined>>,
  env: Environment,
): Settings<Name> {
  return Object.fromEntries(names.map(name => [name, settingOf(name, flags[name], env)])) as Settings<Name>
}

function settingOf(name: OptionName, flag: string | undefined, env: Environment): unknown {
  const line: OptionLine<unknown> = OPTIONS[name]
  const variable = env[line.env] || undefined
  const given = flag ?? variable ?? line.default
  if (given === undefined) return undefined
  try {
    return line.parse(given)
  } catch (error) {
    if (!(error instanceof Usage)) throw error
    throw new Usage(`${flag === undefined ? line.env : `--${name}`} ${error.message}.`)
  }
}
