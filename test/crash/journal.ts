/** What the writers know: what was acknowledged, and what nobody can know yet. It is outside of everything that is killed. */

import type { Answer, Client } from './client.ts'
import { type Item, type Listed, SERVICES, type Service } from './services.ts'

/**
 * `there` and `gone` are acknowledged, `refused` was told that nothing was done. Of `creating` and `removing` no answer
 * has come: either outcome is right, half of one is not.
 */
type State = 'creating' | 'there' | 'removing' | 'gone' | 'refused'

interface Entry extends Item {
  readonly service: Service
  state: State
  id: string
  /** Written since the last check. */
  isFresh: boolean
}

export interface Violations {
  /** Acknowledged, and not there. */
  lost: number
  /** There, and not what was sent. */
  altered: number
  /** There more than once. */
  duplicated: number
  /** There although its deletion was acknowledged, or its creation refused. */
  undead: number
  /** There, and sent by nobody. */
  foreign: number
}

export interface Counts {
  created: number
  removed: number
  refused: number
  /** Requests without an answer, and what had become of them. */
  unknown: number
  happened: number
}

/** Says for certain that nothing was done: the registry was busy. */
const TOO_MANY = 429

export class Journal {
  readonly violations: Violations = { lost: 0, altered: 0, duplicated: 0, undead: 0, foreign: 0 }
  readonly counts: Counts = { created: 0, removed: 0, refused: 0, unknown: 0, happened: 0 }
  /** What went wrong, in words; the first few. */
  readonly stories: string[] = []
  readonly #entries = new Map<string, Entry>()

  /** @throws Error where no answer came */
  async create(client: Client, service: Service, item: Item): Promise<void> {
    const entry: Entry = { ...item, service, state: 'creating', id: '', isFresh: true }
    this.#entries.set(item.name, entry)
    const answer = await service.create(client, item)
    const id = service.idOf(answer)
    if (id !== undefined) {
      entry.id = id
      entry.state = 'there'
      this.counts.created++
    } else this.#notDone(entry, answer, 'refused')
  }

  /** Removes one that is there, if there is one. @throws Error where no answer came */
  async remove(client: Client, pick: (among: readonly string[]) => string | undefined): Promise<void> {
    const present = [...this.#entries.values()].filter(({ state }) => state === 'there')
    const entry = this.#entries.get(pick(present.map(({ name }) => name)) ?? '')
    if (entry === undefined) return
    entry.state = 'removing'
    entry.isFresh = true
    const answer = await entry.service.remove(client, entry.id)
    if (answer.status === 200 || answer.status === 204) {
      entry.state = 'gone'
      this.counts.removed++
    } else if (answer.status === 404) {
      this.#tell('lost', `${entry.name} was acknowledged, and its deletion says that it does not exist`)
      entry.state = 'gone'
    } else this.#notDone(entry, answer, 'there')
  }

  get present(): number {
    return [...this.#entries.values()].filter(({ state }) => state === 'there').length
  }

  /**
   * Holds the registry against what is known, and learns what became of the rest. Nobody writes meanwhile.
   * @param everything asks for the details of all records, not only of those written since the last check
   */
  async check(client: Client, everything = false): Promise<void> {
    for (const service of SERVICES) {
      const listed = Map.groupBy(await service.list(client), ({ name }) => name)
      for (const name of listed.keys())
        if (this.#entries.get(name)?.service !== service)
          this.#tell('foreign', `${service.name} has ${name}, which nobody sent`)
      for (const entry of this.#entries.values())
        if (entry.service === service) await this.#checkOne(client, entry, listed.get(entry.name) ?? [], everything)
    }
  }

  async #checkOne(client: Client, entry: Entry, found: readonly Listed[], everything: boolean): Promise<void> {
    const { name, service, state } = entry
    if (found.length > 1) this.#tell('duplicated', `${service.name} has ${name} ${found.length} times`)
    const [only] = found
    if (state === 'creating' || state === 'removing') {
      this.counts.unknown++
      if ((state === 'creating') === (only !== undefined)) this.counts.happened++
      entry.state = only === undefined ? 'gone' : 'there'
      if (only !== undefined) entry.id = only.id
    } else if (state === 'there' && only?.id !== entry.id) {
      this.#tell('lost', `${service.name} does not have ${name} as ${entry.id}`)
      entry.state = 'gone'
    } else if (state !== 'there' && only !== undefined) {
      this.#tell('undead', `${service.name} has ${name}, which was ${state}`)
      entry.state = 'gone'
    }
    if (
      entry.state === 'there' &&
      (entry.isFresh || everything) &&
      !(await service.isUnaltered(client, entry.id, entry))
    )
      this.#tell('altered', `${service.name} keeps ${name} otherwise than it was sent`)
    entry.isFresh = false
    // What is gone stays known by its name alone.
    if (entry.state === 'gone' || entry.state === 'refused') this.#entries.set(name, { ...entry, pem: '', keyPem: '' })
  }

  /** @throws Error for a refusal that the writers have done nothing for */
  #notDone(entry: Entry, { status, json }: Answer, refused: State): void {
    // Of a server's failure nobody knows: the answer may have been lost on its way from the disk.
    if (status >= 500) return
    if (status !== TOO_MANY)
      throw new Error(`${entry.service.name} refused ${entry.name}: ${status} ${JSON.stringify(json)}`)
    entry.state = refused
    this.counts.refused++
  }

  #tell(what: keyof Violations, story: string): void {
    this.violations[what]++
    if (this.stories.length < 20) this.stories.push(story)
  }
}
