/** `certfolio doctor`: holds the registry against itself, and says what is wrong. */

import type { Finding } from '../registry/archive.ts'
import { whereIs } from './backup.ts'
import type { Rooms, Streams } from './cli.ts'
import { counted, longWork } from './long-work.ts'

export const DOCTOR_HELP = `
Reads everything and changes nothing, also while a server runs: the engine's own check, the schema, every content
against its SHA-256, every record against its certificate, every secret against the master key, links, totals, the text
index, record numbers, and the modes of the files.`

export interface DoctorRequest {
  readonly json: boolean
  readonly flags: Readonly<Record<string, string | undefined>>
}

/** @returns whether nothing is wrong. @throws Usage */
export async function examine({ json, flags }: DoctorRequest, rooms: Rooms, io: Streams): Promise<boolean> {
  const findings: Finding[] = []
  const archive = rooms.openArchive(whereIs(flags, rooms.env))
  const examined = await longWork('reading', io.stderr, options =>
    archive.examine(finding => findings.push(finding), options),
  )
  const healthy = findings.length === 0
  if (json) io.stdout.write(`${JSON.stringify({ healthy, ...examined, findings })}\n`)
  else {
    const { records, contents, secrets } = examined
    const read = [counted(records, 'record'), counted(contents, 'content'), counted(secrets, 'sealed secret')].join(
      ', ',
    )
    for (const { check, says } of findings) io.stdout.write(`${check}: ${printable(says)}\n`)
    io.stdout.write(`${read} read: ${healthy ? 'nothing is wrong' : counted(findings.length, 'finding')}.\n`)
  }
  return healthy
}

/** A damaged store may hold what moves a terminal's cursor. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, mark => `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
}
