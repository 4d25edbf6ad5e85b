/** Figures as tables for people. */

import type { Figures, ImportFigures, Latency, SizeFigures } from './figures.ts'

export function printSize({ records, questions, throughput, process }: SizeFigures): void {
  console.log(`\n${records.toLocaleString('en-US')} records in each list (milliseconds, median and 99th percentile)`)
  console.log(row(['list', 'question', 'ours', 'p99', 'plain page', 'p99', 'plain count'], WIDTHS))
  for (const { list, question, ours, plainPage, plainCount } of questions)
    console.log(row([list, question, ...pair(ours), ...pair(plainPage), plainCount.median.toFixed(2)], WIDTHS))
  console.log('\nrequests a second over 8 connections, and the share of a bare node:http server with the same bytes')
  console.log(row(['list', 'bare', 'other pages', 'share', 'same page', 'share'], THROUGHPUT_WIDTHS))
  for (const { list, bare, freshPages, freshRatio, samePage, sameRatio } of throughput) {
    const cells = [
      bare.toFixed(0),
      freshPages.toFixed(0),
      freshRatio.toFixed(2),
      samePage.toFixed(0),
      sameRatio.toFixed(2),
    ]
    console.log(row([list, ...cells], THROUGHPUT_WIDTHS))
  }
  console.log(
    `\nstart to ready ${process.startMilliseconds.toFixed(0)} ms, memory ${megabytes(process.startResidentBytes)} at ` +
      `the start and ${megabytes(process.residentBytes)} in the end, ${process.bytesOnDiskPerRecord.toFixed(0)} bytes ` +
      `on disk a record, filled with ${process.filledPerSecond.toFixed(0)} records a second`,
  )
}

export function printImport(figures: ImportFigures): void {
  const rate = (value: number) => `${Math.round(value).toLocaleString('en-US')}/s`
  console.log(`\nimport of ${figures.certificates.toLocaleString('en-US')} certificates in one PEM file`)
  const { bareAllCores, bareOneThread, imported, ratio, ratioOfOneThread, presentAgain, stored, loopDelay } = figures
  console.log(`  new X509Certificate alone: ${rate(bareOneThread)} in one thread, ${rate(bareAllCores)} on all cores`)
  console.log(`  imported: ${rate(imported)}, ${ratio.toFixed(2)} of all cores, ${ratioOfOneThread.toFixed(2)} of one`)
  console.log(`  imported again, all present: ${rate(presentAgain)}; the storage alone takes ${rate(stored)}`)
  console.log(`  memory ${megabytes(figures.residentBytes)}`)
  console.log(
    `  in a process that serves, its loop stood still ${loopDelay.p99.toFixed(1)} ms (99th percentile), ` +
      `${loopDelay.max.toFixed(1)} ms at most`,
  )
}

/** How the median of each question grew from the first size to the last. */
export function printGrowth({ sizes }: Figures): void {
  const [first, last] = [sizes[0], sizes.at(-1)]
  if (first === undefined || last === undefined || first === last) return
  console.log(
    `\nmedian at ${last.records.toLocaleString('en-US')} over median at ${first.records.toLocaleString('en-US')}`,
  )
  for (const { list, question, ours } of last.questions) {
    const before = first.questions.find(each => each.list === list && each.question === question)
    if (before) console.log(row([list, question, (ours.median / before.ours.median).toFixed(2)], WIDTHS))
  }
}

const WIDTHS = [-14, -30, 9, 9, 11, 9, 12]
const THROUGHPUT_WIDTHS = [-14, 9, 12, 7, 10, 7]

/** Cells of so many characters, negative ones to the left. */
function row(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, i) => ((widths[i] ?? 0) < 0 ? cell.padEnd(-(widths[i] ?? 0)) : cell.padStart(widths[i] ?? 0)))
    .join(' ')
}

function pair({ median, p99 }: Latency): readonly string[] {
  return [median.toFixed(2), p99.toFixed(2)]
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
