/** Huawei Cloud IAM v3, as far as the clients of the other products need it: tokens, access keys, and the look-ups of SDKs and Terraform. */

import { LoginGuard } from '../../identity/login-guard.ts'
import type { Product } from '../shared/product.ts'
import { say } from './errors.ts'
import { routesOf } from './routes.ts'
import type { IdentityServices } from './services.ts'
import { versionOf } from './wire.ts'

export function iam(parts: Omit<IdentityServices, 'guard'>): Product {
  const services = { ...parts, guard: new LoginGuard(parts.directory, parts.clock) }
  return {
    name: 'iam',
    title: 'Huawei Cloud Identity and Access Management (IAM) v3',
    prefixes: ['/v3', '/v3.0', '/v5/caller-identity'],
    credentials: 'huawei',
    routes: routesOf(services),
    listings: [],
    intakes: [],
    say,
    // Terraform asks `/` for the versions where its `auth_url` does not end in `/v3` (reference §2.3).
    landing: request => ({ versions: { values: [versionOf(request)] } }),
    // The Go SDK demands it on some answers, and every SDK shows it with an error (reference §1.5, §4).
    headers: requestId => ({ 'X-Request-Id': requestId }),
  }
}
