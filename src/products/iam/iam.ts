/** Huawei Cloud IAM v3, as far as the clients of the other products need it: tokens and the look-ups of the SDKs. */

import type { Product } from '../shared/product.ts'
import { say } from './errors.ts'
import { routesOf } from './routes.ts'
import type { IdentityServices } from './services.ts'

export function iam(services: IdentityServices): Product {
  return {
    name: 'iam',
    title: 'Huawei Cloud Identity and Access Management (IAM) v3',
    prefixes: ['/v3/auth', '/v3/projects', '/v3/regions'],
    credentials: 'huawei',
    routes: routesOf(services),
    listings: [],
    intakes: [],
    say,
    // The Go SDK demands it on some answers, and every SDK shows it with an error (reference §1.5, §4).
    headers: requestId => ({ 'X-Request-Id': requestId }),
  }
}
