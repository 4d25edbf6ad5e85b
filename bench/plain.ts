/**
 * What somebody would write by hand: one table for each list, an index for each column that is asked for, `LIMIT` and
 * `OFFSET` for pages and `COUNT(*)` for totals. It is asked in this process, without HTTP.
 */

import { DatabaseSync } from 'node:sqlite'
import { type Latency, latencyOf } from './figures.ts'
import { type ListName, PAGE, type Sample } from './questions.ts'

export interface PlainQuestion {
  /** A condition with a `?` for each value; empty for all. */
  readonly where: string
  readonly values: readonly (string | number)[]
  readonly order: string
  readonly skip: number
}

const COLUMNS = `number, vendor_id, name, common_name, creator, owner, status, updated_at, not_before, not_after,
  compartment, fingerprint, fingerprint_sha1, serial_number, subject, issuer, subject_alt_names, key_algorithm,
  signature_algorithm, deployable, content_size, search_text, attributes`
const INDEXED = ['name', 'common_name', 'creator', 'status', 'updated_at', 'not_after', 'compartment'] as const
const MORE_INDEXED = ['fingerprint', 'fingerprint_sha1', 'key_algorithm', 'signature_algorithm'] as const
/** A question that takes longer than this is asked once. */
const SLOW = 2000

export class Plain {
  readonly #database: DatabaseSync

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768')
  }

  /** Takes over the records of a list that are not there yet. @param registry the registry's file; nobody writes it */
  copy(list: ListName, registry: string): void {
    const table = tableOf(list)
    this.#database.prepare('ATTACH ? AS registry').run(registry)
    const from = `FROM registry.records WHERE product = '${list}'`
    this.#database.exec(`CREATE TABLE IF NOT EXISTS ${table} AS SELECT ${COLUMNS} ${from} LIMIT 0`)
    this.#database.exec(`CREATE UNIQUE INDEX IF NOT EXISTS ${table}_number ON ${table} (number)`)
    this.#database.exec(
      `INSERT INTO ${table} SELECT ${COLUMNS} ${from} AND number > (SELECT coalesce(max(number), 0) FROM ${table})
       ORDER BY number`,
    )
    this.#database.exec('DETACH registry')
    for (const column of [...INDEXED, ...MORE_INDEXED])
      this.#database.exec(`CREATE INDEX IF NOT EXISTS ${table}_${column} ON ${table} (${column}, number)`)
    this.#database.exec('ANALYZE')
  }

  /** What stands in a list; the registry has the same. */
  sample(list: ListName): Sample {
    const table = tableOf(list)
    const row = this.#database.prepare(
      `SELECT number, common_name, fingerprint, fingerprint_sha1 FROM ${table} WHERE rowid = ? + 1`,
    )
    return {
      records: Number(this.#database.prepare(`SELECT COUNT(*) AS count FROM ${table}`).get()?.count),
      at(place) {
        const found = row.get(place)
        if (found === undefined) throw new RangeError(`${list} has no record ${place}`)
        return {
          number: Number(found.number),
          commonName: String(found.common_name),
          fingerprint: String(found.fingerprint),
          fingerprintSha1: String(found.fingerprint_sha1),
        }
      },
    }
  }

  /** Asks for the page and for the count, each for about so many seconds. */
  measure(
    list: ListName,
    question: PlainQuestion,
    seconds: number,
  ): { readonly page: Latency; readonly count: Latency } {
    const where = question.where === '' ? '' : `WHERE ${question.where}`
    const from = `FROM ${tableOf(list)} ${where}`
    const page = `SELECT * ${from} ORDER BY ${question.order} LIMIT ${PAGE} OFFSET ${question.skip}`
    return {
      page: this.#asked(page, question.values, seconds),
      count: this.#asked(`SELECT COUNT(*) ${from}`, question.values, seconds),
    }
  }

  close(): void {
    this.#database.close()
  }

  #asked(sql: string, values: PlainQuestion['values'], seconds: number): Latency {
    const statement = this.#database.prepare(sql)
    const latencies: number[] = []
    const until = performance.now() + seconds * 1000
    do {
      const started = performance.now()
      statement.all(...values)
      latencies.push(performance.now() - started)
    } while (performance.now() < until && (latencies[0] ?? 0) < SLOW)
    return latencyOf(latencies)
  }
}

function tableOf(list: ListName): string {
  return list.replace('-', '_')
}
