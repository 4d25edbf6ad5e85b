/** Huawei Cloud SSL Certificate Manager v3: SSL certificates and their orders (seed 003). */
import type { Product } from '../shared/product.ts'
import { say } from './errors.ts'
import { intake } from './intake.ts'
import { certificates } from './listing.ts'
import { routes } from './routes.ts'

export const scm: Product = {
  name: 'scm',
  title: 'Huawei Cloud SSL Certificate Manager (SCM) v3',
  prefixes: ['/v3/scm'],
  credentials: 'huawei',
  routes,
  listings: [certificates],
  intakes: [intake],
  say,
  // The SDKs read the request id from here, not from the body (reference §0.2).
  headers: requestId => ({ 'X-Request-Id': requestId }),
}
