/** Huawei Cloud ROMA Connect APIC v2 and API Gateway v2: the certificates of a gateway. */

import type { Product } from '../shared/product.ts'
import { say } from './errors.ts'
import { intake } from './intake.ts'
import { CERTIFICATES } from './listing.ts'
import { routes } from './routes.ts'

export const apic: Product = {
  name: 'apic',
  title: 'Huawei Cloud ROMA Connect APIC v2 and API Gateway v2',
  prefixes: ['/v2/:project_id/apic', '/v2/:project_id/apigw'],
  credentials: 'huawei',
  routes,
  listings: [CERTIFICATES],
  intakes: [intake],
  say,
  headers: requestId => ({ 'X-Request-Id': requestId }),
}
