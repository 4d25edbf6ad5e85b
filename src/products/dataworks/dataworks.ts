/** Alibaba Cloud DataWorks 2024-05-18, as far as it is about certificate files (seed 000). */

import type { Product } from '../shared/product.ts'
import { choose } from './choose.ts'
import { say } from './errors.ts'
import { FILES } from './intake.ts'
import { CERTIFICATES } from './listing.ts'
import { ROUTES, VERSIONS } from './routes.ts'
import { headersOf } from './wire.ts'

export const dataworks: Product = {
  name: 'dataworks',
  title: 'Alibaba Cloud DataWorks 2024-05-18',
  prefixes: ['/'],
  credentials: 'alibaba',
  routes: ROUTES,
  listings: [CERTIFICATES],
  intakes: [FILES],
  choose: request => choose(request, VERSIONS),
  say,
  headers: headersOf,
}
