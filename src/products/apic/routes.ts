/**
 * Every operation on gateway certificates, under the path words of both products: `apic` of ROMA Connect and `apigw` of
 * API Gateway (apic.md §0.3). Both serve the same records; each asks for the permission of its own product.
 */

import { type Route, reads, unsupported, type Writes, writes } from '../shared/product.ts'
import { CERTIFICATE_FORM, createCertificate } from './operations/create-certificate.ts'
import { deleteCertificate } from './operations/delete-certificate.ts'
import { LIST_QUERY, listCertificates } from './operations/list-certificates.ts'
import { showCertificate } from './operations/show-certificate.ts'

const NO_UPDATE = 'Not built yet: a certificate is replaced by deleting it and creating it anew.'
const NO_DOMAINS = 'Not built yet: there are no API groups and domains that a certificate could be bound to.'

const LIST = {
  query: LIST_QUERY,
  deviations: [
    'Fractions of create_time and update_time have three digits at most: the registry keeps milliseconds.',
    'limit of 0 and less becomes 20, above 500 becomes 500, and an offset below 0 becomes 0; the vendor does not say.',
    'name finds any part of a name, in the same letter case, and no character of it is a wildcard; the vendor does not say.',
    "A signature_algorithm that the vendor has no word for keeps the standard's name; an unknown one finds nothing.",
    'san holds DNS names alone.',
    'Newest first; the vendor does not say.',
  ],
}

const CREATE = {
  body: CERTIFICATE_FORM,
  deviations: [
    'The same name and the same certificate may be created any number of times; the vendor does not say.',
    'A field of PEM may have 65,536 characters, and 8,092 for the signing pair.',
    'There is no quota, so APIG.3100 is never answered.',
    'A certificate chain is taken under both path words; the guide of ROMA Connect says that it is not supported there.',
  ],
}

const DELETE = { deviations: ['No certificate is ever bound to a domain, so none is refused for it.'] }

/** The permissions under one path word. */
interface Actions {
  readonly list: string
  readonly create: string
  readonly show: string
  readonly update: string
  readonly delete: string
  readonly listDomains: string
  readonly attachDomains: string
  readonly detachDomains: string
  readonly attach: string
  readonly detach: string
  readonly createAttached: string
  readonly deleteAttached: string
  readonly showAttached: string
}

/** ROMA Connect publishes no names for these; the registry's own convention (identity-huawei.md §6.7). */
const ROMA: Actions = {
  list: 'roma:certificates:list',
  create: 'roma:certificates:create',
  show: 'roma:certificates:get',
  update: 'roma:certificates:update',
  delete: 'roma:certificates:delete',
  listDomains: 'roma:certificates:listDomains',
  attachDomains: 'roma:certificates:attach',
  detachDomains: 'roma:certificates:detach',
  attach: 'roma:certificates:attach',
  detach: 'roma:certificates:detach',
  createAttached: 'roma:certificates:create',
  deleteAttached: 'roma:certificates:delete',
  showAttached: 'roma:certificates:get',
}

/** As API Gateway publishes them (apic.md §4.1). */
const APIG: Actions = {
  list: 'apig:certificate:list',
  create: 'apig:certificate:create',
  show: 'apig:certificate:get',
  update: 'apig:certificate:update',
  delete: 'apig:certificate:delete',
  listDomains: 'apig:certificate:listBoundDomain',
  attachDomains: 'apig:certificate:batchBindDomain',
  detachDomains: 'apig:certificate:batchUnbindDomain',
  attach: 'apig:domains:bindCertificate',
  detach: 'apig:domains:unbindCertificate',
  createAttached: 'apig:domains:bindCertificate',
  deleteAttached: 'apig:domains:unbindCertificate',
  showAttached: 'apig:domains:getCertificate',
}

function routesBelow(base: string, may: Actions, create: Writes): readonly Route[] {
  const all = `${base}/certificates`
  const one = `${all}/:certificate_id`
  const domain = `${base}/instances/:instance_id/api-groups/:group_id/domains/:domain_id`
  return [
    reads('GET', all, 'ListCertificatesV2', may.list, listCertificates, LIST),
    writes('POST', all, 'CreateCertificateV2', may.create, create, CREATE),
    reads('GET', one, 'ShowDetailsOfCertificateV2', may.show, showCertificate),
    unsupported('PUT', one, 'UpdateCertificateV2', may.update, NO_UPDATE),
    writes('DELETE', one, 'DeleteCertificateV2', may.delete, deleteCertificate, DELETE),
    unsupported('GET', `${one}/attached-domains`, 'ListAttachedDomainsV2', may.listDomains, NO_DOMAINS),
    unsupported('POST', `${one}/domains/attach`, 'BatchAssociateDomainsV2', may.attachDomains, NO_DOMAINS),
    unsupported('POST', `${one}/domains/detach`, 'BatchDisassociateDomainsV2', may.detachDomains, NO_DOMAINS),
    unsupported('POST', `${domain}/certificates/attach`, 'BatchAssociateCertsV2', may.attach, NO_DOMAINS),
    unsupported('POST', `${domain}/certificates/detach`, 'BatchDisassociateCertsV2', may.detach, NO_DOMAINS),
    unsupported('POST', `${domain}/certificate`, 'AssociateCertificateV2', may.createAttached, NO_DOMAINS),
    unsupported(
      'DELETE',
      `${domain}/certificate/:certificate_id`,
      'DisassociateCertificateV2',
      may.deleteAttached,
      NO_DOMAINS,
    ),
    unsupported(
      'GET',
      `${domain}/certificate/:certificate_id`,
      'ShowDetailsOfDomainNameCertificateV2',
      may.showAttached,
      NO_DOMAINS,
    ),
  ]
}

export const routes: readonly Route[] = [
  // ROMA Connect verifies only clients by the trusted root, API Gateway the certificate itself as well (apic.md §5.1).
  ...routesBelow('/v2/:project_id/apic', ROMA, createCertificate({ rootMustIssue: false })),
  ...routesBelow('/v2/:project_id/apigw', APIG, createCertificate({ rootMustIssue: true })),
]
