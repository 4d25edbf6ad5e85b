/**
 * What this room reads before it refuses, each with its unit and reason. Callers that know better pass their own.
 */

/**
 * Bytes of DER of one certificate. Of 22,853 certificates from public test suites 7 were larger, and a quarter of
 * them served no purpose but size. Post-quantum chains stay below; whoever must read larger ones (they exist, up to
 * 1.2 MB) passes the limit and expects milliseconds, not microseconds.
 */
export const MAX_CERTIFICATE_BYTES = 64 * 1024

/** Certificates of one upload. A chain has two to four; a bundle of a system's roots has about 150. */
export const MAX_CERTIFICATES = 100

/**
 * Elements of a PKCS#7 file in BER, each of which costs some microseconds: a certificate has about a hundred, so
 * ten of them pass. Files in DER, which is what `.p7b` files are, have no such bound.
 */
export const MAX_BER_ELEMENTS = 1000

/** Bytes of one private key's PEM body. RSA of 16,384 bits takes 9.6 KiB of DER; more is no key. */
export const MAX_PRIVATE_KEY_BYTES = 16 * 1024

/** Bits of an RSA modulus. Below, a key is broken in minutes; above, OpenSSL verifies no signature of it. */
export const MIN_RSA_BITS = 512
export const MAX_RSA_BITS = 16_384

/**
 * Bits of an RSA modulus up to which a private key must prove itself by a signature: about 2 ms. Twice the length
 * costs some ten times as much, which the event loop has no time for.
 */
export const MAX_PROVEN_RSA_BITS = 4096

/**
 * Content octets of one OBJECT IDENTIFIER. The longest in use (a UUID below 2.25) has 20; X.660 sets no bound, and
 * writing out an arc of a megabyte is quadratic.
 */
export const MAX_OID_BYTES = 64

/** Certificates in a chain, the leaf counted. The field's chains have two to four. */
export const MAX_CHAIN = 10

/**
 * Signatures checked while one chain is put in order. An honest chain needs one a link; without a bound, a hundred
 * certificates of one name and the largest RSA keys would be tried against each other for seconds.
 */
export const MAX_SIGNATURE_CHECKS = 32

/** Limits of one upload; what is left out has the default above. */
export interface ReadLimits {
  /** Bytes of DER of each certificate, default MAX_CERTIFICATE_BYTES. */
  readonly certificateBytes?: number
  /** Certificates in the upload, default MAX_CERTIFICATES. */
  readonly certificates?: number
}
