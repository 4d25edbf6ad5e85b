/**
 * `node bench/plot.ts FIGURES.json PLOT.svg`: latency against the number of records, a small plot for each list, in
 * colours that can be read on light and on dark ground.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import type { Figures, QuestionFigures, SizeFigures } from './figures.ts'
import { LISTS, type ListName } from './questions.ts'

const [from, to] = process.argv.slice(2)
if (from === undefined || to === undefined) throw new Error('node bench/plot.ts FIGURES.json PLOT.svg')

const PANEL = { width: 300, height: 210, left: 46, top: 34, right: 12, bottom: 30 } as const
const COLUMNS = 3
/** Milliseconds at the bottom and at the top of each plot. */
const LATENCIES = [0.01, 10_000] as const
const WINDOWS = ['first page', 'middle page', 'last page'] as const

interface Line {
  readonly kind: string
  /** Milliseconds at a size, or nothing. */
  readonly at: (size: SizeFigures) => number | undefined
}

const STYLE = `
  text { font: 11px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 12px }
  .grid { stroke: #8c959f; stroke-opacity: .35; stroke-width: 1 }
  path { fill: none; stroke-width: 2; stroke-linejoin: round }
  .first { stroke: #0969da } .middle { stroke: #1a7f37 } .last { stroke: #bc4c00 }
  .filter { stroke: #8250df; stroke-width: 1; stroke-opacity: .7 }
  .plain { stroke: #57606a; stroke-dasharray: 4 3; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .first { stroke: #58a6ff } .middle { stroke: #3fb950 } .last { stroke: #f0883e }
    .filter { stroke: #bc8cff } .plain { stroke: #9198a1 }
  }`

function linesOf(list: ListName, sizes: readonly SizeFigures[]): readonly Line[] {
  const of = (question: string, value: (figures: QuestionFigures) => number) => (size: SizeFigures) => {
    const found = size.questions.find(each => each.list === list && each.question === question)
    return found && value(found)
  }
  const names = new Set(sizes.flatMap(size => size.questions.filter(each => each.list === list).map(q => q.question)))
  const filters = [...names].filter(name => !WINDOWS.some(window => window === name))
  return [
    ...WINDOWS.map(window => ({
      kind: 'plain',
      at: of(window, ({ plainPage, plainCount }) => plainPage.median + plainCount.median),
    })),
    ...filters.map(filter => ({ kind: 'filter', at: of(filter, ({ ours }) => ours.median) })),
    ...WINDOWS.map(window => ({ kind: window.split(' ')[0] ?? '', at: of(window, ({ ours }) => ours.median) })),
  ]
}

function panelOf(list: ListName, place: number, sizes: readonly SizeFigures[]): string {
  const { width, height, left, top, right, bottom } = PANEL
  const [least, most] = [sizes[0]?.records ?? 1, sizes.at(-1)?.records ?? 10]
  const x = (records: number) => {
    const share = most === least ? 0.5 : Math.log(records / least) / Math.log(most / least)
    return left + share * (width - left - right)
  }
  const [low, high] = LATENCIES
  const y = (milliseconds: number) => {
    const share = Math.log(Math.min(Math.max(milliseconds, low), high) / low) / Math.log(high / low)
    return height - bottom - share * (height - top - bottom)
  }
  const rules = [0.01, 0.1, 1, 10, 100, 1000, 10_000].map(
    value => `<line class="grid" x1="${left}" x2="${width - right}" y1="${number(y(value))}" y2="${number(y(value))}"/>
      <text x="${left - 6}" y="${number(y(value) + 4)}" text-anchor="end">${value}</text>`,
  )
  const ticks = sizes.map(
    ({ records }) =>
      `<text x="${number(x(records))}" y="${height - bottom + 16}" text-anchor="middle">${wordOf(records)}</text>`,
  )
  const paths = linesOf(list, sizes).map(({ kind, at }) => {
    const points = sizes.flatMap(size => {
      const value = at(size)
      return value === undefined ? [] : [`${number(x(size.records))} ${number(y(value))}`]
    })
    return points.length === 0 ? '' : `<path class="${kind}" d="M${points.join('L')}"/>`
  })
  const [column, line] = [place % COLUMNS, Math.floor(place / COLUMNS)]
  return `<g transform="translate(${column * width} ${line * height})">
    <text class="title" x="${left}" y="20">${list}</text>${[...rules, ...ticks, ...paths].join('\n')}</g>`
}

/** What the lines mean, where the sixth plot would stand. */
function legend(place: number): string {
  const entries = [
    ['first', 'first page'],
    ['middle', 'middle page'],
    ['last', 'last page'],
    ['filter', 'each filter and order'],
    ['plain', 'plain SQLite table, the same pages'],
  ]
  const rows = entries.map(
    ([kind, text], i) =>
      `<path class="${kind}" d="M46 ${52 + i * 22}h28"/><text x="82" y="${56 + i * 22}">${text}</text>`,
  )
  const [column, line] = [place % COLUMNS, Math.floor(place / COLUMNS)]
  return `<g transform="translate(${column * PANEL.width} ${line * PANEL.height})">
    <text class="title" x="46" y="20">median milliseconds against records</text>${rows.join('\n')}</g>`
}

/** `10⁴` for 10,000; other numbers as they are. */
function wordOf(records: number): string {
  const power = Math.round(Math.log10(records))
  return 10 ** power === records
    ? `10${[...String(power)].map(digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`
    : String(records)
}

function number(value: number): string {
  return value.toFixed(1)
}

const { sizes }: Figures = JSON.parse(readFileSync(from, 'utf8'))
const [width, height] = [COLUMNS * PANEL.width, Math.ceil((LISTS.length + 1) / COLUMNS) * PANEL.height]
const panels = LISTS.map((list, place) => panelOf(list, place, sizes))
writeFileSync(
  to,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Latency of each list against its size">
<style>${STYLE}</style>
${[...panels, legend(LISTS.length)].join('\n')}
</svg>
`,
)
