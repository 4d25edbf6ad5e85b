/** Certificate names: 4 to 50 letters, digits, underscores and Chinese characters, a letter first (apic.md §1.0.1). */

const NAME = /^([a-zA-Z]|[\u4e00-\u9fa5])([a-zA-Z0-9_]|[\u4e00-\u9fa5]){3,49}$/

const MAX_LENGTH = 50

export function isName(text: string): boolean {
  return NAME.test(text)
}

/** A name that the vendor allows, as near to the text as can be; `undefined` where nothing of the text is left. */
export function nameFrom(text: string): string | undefined {
  const allowed = text
    .replace(/[^a-zA-Z0-9_\u4e00-\u9fa5]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, MAX_LENGTH)
  if (allowed === '') return undefined
  return isName(allowed) ? allowed : `cert_${allowed}`.slice(0, MAX_LENGTH)
}
