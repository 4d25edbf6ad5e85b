/** What the bench asks of each list, and the same as somebody would ask a plain table. */

import type { FirstRun } from '../src/identity/first-account.ts'
import { recordIdOf } from '../src/products/iotda/record-id.ts'
import { OTHER_USER, OTHERS } from './generate/intakes.ts'
import { ABSENT, COMMON, COMMON_DEVICE, RARE } from './generate/names.ts'
import type { PlainQuestion } from './plain.ts'

/** A question, asked of both. */
export interface Question {
  readonly list: ListName
  /** Stable: figures go by it. */
  readonly name: string
  readonly path: string
  readonly plain: PlainQuestion
}

export const LISTS = ['dataworks', 'iotda-devices', 'iotda-cas', 'scm', 'apic'] as const
export type ListName = (typeof LISTS)[number]

/** What is known of a filled list. */
export interface Sample {
  readonly records: number
  /** The record's columns at a place in ascending order of record numbers, from 0. */
  at(place: number): SampleRow
}

export interface SampleRow {
  readonly number: number
  readonly commonName: string
  readonly fingerprint: string
  readonly fingerprintSha1: string
}

/** Records of a page: what all five lists can be asked for. */
export const PAGE = 10
const DAY = 86_400_000

type Asked = readonly [name: string, query: string, plain?: Partial<PlainQuestion>]

/** Every window, filter and order that the lists declare. @param now Unix ms */
export function questionsOf(list: ListName, sample: Sample, firstRun: FirstRun, now: number): readonly Question[] {
  const asked = { dataworks, 'iotda-devices': devices, 'iotda-cas': cas, scm, apic }[list](sample, firstRun, now)
  return asked.map(([name, query, plain = {}]) => ({
    list,
    name,
    path: pathOf(list, query, firstRun),
    plain: { where: '', values: [], order: ORDERS[list], skip: 0, ...plain },
  }))
}

/** The page that begins after so many records. */
export function pageOf(list: ListName, place: number, sample: Sample, firstRun: FirstRun): string {
  return pathOf(list, windowAt(list, place, sample), firstRun)
}

const ORDERS: Readonly<Record<ListName, string>> = {
  dataworks: 'number ASC',
  'iotda-devices': 'number DESC',
  'iotda-cas': 'number DESC',
  scm: 'updated_at DESC, number DESC',
  apic: 'number DESC',
}

function pathOf(list: ListName, query: string, { project, apic, dataworks }: FirstRun): string {
  const bases = {
    dataworks: `/?ProjectId=${dataworks.projectId}&PageSize=${PAGE}`,
    'iotda-devices': `/v5/iot/${project.id}/device-certificates?limit=${PAGE}`,
    'iotda-cas': `/v5/iot/${project.id}/certificates?limit=${PAGE}`,
    scm: `/v3/scm/certificates?limit=${PAGE}`,
    apic: `/v2/${project.id}/apic/certificates?instance_id=${apic.instanceId}&limit=${PAGE}`,
  }
  return bases[list] + query
}

/** A marker counts from the newest record. */
function windowAt(list: ListName, place: number, sample: Sample): string {
  if (place === 0) return ''
  if (list === 'dataworks') return `&PageNumber=${Math.floor(place / PAGE) + 1}`
  if (list === 'scm' || list === 'apic') return `&offset=${place}`
  return `&marker=${recordIdOf(sample.at(sample.records - place).number)}`
}

function windows(list: ListName, sample: Sample): readonly Asked[] {
  const places = {
    'first page': 0,
    'middle page': Math.floor(sample.records / 2 / PAGE) * PAGE,
    'last page': Math.max(0, sample.records - PAGE),
  }
  return Object.entries(places).map(([name, skip]) => [name, windowAt(list, skip, sample), { skip }])
}

/** A part of a text that a tenth of the records have, that a few have, that none has, and one of a single character. */
function parts(parameter: string): readonly Asked[] {
  const asked: readonly (readonly [string, string])[] = [
    ['common', COMMON],
    ['rare', RARE],
    ['absent', ABSENT],
    ['one character', 'z'],
  ]
  return asked.map(([kind, part]) => [
    `${parameter} ${kind}`,
    `&${parameter}=${part}`,
    { where: "search_text LIKE '%' || ? || '%'", values: [part] },
  ])
}

