/** Fills a registry with records for all five lists: real certificates, multiplied by varying what lists look at. */

import { createHash } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { enterFor } from '../src/cli/place.ts'
import type { Intake } from '../src/products/shared/product.ts'
import type { Draft } from '../src/registry/record.ts'
import type { Registry } from '../src/server/registry.ts'
import { Unreadable } from '../src/x509/unreadable.ts'

/** Drafts in one transaction. */
const BATCH = 1000

/**
 * Adds `count` records to the list of each intake.
 * @param say told what was done, a line each
 */
export async function fill(registry: Registry, count: number, say: (line: string) => void): Promise<void> {
  for (const product of registry.products)
    for (const intake of product.intakes) {
      const started = performance.now()
      await fillOne(registry, intake, count)
      const seconds = (performance.now() - started) / 1000
      say(`filled ${intake.product} with ${count} records, ${Math.round(count / seconds)} a second`)
    }
}

async function fillOne(registry: Registry, intake: Intake, count: number): Promise<void> {
  const { scope, context } = await enterFor(registry, intake, {})
  const samples = rootCertificates.flatMap((pem, index) => {
    try {
      return intake.drafts({ name: `root-${index}.pem`, bytes: Buffer.from(pem) }, context)
    } catch (error) {
      // Some roots are nothing for some products: SCM refuses a certificate that names no domain.
      if (error instanceof Unreadable) return []
      throw error
    }
  })
  for (let from = 0; from < count; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => from + index)
    const drafts = numbers.map(number => varied(samples[number % samples.length], number))
    await registry.storage.records.add(scope, drafts)
  }
}

/** A draft like the sample, but with names, ids and fingerprints of its own. */
function varied(sample: Draft | undefined, index: number): Draft {
  if (sample === undefined) throw new Error('there is no sample certificate')
  const { facts } = sample
  const fingerprint = createHash('sha256').update(`${index}`).digest('hex')
  const name = `${facts.name.slice(0, 30)}_${index}`
  return {
    ...sample,
    contents: [],
    facts: {
      ...facts,
      name,
      fingerprint,
      fingerprintSha1: fingerprint.slice(0, 40),
      vendorId: facts.vendorId === null ? null : vendorIdLike(facts.vendorId, index, fingerprint),
      uniqueKey: facts.uniqueKey === null ? null : `${facts.uniqueKey} ${index}`,
      searchText: facts.searchText.replace(facts.name.toLowerCase(), name.toLowerCase()),
      status: facts.statusWhenDue !== '' && index % 10 === 0 ? facts.statusWhenDue : facts.status,
    },
  }
}

function vendorIdLike(sample: string, index: number, digest: string): string {
  if (sample.startsWith('scs')) return `scs${1_600_000_000_000 + index}`
  return sample.includes('-')
    ? digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
    : digest.slice(0, 32)
}
