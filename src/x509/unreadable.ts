/**
 * Input that cannot be read as what it should be. The message is one sentence for the person who sent the input; it
 * never holds any of the input itself, so it may be shown, logged and stored, also when the input was a private key.
 */
export class Unreadable extends Error {
  /** What is wrong, beginning with what it is wrong with: `notAfter is not a valid date`. */
  readonly what: string
  /** Where it is wrong: `byte 143`, `PEM block 2, line 31, byte 143`, or `the input` as a whole. */
  readonly where: string

  constructor(what: string, where: string) {
    super(`${what.charAt(0).toUpperCase()}${what.slice(1)} (${where}).`)
    this.name = 'Unreadable'
    this.what = what
    this.where = where
  }

  /** The same fault seen from further out: `PEM block 2, line 31` before the byte inside of it. */
  within(outer: string): Unreadable {
    return new Unreadable(this.what, `${outer}, ${this.where}`)
  }
}
