/** CSV (RFC 4180) that a spreadsheet opens without running any of it. */

/**
 * What spreadsheets take for the beginning of a formula, in their full-width forms too, and what they leave out before
 * they look.
 */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell => `"${disarmed(cell).replaceAll('"', '""')}"`).join(',')}\r\n`
}

/** An apostrophe says "text" to every spreadsheet (OWASP, CSV injection). */
function disarmed(cell: string): string {
  return FORMULA.test(cell.trimStart()) || FORMULA.test(cell) ? `'${cell}` : cell
}
