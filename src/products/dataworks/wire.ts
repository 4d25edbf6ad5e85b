/** How DataWorks 2024-05-18 writes its answers (seed 000; reference §1, §4.1). */

import type { RegistryRecord } from '../../registry/record.ts'
import { timeOfNumber } from '../../registry/record-number.ts'
import type { Page } from '../../registry/store.ts'
import type { Reply } from '../shared/failure.ts'

/** The request id as the vendor writes it: an upper-case UUID. @param id 32 lower-case hex digits */
export function requestIdOf(id: string): string {
  const hex = id.toUpperCase()
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Headers of every answer: `x-acs-request-id` equals `RequestId` (reference §1.0). @param id as `WireRequest.id` */
export function headersOf(id: string): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': requestIdOf(id) }
}

/** 200 with the request id and more. It never holds `Code`: older clients would take it for an error (reference §4.2). */
export function answer(id: string, body: object): Reply {
  return { status: 200, body: { RequestId: requestIdOf(id), ...body } }
}

/** One page; the certificates are inside of the paging object, and an empty page has an empty list (seed 000). */
export function pagingInfoOf(page: Page, { PageSize, PageNumber }: { PageSize: number; PageNumber: number }) {
  return { PageSize, TotalCount: page.total, PageNumber, Certificates: page.records.map(certificateOf) }
}

/** A certificate file as the list has it (seed 000). `CreateTime` in Unix milliseconds, `CreateUser` a string. */
export function certificateOf(record: RegistryRecord) {
  return {
    Id: record.number,
    Name: record.name,
    CreateUser: record.creator,
    CreateTime: timeOfNumber(record.number),
    FileSizeInBytes: record.contentSize,
    Description: record.description,
  }
}
