/** A cache that forgets what was longest not asked for. */

export class BoundedCache<V> {
  readonly #most: number
  readonly #values = new Map<string, V>()

  /** @param most values that are kept */
  constructor(most: number) {
    this.#most = most
  }

  get(key: string, make: () => V): V {
    let value = this.#values.get(key)
    if (value === undefined) value = make()
    else this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size > this.#most) {
      const oldest = this.#values.keys().next()
      if (oldest.done === false) this.#values.delete(oldest.value)
    }
    return value
  }
}
