/** IoTDA's operations on certificates, each with the permission that it needs (reference iotda §1.1, §4). */
import { type Route, reads, unsupported, writes } from '../shared/product.ts'
import { caCertificatesQuery, deviceCertificatesQuery } from './listing.ts'
import { addCertificate, addCertificateBody } from './operations/add-certificate.ts'
import * as cas from './operations/ca-certificates.ts'
import * as devices from './operations/device-certificates.ts'

const CAS = '/v5/iot/:project_id/certificates'
const CA = `${CAS}/:certificate_id`
const DEVICES = '/v5/iot/:project_id/device-certificates'
const DEVICE = `${DEVICES}/:certificate_id`
const SERVERS = '/v5/iot/:project_id/server-certificates'
const SERVER = `${SERVERS}/:server_certificate_id`
const TEMPLATES = '/v5/iot/:project_id/provisioning-templates'
const TEMPLATE = `${TEMPLATES}/:template_id`

const INSTANCE = "An 'Instance-Id' that the project does not have answers 403 IOTDA.000021; the vendor does not say."
const NOT_FOUND = "An unknown certificate answers 404 with IOTDA.990404; the vendor's code is not published."
const MARKER = 'A marker of 24 to 36 times f means none, for both lists: the vendor documents 24 here and 36 there.'
const QUOTA = "There is no limit of 100 CA certificates a tenant: a system's root store alone has more."
const OFFSET =
  'The offset ends at 500, as documented, also where there are more records: whoever has more walks by marker.'
const STRICT = 'limit and offset out of range are refused and not clamped; the vendor does not say.'
const UNVERIFIED = 'Every CA certificate is unverified: possession of its key is not proved over this API yet.'
const PLAIN_PEM = 'The certificate is given as plain PEM, without the text that may have stood around it.'

const LIST_CAS = {
  query: caCertificatesQuery,
  deviations: [INSTANCE, MARKER, OFFSET, STRICT, QUOTA, UNVERIFIED],
}
const LIST_DEVICES = {
  query: deviceCertificatesQuery,
  deviations: [
    INSTANCE,
    MARKER,
    OFFSET,
    STRICT,
    'common_name is the beginning of the CN: letter case matters, and no character is a wildcard; the vendor does not say.',
    'Certificates come in through the command line: devices do not connect here, so none is recorded by a connection.',
  ],
}
const ADD = {
  body: addCertificateBody,
  deviations: [
    INSTANCE,
    QUOTA,
    UNVERIFIED,
    'A certificate that its resource space holds already answers 400 with IOTDA.990409; the vendor does not say.',
    'What is no CA certificate is refused with IOTDA.014301; the vendor does not say.',
  ],
}
const SHOW = { deviations: [INSTANCE, NOT_FOUND, PLAIN_PEM] }
const DELETE = { deviations: [INSTANCE, NOT_FOUND] }

const NO_PROOF = 'possession of a CA key is not proved over this API yet; CA certificates stay unverified until then'
const NO_SWITCHES = 'templates and OCSP are not enforced yet, and a switch that nothing enforces is not stored'
const NO_CONNECTIONS = 'devices do not connect here yet, so no status would keep one out'
const NO_DEVICES = 'devices are not kept yet'
const NO_SERVERS = 'there is no MQTTS front end that would serve them'
const NO_TEMPLATES = 'devices do not register themselves here yet'

export const routes: readonly Route[] = [
  reads('GET', CAS, 'ListCertificates', 'iotda:certificates:queryList', cas.list, LIST_CAS),
  writes('POST', CAS, 'AddCertificate', 'iotda:certificates:upload', addCertificate, ADD),
  // Singular: a policy on `iotda:certificates:*` does not cover it (reference iotda §7, trap 15).
  reads('GET', CA, 'ShowCertificate', 'iotda:certificate:query', cas.show, SHOW),
  writes('DELETE', CA, 'DeleteCertificate', 'iotda:certificates:delete', cas.remove, DELETE),
  unsupported('PUT', CA, 'UpdateCertificate', 'iotda:certificates:update', NO_SWITCHES),
  unsupported('POST', `${CA}/action`, 'CheckCertificate', 'iotda:certificates:check', NO_PROOF),

  reads('GET', DEVICES, 'ListDeviceCertificate', 'iotda:devicecertificates:queryList', devices.list, LIST_DEVICES),
  reads('GET', DEVICE, 'ShowDeviceCertificate', 'iotda:devicecertificates:query', devices.show, SHOW),
  writes('DELETE', DEVICE, 'DeleteDeviceCertificate', 'iotda:devicecertificates:delete', devices.remove, DELETE),
  unsupported('PUT', DEVICE, 'UpdateDeviceCertificate', 'iotda:devicecertificates:update', NO_CONNECTIONS),
  unsupported(
    'POST',
    `${DEVICE}/list-device`,
    'ListDeviceByDeviceCertificate',
    'iotda:devicecertificates:queryDeviceList',
    NO_DEVICES,
  ),

  unsupported('GET', SERVERS, 'ListServerCertificate', 'iotda:servercertificate:queryList', NO_SERVERS),
  unsupported('POST', SERVERS, 'CreateServerCertificate', 'iotda:servercertificate:create', NO_SERVERS),
  unsupported('GET', SERVER, 'ShowServerCertificate', 'iotda:servercertificate:query', NO_SERVERS),
  unsupported('DELETE', SERVER, 'DeleteServerCertificate', 'iotda:servercertificate:delete', NO_SERVERS),

  unsupported('GET', TEMPLATES, 'ListProvisioningTemplates', 'iotda:provisioningtemplate:queryList', NO_TEMPLATES),
  unsupported('POST', TEMPLATES, 'CreateProvisioningTemplate', 'iotda:provisioningtemplate:create', NO_TEMPLATES),
  unsupported('GET', TEMPLATE, 'ShowProvisioningTemplate', 'iotda:provisioningtemplate:query', NO_TEMPLATES),
  unsupported('PUT', TEMPLATE, 'UpdateProvisioningTemplate', 'iotda:provisioningtemplate:update', NO_TEMPLATES),
  unsupported('DELETE', TEMPLATE, 'DeleteProvisioningTemplate', 'iotda:provisioningtemplate:delete', NO_TEMPLATES),
]
