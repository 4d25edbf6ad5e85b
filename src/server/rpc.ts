/** Recognises RPC requests: every operation of such a product is at `/`, and the request itself names the operation. */

import { pathOf, queryOf, type WireHeaders } from '../identity/wire-request.ts'

const RPC_PARAMETER = /(?:^|&)(?:Action|Signature|AccessKeyId)=/

/**
 * Whether a request is meant for an RPC product. Clients whose endpoint has a path prefix sign `/` and ask for the
 * prefix (DataWorks reference §3.3 step 10), so the path does not decide; what the client says of itself does.
 * @param form the body where it is a form, as text; empty where it is none or has not been read
 */
export function isRpc(target: string, headers: WireHeaders, form = ''): boolean {
  return (
    headers.first('authorization')?.startsWith('ACS') === true ||
    headers.first('x-acs-action') !== undefined ||
    headers.first('x-acs-version') !== undefined ||
    headers.first('x-acs-bearer-token') !== undefined ||
    RPC_PARAMETER.test(queryOf(target)) ||
    RPC_PARAMETER.test(form) ||
    // A form posted to the root has nobody else to go to.
    (pathOf(target) === '/' && isForm(headers))
  )
}

export function isForm(headers: WireHeaders): boolean {
  return /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(headers.first('content-type') ?? '')
}
