/** The URL of a database, which may name several hosts of which one can be written to. */

export interface ServerUrl {
  /** A URL for each host, in the order in which they are tried. */
  readonly perHost: readonly string[]
  /** Hosts and database, for messages: without user and password. */
  readonly shown: string
}

const FORM = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/
const HOST = /^(?:\[[0-9A-Fa-f:.%]+\]|[^:[\]\s]*)(?::\d{1,5})?$/
/** Of `target_session_attrs`: what the registry looks for anyway. */
const TARGETS: ReadonlySet<string | null> = new Set([null, 'any', 'primary', 'read-write'])

/**
 * `postgres://user:password@host1:5432,host2:5432/database?…`, as libpq reads it.
 * @throws Error with a sentence that repeats nothing of the text, for it may hold a password
 */
export function parseServerUrl(text: string): ServerUrl {
  const [, user, hosts = '', path = '', query = ''] = FORM.exec(text) ?? []
  const names = hosts.split(',')
  if (!FORM.test(text) || !names.every(name => HOST.test(name)))
    throw new Error('must be a URL like postgres://user:password@host:5432/database')
  const parameters = new URLSearchParams(query)
  if (!TARGETS.has(parameters.get('target_session_attrs')))
    throw new Error('cannot have this target_session_attrs: the registry needs a server that it can write to')
  parameters.delete('target_session_attrs')
  const rest = parameters.size > 0 ? `?${parameters}` : ''
  const before = user === undefined ? '' : `${user}@`
  const perHost = names.map(name => `postgres://${before}${name}${path}${rest}`)
  if (!perHost.every(isReadable)) throw new Error('must be a URL like postgres://user:password@host:5432/database')
  return { perHost, shown: `${hosts || 'the local server'}${path}` }
}

/** Whether it can be read at all; the errors of those who would read it repeat it. */
function isReadable(url: string): boolean {
  try {
    decodeURIComponent(url)
  } catch {
    return false
  }
  return URL.canParse(url.replace(/^(postgres:\/\/(?:[^@/?#]*@)?)(?=[/?]|$)/, '$1localhost'))
}
