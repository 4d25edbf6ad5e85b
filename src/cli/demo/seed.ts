/** Fills an empty registry with the demo's past: the same records every time on the same day. */

import { hash } from 'node:crypto'
import type { Draft } from '../../registry/record.ts'
import type { Registry } from '../../server/registry.ts'
import { enterFor } from '../place.ts'
import type { DemoClock } from './clock.ts'
import { Company, DAY, type Delivery, PERIOD_DAYS, PERIODS } from './company.ts'

/** How far each look at the clock brings the past forward: a period has several hundred, and must not run over. */
const STEP = 29 * 60 * 1000 + 137

/**
 * Dates follow the day of the start, so that what is about to expire stays about to; everything else is fixed.
 * @param clock the registry's own; it goes through the past, and is released
 */
export async function seedDemo(registry: Registry, clock: DemoClock): Promise<void> {
  const today = Math.floor(clock.now() / DAY) * DAY
  const beginning = today - PERIODS * PERIOD_DAYS * DAY
  try {
    const company = new Company(beginning)
    for (let period = 0; period < PERIODS; period++) {
      const start = beginning + period * PERIOD_DAYS * DAY
      clock.putBack(start, start + PERIOD_DAYS * DAY - 1, STEP)
      for (const delivery of company.period(period, start)) await deliver(registry, delivery)
    }
  } finally {
    clock.release()
  }
}

async function deliver(registry: Registry, { product, scope: words, files }: Delivery): Promise<void> {
  const intake = registry.products.flatMap(({ intakes }) => intakes).find(intake => intake.product === product)
  if (!intake) throw new Error(`the demo knows a product ${product} that the registry does not have`)
  const { scope, context } = await enterFor(registry, intake, words)
  const drafts = files.flatMap(file => intake.drafts(file, context)).map(draft => settled(product, draft))
  await registry.storage.records.add(scope, drafts)
}

/** A draft without the chance that its product put in, and with the states that only time would bring. */
function settled(product: string, draft: Draft): Draft {
  const { facts } = draft
  const { fingerprint, attributes } = facts
  const digits = hash('sha256', `certfolio demo ${fingerprint}`)
  switch (product) {
    case 'apic':
      return { ...draft, facts: { ...facts, vendorId: digits.slice(0, 32) } }
    case 'iotda-devices': {
      const status = Number.parseInt(digits.slice(0, 2), 16) < 16 ? 'INACTIVE' : facts.status
      return { ...draft, facts: { ...facts, vendorId: uuidOf(digits), status } }
    }
    case 'iotda-cas': {
      const status = facts.owner.startsWith('Northwind') ? 'VERIFIED' : facts.status
      return { ...draft, facts: { ...facts, status, attributes: { ...attributes, verifyCode: uuidOf(digits) } } }
    }
    case 'scm':
      // The time of its making, which no other record of the demo has.
      return { ...draft, facts: { ...facts, vendorId: `scs${facts.updatedAt}` } }
    default:
      return draft
  }
}

/** A UUID of version 4 (RFC 9562 §5.4) from hex digits. */
function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
