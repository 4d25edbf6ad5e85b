/** How the commands say what they did: JSON for programs, a table or a few lines for people. */

/** A row of a table, or an object that is shown line by line; what is an object or a list in it is JSON alone. */
export type Row = Readonly<Record<string, unknown>>

export interface Said {
  readonly json: unknown
  readonly text: string
}

/** A list: an array, and a table of some of its columns. */
export function sayList(rows: readonly Row[], columns: readonly string[]): Said {
  const cells = [columns.map(column => column.toUpperCase()), ...rows.map(row => columns.map(name => cell(row[name])))]
  const widths = columns.map((_, i) => Math.max(...cells.map(line => [...(line[i] ?? '')].length)))
  const lines = cells.map(line => line.map((text, i) => text + ' '.repeat((widths[i] ?? 0) - [...text].length)))
  return { json: rows, text: lines.map(line => line.join('  ').trimEnd()).join('\n') }
}

/** One thing: an object, and a line for each of its members. @param note a sentence after it, for people */
export function sayOne(row: Row, note?: string): Said {
  const names = Object.keys(row)
  const width = Math.max(...names.map(name => name.length))
  const lines = names.map(name => `${name.padEnd(width)}  ${cell(row[name])}`.trimEnd())
  return { json: row, text: [...lines, ...(note === undefined ? [] : ['', note])].join('\n') }
}

/** Something that was done. @param json what programs get to know of it */
export function sayDone(sentence: string, json: Row): Said {
  return { json, text: sentence }
}

export function printed({ text }: Said): string {
  return `${text}\n`
}

/** Names may hold what moves a terminal's cursor: they came in over other ways too. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '-'
  const text = Array.isArray(value) ? value.map(cell).join(', ') : typeof value === 'object' ? json(value) : `${value}`
  return text === '' ? '-' : text.replace(/[\p{Cc}\p{Cf}]/gu, '?')
}

function json(value: object): string {
  return JSON.stringify(value)
}
