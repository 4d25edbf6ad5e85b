/** SCM's certificate ids: `scs` and 13 digits, the Unix milliseconds of their making (reference §0.7). */

/** A well-formed id; 16 characters (seed 003, table 4). */
export const certificateIdForm = /^scs\d{13}$/

/** Gives out ids: each of a later millisecond than the last one, also when several are made in one. */
export class CertificateIds {
  #last = 0

  /**
   * @param now Unix milliseconds
   * @param attempt how often an id of this making was found taken. Another process may have run ahead of the clock,
   *   one millisecond a record, so each attempt leaps twice as far: 21 attempts pass a million records.
   */
  next(now: number, attempt = 0): string {
    const leap = attempt === 0 ? 0 : 2 ** (attempt - 1)
    this.#last = Math.max(Math.floor(now), this.#last + 1) + leap
    return `scs${String(this.#last).padStart(13, '0')}`
  }
}

/** The process's one source of ids. */
export const certificateIds = new CertificateIds()

/** Ids that are tried for one record until adding it is given up. */
export const MAX_ATTEMPTS = 24
