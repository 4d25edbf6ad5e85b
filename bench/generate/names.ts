/**
 * Names of things that have certificates. Their words are chosen so that a search for a part of a name meets a tenth of
 * the records (`COMMON`), one in ten thousand (`RARE`) or none (`ABSENT`).
 */

import type { Seeded } from './seeded.ts'

export const COMMON = 'gateway'
export const RARE = 'zephyr'
export const ABSENT = 'quokka'
/** Of ten thousand names, how many have the rare word. */
const RARE_SHARE = 1
const COMMON_SHARE = 1000
/** The beginning of a third of all device names. */
export const COMMON_DEVICE = 'meter'

const ROLES = [
  'api',
  'auth',
  'billing',
  'broker',
  'cache',
  'console',
  'edge',
  'ingest',
  'login',
  'mail',
  'metrics',
] as const
const MORE_ROLES = [
  'orders',
  'payments',
  'portal',
  'proxy',
  'registry',
  'search',
  'static',
  'tickets',
  'vpn',
  'www',
] as const
const PLACES = ['ams', 'bj4', 'cn-north', 'eu-west', 'fra', 'gz', 'hk', 'lon', 'sgp', 'sh', 'tokyo', 'zurich'] as const
const DOMAINS = [
  'acme.example',
  'corp.acme.example',
  'iot.acme.example',
  'shop.example',
  'bank.example',
  'rail.example',
] as const
const DEVICES = ['pump', 'valve', 'camera', 'sensor', 'turbine', 'charger'] as const
export const ORGANISATIONS = [
  'Acme',
  'Acme Rail',
  'Northwind',
  'Contoso Energy',
  'Globex',
  'Initech',
  'Umbrella Labs',
] as const

function role(seeded: Seeded): string {
  const draw = seeded.below(10_000)
  if (draw < RARE_SHARE) return RARE
  return draw < RARE_SHARE + COMMON_SHARE ? COMMON : seeded.of([...ROLES, ...MORE_ROLES])
}

/** `gateway-fra-0004711.iot.acme.example`. */
export function hostOf(number: number, seeded: Seeded): string {
  return `${role(seeded)}-${seeded.of(PLACES)}-${digits(number)}.${seeded.of(DOMAINS)}`
}

/** `meter-0004711`, `pump-0004711-gateway`: at most 32 characters. */
export function deviceOf(number: number, seeded: Seeded): string {
  const kind = seeded.below(3) === 0 ? COMMON_DEVICE : seeded.of(DEVICES)
  const draw = seeded.below(10)
  return `${kind}-${digits(number)}${draw === 0 ? `-${role(seeded)}` : ''}`
}

function digits(number: number): string {
  return String(number).padStart(8, '0')
}
