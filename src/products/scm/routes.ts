/** SCM's 27 operations on certificates (reference §0.5), each with the permission that it needs (§5). */
import { type Route, reads, unsupported, writes } from '../shared/product.ts'
import { deleteCertificate } from './operations/delete.ts'
import { exportCertificate } from './operations/export.ts'
import { importCertificate } from './operations/import.ts'
import { listCertificates } from './operations/list.ts'
import { showCertificate } from './operations/show.ts'
import { importBody, listQuery } from './wire.ts'

const SCM = '/v3/scm'
const CERTIFICATES = `${SCM}/certificates`
const CERTIFICATE = `${CERTIFICATES}/:certificate_id`
const CSR = `${SCM}/csr`

const FOREIGN =
  "A certificate of another account answers 404 as one that does not exist; the vendor's 400 tells that it does."

const LIST = {
  query: listQuery,
  deviations: [
    'limit other than 10, 20 and 50 answers 400 SCM.0005; the vendor does not say.',
    "offset has no maximum: the vendor's newer 100 would end the walks of its own Terraform provider.",
    'total_count is exact also beyond the declared maximum of 10000.',
    'expired_days_since=0 means no filter: read literally, the default would hide every expired certificate.',
    'owned_by_self changes nothing: no certificate is shared between accounts.',
    'type and brand of an uploaded certificate are null, and validity_period is 12: a file does not tell them.',
    'expired_days_since counts from the beginning of the current minute.',
    'Times are in GMT+08:00; the vendor does not say. What lies beyond the year 9999 there is 9999-12-31 23:59:59.0.',
    'sans, domain_count and wildcard_count of a certificate with very many names exceed the declared 4096, 100 and 100: a list that is cut silently would be worse than a long one.',
    'A value that a parameter does not take, and one that is given twice, answers 400 SCM.0005; the vendor does not say.',
  ],
}
const IMPORT = {
  body: importBody,
  deviations: [
    'certificate may have 12288 characters instead of 4096: clients send the whole chain in it.',
    'A certificate without a chain is accepted: self-signed and private ones are what a local registry is given.',
    'An expired certificate answers SCM.0042; the vendor documents the rule and no code.',
    'duplicate_check=true refuses with SCM.0005, false and absent allow; the vendor documents no code and no default.',
    'There is no limit of certificates an account.',
    'A text that is cut off behind its BEGIN line answers SCM.0053 or SCM.0114 in words of its own.',
  ],
}
const SHOW = {
  deviations: [FOREIGN, 'Both signature_algorithm and its older spelling signature_algrithm are answered.'],
}
const EXPORT = { deviations: [FOREIGN, 'An expired certificate can be exported; the vendor does not say.'] }
const DELETE = { deviations: [FOREIGN] }

const NO_SERVICES = 'there are no other services to which certificates could be deployed'
const NO_ORDERS = 'certificates are not bought here, and no CA is asked to issue one'
const NO_TAGS = 'tags are not kept yet'
const NO_NOTICES = 'reminders are not sent yet, and a switch that nothing enforces is not stored'
const NO_CSR = 'certificate signing requests are not kept yet'

export const routes: readonly Route[] = [
  reads('GET', CERTIFICATES, 'ListCertificates', 'scm:cert:list', listCertificates, LIST),
  writes('POST', `${CERTIFICATES}/import`, 'ImportCertificate', 'scm:cert:import', importCertificate, IMPORT),
  reads('GET', CERTIFICATE, 'ShowCertificate', 'scm:cert:get', showCertificate, SHOW),
  writes('POST', `${CERTIFICATE}/export`, 'ExportCertificate', 'scm:cert:export', exportCertificate, EXPORT),
  writes('DELETE', CERTIFICATE, 'DeleteCertificate', 'scm:cert:delete', deleteCertificate, DELETE),

  unsupported('POST', `${CERTIFICATE}/push`, 'PushCertificate', 'scm:cert:push', NO_SERVICES),
  unsupported('POST', `${CERTIFICATE}/batch-push`, 'BatchPushCertificate', 'scm:cert:push', NO_SERVICES),
  unsupported('POST', `${CERTIFICATE}/deploy`, 'DeployCertificate', 'scm:cert:deployResources', NO_SERVICES),
  unsupported(
    'POST',
    `${SCM}/deployed-resources`,
    'ListDeployedResources',
    'scm:cert:listDeployedResources',
    NO_SERVICES,
  ),

  unsupported('POST', `${CERTIFICATES}/buy`, 'SubscribeCertificate', 'scm:cert:subscribe', NO_ORDERS),
  unsupported('POST', `${CERTIFICATE}/apply`, 'ApplyCertificate', 'scm:cert:apply', NO_ORDERS),
  unsupported('POST', `${CERTIFICATE}/cancel-cert`, 'CancelCertificateRequest', 'scm:cert:cancel', NO_ORDERS),
  unsupported('DELETE', `${CERTIFICATE}/unsubscribe`, 'UnsubscribeCertificate', 'scm:cert:unsubscribe', NO_ORDERS),

  unsupported('POST', `${SCM}/:resource_id/tags`, 'CreateCertificateTag', 'scm:cert:createTag', NO_TAGS),
  unsupported('POST', `${SCM}/:resource_id/tags/action`, 'BatchCreateOrDeleteTags', 'scm:cert:createTag', NO_TAGS),
  unsupported('GET', `${SCM}/:resource_id/tags`, 'ListTagsByCertificate', 'scm:cert:listTagsByCertificate', NO_TAGS),
  unsupported('GET', `${SCM}/tags`, 'ListAllTags', 'scm:cert:listAllTags', NO_TAGS),
  // The segment is this very word (reference §0.5).
  unsupported(
    'POST',
    `${SCM}/resource_instances/action`,
    'ListCertificatesByTag',
    'scm:cert:listCertificatesByTag',
    NO_TAGS,
  ),

  unsupported('POST', `${SCM}/notification/enable`, 'EnableNotification', 'scm:cert:update', NO_NOTICES),
  unsupported('POST', `${SCM}/notification/disable`, 'DisableNotification', 'scm:cert:update', NO_NOTICES),

  unsupported('POST', CSR, 'CreateCsr', 'scm::createCsr', NO_CSR),
  unsupported('POST', `${CSR}/upload`, 'UploadCsr', 'scm::uploadCsr', NO_CSR),
  unsupported('GET', CSR, 'ListCsr', 'scm::listCsr', NO_CSR),
  unsupported('GET', `${CSR}/:id`, 'ShowCsr', 'scm::getCsr', NO_CSR),
  unsupported('GET', `${CSR}/:id/private-key`, 'ShowCsrPrivateKey', 'scm::getCsrPrivateKey', NO_CSR),
  unsupported('PUT', `${CSR}/:id`, 'UpdateCsr', 'scm::updateCsr', NO_CSR),
  unsupported('DELETE', `${CSR}/:id`, 'DeleteCsr', 'scm::deleteCsr', NO_CSR),
]
