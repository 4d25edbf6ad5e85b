/** On a terminal: how far a long import is, how fast it goes, and how long it will take. */

import { stat } from 'node:fs/promises'
import { SingleBar } from 'cli-progress'
import { type FileRules, findFiles } from '../sources/find.ts'
import { STDIN } from '../sources/read.ts'
import type { Streams } from './cli.ts'

/** From this many files on, or from this many bytes of fewer files, a bar is shown. */
const FILES_FOR_A_BAR = 20
const BYTES_FOR_A_BAR = 8 * 1024 * 1024

const FORMAT = '{bar} {done}/{files} files, {records} records, {rate} a second, {left} left'
const CLEAR_LINE = '\r\x1b[K'

export class ImportProgress {
  readonly #stderr: Streams['stderr']
  readonly #files: number
  readonly #bar: SingleBar | undefined
  readonly #started = performance.now()
  #done = 0
  #records = 0

  private constructor(stderr: Streams['stderr'], files: number, isShown: boolean) {
    this.#stderr = stderr
    this.#files = files
    this.#bar = isShown ? new SingleBar({ format: FORMAT, stream: stderr }) : undefined
    this.#bar?.start(files, 0, this.#figures())
  }

  /** Finds all files once before they are read; without a terminal, and for standard input, nothing. */
  static async of(paths: readonly string[], rules: FileRules, stderr: Streams['stderr']): Promise<ImportProgress> {
    if (stderr.isTTY !== true || paths.includes(STDIN)) return new ImportProgress(stderr, 0, false)
    let files = 0
    let bytes = 0
    for await (const { path } of findFiles(paths, rules))
      if (++files < FILES_FOR_A_BAR)
        bytes += await stat(path).then(
          ({ size }) => size,
          () => 0,
        )
    return new ImportProgress(stderr, files, files >= FILES_FOR_A_BAR || bytes >= BYTES_FOR_A_BAR)
  }

  /** Files more, or a part of one, are read. */
  readonly read = (files: number): void => {
    this.#done += files
    this.#bar?.update(Math.min(this.#done, this.#files), this.#figures())
  }

  /** One record more has its verdict. */
  record(): void {
    this.#records++
  }

  /** Writes a line, above the bar where there is one. */
  above(line: string): void {
    this.#stderr.write(this.#bar === undefined ? line : `${CLEAR_LINE}${line}`)
  }

  stop(): void {
    this.#bar?.update(Math.min(this.#done, this.#files), this.#figures())
    this.#bar?.stop()
  }

  #figures() {
    const seconds = (performance.now() - this.#started) / 1000
    const left = this.#done === 0 ? undefined : ((this.#files - this.#done) * seconds) / this.#done
    return {
      // A sum of parts is rarely whole to the last bit.
      done: Math.floor(this.#done + 1e-6),
      files: this.#files,
      records: this.#records.toLocaleString('en-US'),
      rate: Math.round(this.#records / Math.max(seconds, 0.001)).toLocaleString('en-US'),
      left: left === undefined ? '…' : timeOf(left),
    }
  }
}

/** `1 h 02 min`, `3 min 20 s`, `4 s`. */
function timeOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (number: number) => String(number).padStart(2, '0')
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`
  return whole >= 60 ? `${Math.floor(whole / 60)} min ${two(whole % 60)} s` : `${whole} s`
}
