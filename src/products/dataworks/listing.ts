/** How certificate files are listed (DataWorks 2024-05-18 ListCertificates, seed 000). */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import type { FilterValue, Listing, ListingDeclaration } from '../../registry/listing.ts'
import { firstNumberAt } from '../../registry/record-number.ts'
import { oneOf } from '../shared/parameters.ts'
import { MAX_NAME_CHARACTERS, MAX_PAGE_NUMBER, MAX_PAGE_SIZE, MAX_USER_ID_CHARACTERS } from './limits.ts'
import { PROJECT_ID } from './parameters.ts'

/** No name and no user id holds a control character, so a question that does is a mistake. */
const NO_CONTROL_CHARACTERS = '^\\P{Cc}*$'

/** The request parameters of ListCertificates. Numbers without digits (`PageSize=`) are as if absent. */
export const LIST_QUERY = Type.Object({
  ProjectId: PROJECT_ID,
  PageSize: Type.Integer({
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: 10,
    description: 'The number of entries per page.',
  }),
  PageNumber: Type.Integer({ minimum: 1, maximum: MAX_PAGE_NUMBER, default: 1, description: 'The page number.' }),
  Name: Type.Optional(
    Type.String({
      maxLength: MAX_NAME_CHARACTERS,
      pattern: NO_CONTROL_CHARACTERS,
      description: 'A part of the file name; upper and lower case are the same, and no character is a wildcard.',
    }),
  ),
  CreateUser: Type.Optional(
    Type.String({
      maxLength: MAX_USER_ID_CHARACTERS,
      pattern: NO_CONTROL_CHARACTERS,
      description: 'The ID of the user who created the file.',
    }),
  ),
  StartCreateTime: Type.Optional(
    Type.Integer({ format: 'int64', description: 'Created at this time or later, in Unix milliseconds.' }),
  ),
  EndCreateTime: Type.Optional(
    Type.Integer({ format: 'int64', description: 'Created at this time or earlier, in Unix milliseconds.' }),
  ),
  SortBy: oneOf(['CreateTime', 'Id', 'Name'], {
    anyCase: true,
    default: 'Id',
    description: 'The field to sort by, in any letter case.',
  }),
  Order: oneOf(['Asc', 'Desc'], {
    anyCase: true,
    default: 'Asc',
    description: 'The direction, in any letter case: the seed spells it both `ASC` and `Asc`.',
  }),
})

/**
 * The listing of a workspace's certificate files. Record numbers grow with the creation time, so `CreateTime` and `Id`
 * are one order, and a range of times is a range of numbers. Text is ordered by code point.
 */
export const CERTIFICATES: ListingDeclaration = {
  product: 'dataworks',
  filters: {
    Name: { kind: 'contains' },
    CreateUser: { kind: 'equals', column: 'creator' },
    CreateTime: { kind: 'between', column: 'number' },
  },
  orders: { Id: 'number', CreateTime: 'number', Name: 'name' },
  tallies: [['CreateUser']],
}

/** The registry's question for a request. */
export function listingOf(query: Static<typeof LIST_QUERY>): Listing {
  const filters: Record<string, FilterValue> = {}
  if (query.Name !== undefined) filters.Name = folded(query.Name)
  if (query.CreateUser !== undefined) filters.CreateUser = query.CreateUser
  if (query.StartCreateTime !== undefined || query.EndCreateTime !== undefined)
    filters.CreateTime = numbersCreated(query.StartCreateTime, query.EndCreateTime)
  return {
    declaration: CERTIFICATES,
    filters,
    order: query.SortBy,
    direction: query.Order === 'Asc' ? 'ascending' : 'descending',
    window: { skip: (query.PageNumber - 1) * query.PageSize, take: query.PageSize },
  }
}

/**
 * The record numbers that were assigned between two times (Unix ms), both inclusive (reference §2). Times that no
 * number can have been assigned at, and a start behind the end as in the seed's own example, give an empty range.
 */
export function numbersCreated(start: number | undefined, end: number | undefined): { from?: number; to?: number } {
  return {
    ...(start !== undefined && { from: firstNumberAt(start) }),
    ...(end !== undefined && { to: firstNumberAt(end + 1) - 1 }),
  }
}

/**
 * A file name, or a part of one, as `Name` compares it: letter case does not matter, a Greek sigma at the end of the
 * question is the one within a word, and it does not matter whether an accent is a character of its own.
 */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ')
}
