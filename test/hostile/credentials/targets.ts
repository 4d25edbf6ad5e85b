/** The five lists, each with the ways in which its clients say who they are. */

import { makeCertificate } from '../../support/certificates.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../support/registry.ts'
import {
  type Answer,
  compactDate,
  extendedDate,
  type Key,
  newNonce,
  type Request,
  send,
  signAcs3As,
  signHuaweiAs,
  signV1As,
  withHeader,
} from './wire.ts'

export type ProductName = 'dataworks' | 'iotda-devices' | 'iotda-cas' | 'scm' | 'apic'
export const PRODUCTS: readonly ProductName[] = ['dataworks', 'iotda-devices', 'iotda-cas', 'scm', 'apic']
export const HUAWEI = PRODUCTS.filter(product => product !== 'dataworks')

/** A name that only a list may show. */
export const CANARY = 'canary.example.com'

export interface Stage {
  readonly registry: TestRegistry
  /** The time of the registry and of the signatures. */
  now: number
  readonly key: Key
  readonly token: string
  close(): Promise<void>
}

/** A registry with one certificate in each list. */
export async function openStage(options: Omit<TestRegistryOptions, 'clock'> = {}): Promise<Stage> {
  const stage = { now: Date.UTC(2026, 2, 30, 8) } as { -readonly [Name in keyof Stage]: Stage[Name] }
  const registry = await startRegistry({ ...options, clock: () => stage.now })
  const { pem } = makeCertificate({ subject: `CN=${CANARY}`, sans: [CANARY], ca: true })
  for (const product of PRODUCTS) await registry.bringIn(product, { [`${CANARY}.pem`]: pem })
  const { id, secret } = registry.firstRun.accessKey
  return Object.assign(stage, {
    registry,
    key: { ak: id, sk: secret },
    token: await registry.token(),
    close: () => registry.close(),
  })
}

export function targetOf(product: ProductName, { firstRun }: TestRegistry): string {
  const { project, apic } = firstRun
  switch (product) {
    case 'dataworks':
      return `/?ProjectId=${firstRun.dataworks.projectId}&PageSize=10`
    case 'iotda-devices':
      return `/v5/iot/${project.id}/device-certificates?limit=10`
    case 'iotda-cas':
      return `/v5/iot/${project.id}/certificates?limit=10`
    case 'scm':
      return '/v3/scm/certificates?limit=10'
    case 'apic':
      return `/v2/${project.id}/apic/certificates?instance_id=${apic.instanceId}&limit=10`
  }
}

export type SchemeName = 'SDK-HMAC-SHA256' | 'V11-HMAC-SHA256' | 'ACS3-HMAC-SHA256' | 'RPC V1'

/** The schemes of a product's clients. */
export function schemesOf(product: ProductName): readonly SchemeName[] {
  return product === 'dataworks' ? ['ACS3-HMAC-SHA256', 'RPC V1'] : ['SDK-HMAC-SHA256', 'V11-HMAC-SHA256']
}

/** Every product with every scheme. */
export const PAIRS = PRODUCTS.flatMap(product => schemesOf(product).map(scheme => [product, scheme] as const))

/** The headers and parameters of a request that is not signed yet. */
export function unsigned(stage: Stage, product: ProductName, scheme: SchemeName, at = stage.now): Request {
  const host = ['Host', `127.0.0.1:${stage.registry.port}`] as const
  const target = targetOf(product, stage.registry)
  switch (scheme) {
    case 'ACS3-HMAC-SHA256':
      return {
        method: 'GET',
        target,
        headers: [
          host,
          ['x-acs-action', 'ListCertificates'],
          ['x-acs-version', '2024-05-18'],
          ['x-acs-date', extendedDate(at)],
          ['x-acs-signature-nonce', newNonce()],
          ['x-acs-content-sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
        ],
        body: '',
      }
    case 'RPC V1': {
      const common = new URLSearchParams({
        Action: 'ListCertificates',
        Version: '2024-05-18',
        Format: 'JSON',
        AccessKeyId: stage.key.ak,
        SignatureMethod: 'HMAC-SHA1',
        SignatureVersion: '1.0',
        SignatureNonce: newNonce(),
        Timestamp: extendedDate(at),
      })
      return { method: 'GET', target: `${target}&${common}`, headers: [host], body: '' }
    }
    default:
      return {
        method: 'GET',
        target,
        headers: [
          host,
          ['Content-Type', 'application/json'],
          ['X-Project-Id', stage.registry.firstRun.project.id],
          ['X-Sdk-Date', compactDate(at)],
        ],
        body: '',
      }
  }
}

/** @param only the headers that are covered; all without it */
export function sign(request: Request, scheme: SchemeName, key: Key, only?: readonly string[]): Request {
  switch (scheme) {
    case 'ACS3-HMAC-SHA256':
      return signAcs3As(request, key, only)
    case 'RPC V1':
      return signV1As(request, key)
    default:
      return signHuaweiAs(request, key, scheme === 'V11-HMAC-SHA256', only)
  }
}

/** A request that is let in. */
export function signed(stage: Stage, product: ProductName, scheme: SchemeName, at = stage.now): Request {
  return sign(unsigned(stage, product, scheme, at), scheme, stage.key)
}

export function withToken(stage: Stage, product: ProductName, token = stage.token): Request {
  const host = ['Host', `127.0.0.1:${stage.registry.port}`] as const
  const request = { method: 'GET', target: targetOf(product, stage.registry), headers: [host], body: '' }
  return withHeader(request, 'X-Auth-Token', token)
}

/** Asks; then so much time passes that no address is throttled for what a test has to try. */
export async function ask(stage: Stage, request: Request, from?: string): Promise<Answer> {
  const answer = await send(stage.registry.port, request, from)
  stage.now += 250
  return answer
}

export function isLetIn({ status, text }: Answer): boolean {
  return status === 200 && text.includes(CANARY)
}

/** Status and code of a refusal in the product's own envelope; `undefined` for anything else, and for one that tells. */
export function refusalIn(product: ProductName, { status, json, text }: Answer): readonly [number, string] | undefined {
  if (status < 400 || status >= 500 || text.includes(CANARY)) return undefined
  const [code, message] = product === 'dataworks' ? [json?.Code, json?.Message] : [json?.error_code, json?.error_msg]
  return typeof code === 'string' && typeof message === 'string' ? [status, code] : undefined
}
