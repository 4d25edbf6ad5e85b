/** What a certificate form may hold (apic.md §1.0.1, §5.3). */

/** Characters of `cert_content`, `private_key` and `trusted_root_ca`. The vendor names no maximum; this is 64 KiB. */
export const MAX_PEM_CHARACTERS = 64 * 1024

/** Characters of `cert_content_sign` and `private_key_sign`: 8092 as the vendor writes it, not 8192. */
export const MAX_SIGN_CHARACTERS = 8092

/** Unix ms of 2038-01-19T03:14:07Z, the last second of 31 bits: certificates have to expire before it (APIG.3148). */
export const EXPIRY_LIMIT = (2 ** 31 - 1) * 1000

/** Certificates in one imported file. A system's roots are about 150; a device authority's archive is larger. */
export const MAX_CERTIFICATES_PER_FILE = 10_000