function dataworks(sample: Sample): readonly Asked[] {
  return [
    ...windows('dataworks', sample),
    ...parts('Name'),
    ['CreateUser', `&CreateUser=${OTHER_USER}`, { where: 'creator = ?', values: [OTHER_USER] }],
    ['CreateTime', '&StartCreateTime=0&EndCreateTime=4102444800000', { where: 'number >= ?', values: [0] }],
    ['by Name', '&SortBy=Name&Order=Asc', { order: 'name ASC, number ASC' }],
    [
      'by Name, last page',
      `&SortBy=Name&Order=Desc&PageNumber=${Math.floor(sample.records / PAGE)}`,
      {
        order: 'name DESC, number DESC',
        skip: Math.max(0, sample.records - PAGE),
      },
    ],
    ['by Id, descending', '&SortBy=Id&Order=Desc', { order: 'number DESC' }],
  ]
}

function devices(sample: Sample): readonly Asked[] {
  const row = sample.at(Math.floor(sample.records / 3))
  const prefix = (kind: string, text: string): Asked => [
    `common_name ${kind}`,
    `&common_name=${text}`,
    { where: 'search_text GLOB ?', values: [`${text}*`] },
  ]
  return [
    ...windows('iotda-devices', sample),
    ['offset 500', '&offset=500', { skip: 500 }],
    prefix('common', COMMON_DEVICE),
    prefix('rare', row.commonName.slice(0, -1)),
    prefix('absent', ABSENT),
    ['fingerprint SHA-256', `&fingerprint=${row.fingerprint}`, { where: 'fingerprint = ?', values: [row.fingerprint] }],
    [
      'fingerprint SHA-1',
      `&fingerprint=${row.fingerprintSha1}`,
      {
        where: 'fingerprint_sha1 = ?',
        values: [row.fingerprintSha1],
      },
    ],
  ]
}

function cas(sample: Sample, { iotda }: FirstRun): readonly Asked[] {
  const where = 'compartment = ?'
  return [
    ...windows('iotda-cas', sample),
    ['offset 500', '&offset=500', { skip: 500 }],
    ['app_id', `&app_id=${iotda.appId}`, { where, values: [iotda.appId] }],
  ]
}

function scm(sample: Sample, _: FirstRun, now: number): readonly Asked[] {
  const expired = now - 30 * DAY
  const last = Math.max(0, sample.records - PAGE)
  const byExpiry = 'not_after ASC, number ASC'
  return [
    ...windows('scm', sample),
    ...parts('content'),
    ['status', '&status=EXPIRED', { where: 'status = ?', values: ['EXPIRED'] }],
    ['status rare', '&status=REVOKED', { where: 'status = ?', values: ['REVOKED'] }],
    ['enterprise_project_id', `&enterprise_project_id=${OTHERS[0]}`, { where: 'compartment = ?', values: [OTHERS[0]] }],
    ['deploy_support', '&deploy_support=true', { where: "deployable = 1 AND status IN ('ISSUED', 'UPLOAD')" }],
    ['expired_days_since', '&expired_days_since=30', { where: 'not_after >= ?', values: [expired] }],
    ['by certExpiredTime', '&sort_key=certExpiredTime&sort_dir=ASC', { order: byExpiry }],
    [
      'by certExpiredTime, last page',
      `&sort_key=certExpiredTime&sort_dir=ASC&offset=${last}`,
      {
        order: byExpiry,
        skip: last,
      },
    ],
    ['by certStatus', '&sort_key=certStatus&sort_dir=ASC', { order: 'status ASC, number ASC' }],
    [
      'status, by certExpiredTime',
      '&status=UPLOAD&sort_key=certExpiredTime&sort_dir=ASC',
      {
        where: 'status = ?',
        values: ['UPLOAD'],
        order: byExpiry,
      },
    ],
  ]
}

function apic(sample: Sample): readonly Asked[] {
  const { commonName } = sample.at(Math.floor(sample.records / 3))
  return [
    ...windows('apic', sample),
    ...parts('name'),
    ['common_name', `&common_name=${commonName}`, { where: 'common_name = ?', values: [commonName] }],
    [
      'signature_algorithm',
      '&signature_algorithm=ECDSA-SHA256',
      {
        where: 'signature_algorithm = ?',
        values: ['ecdsa-with-SHA256'],
      },
    ],
    ['algorithm_type', '&algorithm_type=SM2', { where: 'key_algorithm = ?', values: ['SM2'] }],
    ['type', '&type=global', { where: "compartment = 'common'" }],
  ]
}
