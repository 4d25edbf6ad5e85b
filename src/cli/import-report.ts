/** What is said of an import: a line for each file that was not taken, and the sums at the end. */

import type { Verdict } from './bring-in.ts'
import type { Streams } from './cli.ts'
import type { ImportProgress } from './import-progress.ts'

/** Everything is said at once and nothing kept: a million refusals take no memory. */
export class ImportReport {
  readonly #json: boolean
  readonly #io: Streams
  readonly #progress: ImportProgress
  #added = 0
  #present = 0
  #completed = 0
  #refused = 0
  #skipped = 0
  #last = ''

  constructor(json: boolean, io: Streams, progress: ImportProgress) {
    this.#json = json
    this.#io = io
    this.#progress = progress
    if (json) io.stdout.write('{"refusals":[')
  }

  get refused(): number {
    return this.#refused
  }

  add(verdict: Verdict): void {
    this.#last = verdict.path
    this.#progress.record()
    switch (verdict.is) {
      case 'refused':
        this.#refuse(verdict.path, verdict.why)
        return
      case 'skipped':
        this.#skipped++
        if (!this.#json) this.#progress.above(`${printable(verdict.path)}: ${verdict.why}\n`)
        return
      case 'added':
        this.#added++
        return
      case 'completed':
        this.#completed++
        this.#present++
        return
      case 'present':
        this.#present++
    }
  }

  /** @param isStopped whether it ended before all files were read */
  finish(isStopped: boolean): void {
    const [added, present, refused] = [this.#added, this.#present, this.#refused]
    const [completed, skipped] = [this.#completed, this.#skipped]
    if (this.#json) {
      const more = { ...(completed > 0 && { completed }), ...(skipped > 0 && { skipped }) }
      const sums = JSON.stringify({ added, present, refused, ...more, ...(isStopped && { stoppedAfter: this.#last }) })
      this.#io.stdout.write(`],${sums.slice(1)}\n`)
      return
    }
    const given = completed > 0 ? ` (${completed} given the private key)` : ''
    const besides = skipped > 0 ? `, ${skipped} skipped` : ''
    this.#io.stdout.write(`${added} added, ${present} already present${given}, ${refused} refused${besides}\n`)
    if (!isStopped) return
    const where = this.#last === '' ? 'before the first file' : `after ${printable(this.#last)}`
    this.#io.stderr.write(`Stopped ${where}. The same command goes on: what is present is passed over.\n`)
  }

  #refuse(path: string, why: string): void {
    if (this.#json) this.#io.stdout.write(`${this.#refused > 0 ? ',' : ''}${JSON.stringify({ path, reason: why })}`)
    else this.#progress.above(`${printable(path)}: ${why}\n`)
    this.#refused++
  }
}

/** A file name may hold what moves a terminal's cursor. */
function printable(path: string): string {
  return path.replace(/[\p{Cc}\p{Cf}]/gu, mark => `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
}
