/** A made-up company's certificates: which files come into which product in the course of some four hundred days. */

import { rootCertificates } from 'node:tls'
import type { IntakeFile } from '../../products/shared/product.ts'
import { Authority, ellipticPair, type KeyPair, pairOf } from './authority.ts'
import { Dice } from './dice.ts'
import { fixedCertificates } from './fixed-certificates.ts'
import { deviceAuthorityKeyPem, rootKeyPem, serverAuthorityKeyPem, serverKeyPems } from './keys.ts'

/** Files that come into one place of one product. */
export interface Delivery {
  readonly product: string
  /** As the words of `--scope`. */
  readonly scope: Readonly<Record<string, string>>
  readonly files: readonly IntakeFile[]
}

/** The demo's past, in periods. */
export const PERIODS = 10
export const PERIOD_DAYS = 40
export const DAY = 24 * 60 * 60 * 1000

const DEVICES = 200
const SERVERS = 24
const GATEWAYS = 12
const FILES = 24

const O = 'Northwind Trading'
const C = 'NL'

export class Company {
  readonly #dice = new Dice('northwind')
  readonly #root = new Authority({ C, O, CN: 'Northwind Root CA' }, rootKeyPem)
  readonly #devices = new Authority({ C, O, CN: 'Northwind Device CA' }, deviceAuthorityKeyPem)
  readonly #servers = new Authority({ C, O, CN: 'Northwind Server CA' }, serverAuthorityKeyPem)
  readonly #rsaPairs = serverKeyPems.map(pairOf)
  readonly #rootPem: string
  readonly #devicesPem: string
  readonly #serversPem: string
  #made = 0

  /** @param from the beginning of the demo's past, Unix ms */
  constructor(from: number) {
    const years = (count: number) => ({ notBefore: from - 30 * DAY, notAfter: from + count * 365 * DAY })
    this.#rootPem = this.#root.issue({ ...this.#root.subject, ...years(15) })
    this.#devicesPem = this.#root.issue({ ...this.#devices.subject, ...years(10) })
    this.#serversPem = this.#root.issue({ ...this.#servers.subject, ...years(10) })
  }

  /** What one period brings. @param start its beginning, Unix ms */
  period(index: number, start: number): readonly Delivery[] {
    return [
      ...(index === 0 ? [this.#authorities()] : []),
      { product: 'dataworks', scope: {}, files: many(FILES, () => this.#file(start)) },
      { product: 'iotda-devices', scope: {}, files: many(DEVICES, () => this.#device(start)) },
      { product: 'scm', scope: {}, files: many(SERVERS, () => this.#server(start)) },
      { product: 'apic', scope: {}, files: many(GATEWAYS, () => this.#gateway(start)) },
      {
        product: 'apic',
        scope: { instance: 'common' },
        files: [...many(2, () => this.#gateway(start)), ...fixed(index)],
      },
    ]
  }

  /** The company's own authorities and those that the runtime trusts. */
  #authorities(): Delivery {
    return {
      product: 'iotda-cas',
      scope: {},
      files: [
        textFile('northwind.pem', this.#rootPem + this.#devicesPem),
        ...rootCertificates.map((pem, i) => textFile(`root-${i}.pem`, pem)),
      ],
    }
  }

  #device(start: number): IntakeFile {
    const kind = this.#dice.pick(['sensor', 'meter', 'camera', 'controller'])
    const site = this.#dice.pick(['Amersfoort', 'Rotterdam', 'Porto', 'Gdansk'])
    const CN = `${kind}-${this.#number()}`
    const lifetime = this.#dice.pick([90, 365, 730, 3650])
    const { spki } = ellipticPair(CN)
    const pem = this.#devices.issue({
      name: { C, O, OU: site, CN },
      spki,
      use: 'client',
      ...this.#dates(start, lifetime),
    })
    return textFile(`${CN}.pem`, pem)
  }

  /** Of a web server: ninety days to a year, so that some have expired and some are about to. */
  #server(start: number): IntakeFile {
    const host = `${this.#dice.pick(['www', 'shop', 'api', 'login', 'cdn', 'status'])}-${this.#number()}`
    const domain = this.#dice.pick(['northwind.example', 'northwind-shop.example', 'northwind.test'])
    const { pem, pair } = this.#serverCertificate(`${host}.${domain}`, start, this.#dice.pick([90, 199, 397]))
    return { ...textFile(`${host}.pem`, pem + this.#serversPem), privateKeyPem: pair.keyPem }
  }

  #gateway(start: number): IntakeFile {
    const name = `gw_${this.#dice.pick(['orders', 'stock', 'fleet', 'billing'])}_${this.#number()}`
    const domain = `${name.replaceAll('_', '-')}.gateway.northwind.example`
    const { pem, pair } = this.#serverCertificate(domain, start, this.#dice.pick([199, 397]))
    return { ...textFile(`${name}.pem`, pem), privateKeyPem: pair.keyPem }
  }

  /** What a data platform's connections need: certificates, bundles, certificates with keys, and what is none. */
  #file(start: number): IntakeFile {
    const name = `${this.#dice.pick(['kafka', 'hive', 'hbase', 'presto'])}-${this.#number()}`
    const { pem, pair } = this.#serverCertificate(`${name}.data.northwind.example`, start, 397)
    switch (this.#dice.below(6)) {
      case 0:
        return textFile(`${name}-chain.pem`, pem + this.#serversPem + this.#rootPem)
      case 1:
        return textFile(`${name}-client.pem`, pem + pair.keyPem)
      case 2:
        return { name: `${name}.keytab`, bytes: Buffer.concat([Buffer.of(5, 2), this.#dice.bytes()]) }
      case 3:
        return {
          name: `${name}.jks`,
          bytes: Buffer.concat([Buffer.from('feedfeed00000002', 'hex'), this.#dice.bytes()]),
        }
      default:
        return textFile(`${name}.crt`, pem)
    }
  }

  #serverCertificate(domain: string, start: number, lifetime: number): { pem: string; pair: KeyPair } {
    const rsa = this.#dice.below(2) === 0 ? this.#rsaPairs[this.#dice.below(this.#rsaPairs.length)] : undefined
    const pair = rsa ?? ellipticPair(domain)
    const { spki } = pair
    const dnsNames = [domain, `*.${domain}`]
    const dates = this.#dates(start, lifetime)
    return { pem: this.#servers.issue({ name: { C, O, CN: domain }, spki, dnsNames, use: 'server', ...dates }), pair }
  }

  /** From a day or a few before the period on. */
  #dates(start: number, days: number) {
    const notBefore = start - (1 + this.#dice.below(9)) * DAY
    return { notBefore, notAfter: notBefore + days * DAY }
  }

  #number(): string {
    this.#made++
    return String(this.#made).padStart(4, '0')
  }
}

/** One of the certificates that cannot be made here, for the first periods. */
function fixed(index: number): readonly IntakeFile[] {
  const certificate = fixedCertificates[index]
  return certificate
    ? [{ ...textFile(`gw_${certificate.name}.pem`, certificate.pem), privateKeyPem: certificate.keyPem }]
    : []
}

function many<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make)
}

function textFile(name: string, text: string): IntakeFile {
  return { name, bytes: Buffer.from(text) }
}
