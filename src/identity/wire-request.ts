/** A request exactly as it came over the wire: what signatures are made of. Nothing here is normalised. */

/** Header lines in the order they came. */
export class WireHeaders {
  /** Names and values in turn, as `IncomingMessage.rawHeaders`; values are latin-1 text. */
  readonly raw: readonly string[]

  constructor(raw: readonly string[]) {
    this.raw = raw
  }

  /** Every value of a header, in order. @param name in lower case */
  all(name: string): readonly string[] {
    const values: string[] = []
    for (let i = 0; i + 1 < this.raw.length; i += 2)
      if (this.raw[i]?.toLowerCase() === name) values.push(this.raw[i + 1] ?? '')
    return values
  }

  /** The first value of a header. @param name in lower case */
  first(name: string): string | undefined {
    for (let i = 0; i + 1 < this.raw.length; i += 2) if (this.raw[i]?.toLowerCase() === name) return this.raw[i + 1]
    return undefined
  }
}

export interface WireRequest {
  /** 32 lower-case hex digits; every answer carries it. */
  readonly id: string
  readonly method: string
  /** The request target: path and query, undecoded. */
  readonly target: string
  readonly headers: WireHeaders
  readonly body: Uint8Array
  readonly remoteAddress: string
}

/** The undecoded query of a request target; empty without one. */
export function queryOf(target: string): string {
  const mark = target.indexOf('?')
  return mark < 0 ? '' : target.slice(mark + 1)
}

/** The undecoded path of a request target. */
export function pathOf(target: string): string {
  const mark = target.indexOf('?')
  return mark < 0 ? target : target.slice(0, mark)
}
