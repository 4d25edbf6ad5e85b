import type { Reads } from '../../shared/product.ts'
import { enterAccount, findCertificate } from '../account.ts'
import { shownCertificate } from '../wire.ts'

/** ShowCertificate (reference §1.3). */
export const showCertificate: Reads = async call => {
  const scope = await enterAccount(call)
  return { status: 200, body: shownCertificate(await findCertificate(call, scope)) }
}
