/** Alibaba Cloud DataWorks 2024-05-18, as far as it is about certificate files (seed 000). */

import type { Administration } from '../../identity/administration/means.ts'
import type { Intake, Product } from '../shared/product.ts'
import { choose } from './choose.ts'
import { say } from './errors.ts'
import { FILES } from './intake.ts'
import { CERTIFICATES } from './listing.ts'
import { routesOf } from './routes.ts'
import { headersOf } from './wire.ts'

/** Without the directory: files are brought in on the data directory itself. */
export const dataworksIntakes: readonly Intake[] = [FILES]

export interface DataworksParts extends Pick<Administration, 'directory' | 'passwords' | 'vault' | 'clock'> {}

export function dataworks(parts: DataworksParts): Product {
  const { routes, versions } = routesOf({
    directory: parts.directory,
    administration: ({ request, principal }, account) => ({
      ...parts,
      account,
      actor: {
        requestId: request.id,
        userId: principal.userId,
        userName: principal.userName,
        accessKeyId: principal.accessKeyId ?? '',
        address: request.remoteAddress,
      },
    }),
  })
  return {
    name: 'dataworks',
    title: 'Alibaba Cloud DataWorks 2024-05-18',
    prefixes: ['/'],
    credentials: 'alibaba',
    routes,
    listings: [CERTIFICATES],
    intakes: dataworksIntakes,
    choose: request => choose(request, versions),
    say,
    headers: headersOf,
  }
}
