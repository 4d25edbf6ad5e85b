/** Chance that falls the same every time: SHA-256 of a seed and a counter. */

import { hash } from 'node:crypto'

export class Dice {
  readonly #seed: string
  #throws = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  /** An integer from 0 to below `sides`. */
  below(sides: number): number {
    return this.bytes().readUInt32BE() % sides
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0]
  }

  /** 32 bytes. */
  bytes(): Buffer {
    return hash('sha256', `${this.#seed} ${this.#throws++}`, 'buffer')
  }
}
