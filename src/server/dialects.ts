/** Finds whose words an answer is in, for requests that reach no operation: by path prefix, or RPC. */

import { pathOf, type WireHeaders } from '../identity/wire-request.ts'
import type { Product } from '../products/shared/product.ts'
import { ownWords, type Speaker } from './own-words.ts'
import { isRpc } from './rpc.ts'

interface Space {
  /** `undefined` for a segment that may be anything. */
  readonly segments: readonly (string | undefined)[]
  readonly product: Product
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter(segment => segment !== '')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

export class Dialects {
  readonly #spaces: readonly Space[]
  readonly #rpc: Product | undefined

  constructor(products: readonly Product[]) {
    this.#rpc = products.find(product => product.choose)
    this.#spaces = products
      .flatMap(product =>
        product.prefixes.map(prefix => ({
          segments: segmentsOf(prefix).map(segment => (/^[:{]/.test(segment) ? undefined : segment)),
          product,
        })),
      )
      // The root is no prefix of everything: who is meant there is said by the request (see `isRpc`).
      .filter(space => space.segments.length > 0)
      .sort((a, b) => b.segments.length - a.segments.length)
  }

  /** The product in whose path space a target lies. */
  productAt(target: string): Product | undefined {
    const path = segmentsOf(pathOf(target)).map(decoded)
    return this.#spaces.find(({ segments }) =>
      segments.every((segment, i) => path[i] !== undefined && (segment === undefined || segment === path[i])),
    )?.product
  }

  /** The product that an RPC request is for, outside of every other product's path space. */
  rpcFor(target: string, headers: WireHeaders, form = ''): Product | undefined {
    return this.productAt(target) === undefined && isRpc(target, headers, form) ? this.#rpc : undefined
  }

  /**
   * Who answers for a target.
   * @param isCut whether only its beginning is known: then a query at the root is taken for an RPC request's
   */
  speakerFor(target: string, headers: WireHeaders, isCut = false): Speaker {
    const found = this.productAt(target) ?? this.rpcFor(target, headers)
    return found ?? (isCut && target.startsWith('/?') ? this.#rpc : undefined) ?? ownWords
  }
}
