/** Wildcards of policy documents. Never a regular expression: a policy's text is a caller's text. */

/**
 * Whether `text` has the form of `pattern`, where `*` stands for any run of characters and, if `one` is set, `?` for
 * exactly one. Everything else means itself. At most `pattern.length × text.length` steps.
 */
export function matchesWildcard(pattern: string, text: string, one = true): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (p < pattern.length && ((one && pattern[p] === '?') || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
