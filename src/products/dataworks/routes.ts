/** The operations, with the permission on the line. Every one is on `/`: its action and version choose it. */

import { type Route, reads, unsupported, writes } from '../shared/product.ts'
import type { Versions } from './choose.ts'
import { LIST_QUERY } from './listing.ts'
import { deleteCertificate } from './operations/delete-certificate.ts'
import { getCertificate } from './operations/get-certificate.ts'
import { listCertificates } from './operations/list-certificates.ts'
import { ONE_CERTIFICATE } from './parameters.ts'

const LIST = { query: LIST_QUERY }
const ONE = { query: ONE_CERTIFICATE }

const NO_UPLOADS = 'CertificateFile is the URL of an uploaded object, and there is no upload store yet'
const NO_WORKSPACES = 'workspaces are not described or administered over this API yet'
const NO_MEMBERS = 'members and their roles are not administered over this API yet'
const NO_DATA_SOURCES = 'data sources are outside of what a certificate registry holds'

/** DataWorks 2024-05-18, RPC. What only reads is answered on GET and POST alike (reference §1.0). */
const DATAWORKS: readonly Route[] = [
  reads('GET', '/', 'ListCertificates', 'dataworks:ListCertificates', listCertificates, LIST),
  reads('POST', '/', 'ListCertificates', 'dataworks:ListCertificates', listCertificates, LIST),
  reads('GET', '/', 'GetCertificate', 'dataworks:GetCertificate', getCertificate, ONE),
  reads('POST', '/', 'GetCertificate', 'dataworks:GetCertificate', getCertificate, ONE),
  writes('POST', '/', 'DeleteCertificate', 'dataworks:DeleteCertificate', deleteCertificate, ONE),
  unsupported('POST', '/', 'ImportCertificate', 'dataworks:ImportCertificate', NO_UPLOADS),

  unsupported('GET', '/', 'GetProject', 'dataworks:GetProject', NO_WORKSPACES),
  unsupported('POST', '/', 'GetProject', 'dataworks:GetProject', NO_WORKSPACES),
  unsupported('GET', '/', 'ListProjects', 'dataworks:ListProjects', NO_WORKSPACES),
  unsupported('POST', '/', 'ListProjects', 'dataworks:ListProjects', NO_WORKSPACES),
  unsupported('POST', '/', 'CreateProject', 'dataworks:CreateProject', NO_WORKSPACES),
  unsupported('POST', '/', 'UpdateProject', 'dataworks:UpdateProject', NO_WORKSPACES),
  unsupported('POST', '/', 'DeleteProject', 'dataworks:DeleteProject', NO_WORKSPACES),

  unsupported('GET', '/', 'GetProjectMember', 'dataworks:GetProjectMember', NO_MEMBERS),
  unsupported('POST', '/', 'GetProjectMember', 'dataworks:GetProjectMember', NO_MEMBERS),
  unsupported('GET', '/', 'ListProjectMembers', 'dataworks:ListProjectMembers', NO_MEMBERS),
  unsupported('POST', '/', 'ListProjectMembers', 'dataworks:ListProjectMembers', NO_MEMBERS),
  unsupported('POST', '/', 'CreateProjectMember', 'dataworks:CreateProjectMember', NO_MEMBERS),
  unsupported('POST', '/', 'DeleteProjectMember', 'dataworks:DeleteProjectMember', NO_MEMBERS),
  unsupported('POST', '/', 'GrantMemberProjectRoles', 'dataworks:GrantMemberProjectRoles', NO_MEMBERS),
  unsupported('POST', '/', 'RevokeMemberProjectRoles', 'dataworks:RevokeMemberProjectRoles', NO_MEMBERS),
  unsupported('GET', '/', 'GetProjectRole', 'dataworks:GetProjectRole', NO_MEMBERS),
  unsupported('POST', '/', 'GetProjectRole', 'dataworks:GetProjectRole', NO_MEMBERS),
  unsupported('GET', '/', 'ListProjectRoles', 'dataworks:ListProjectRoles', NO_MEMBERS),
  unsupported('POST', '/', 'ListProjectRoles', 'dataworks:ListProjectRoles', NO_MEMBERS),

  unsupported('GET', '/', 'GetDataSource', 'dataworks:GetDataSource', NO_DATA_SOURCES),
  unsupported('POST', '/', 'GetDataSource', 'dataworks:GetDataSource', NO_DATA_SOURCES),
  unsupported('GET', '/', 'ListDataSources', 'dataworks:ListDataSources', NO_DATA_SOURCES),
  unsupported('POST', '/', 'ListDataSources', 'dataworks:ListDataSources', NO_DATA_SOURCES),
  unsupported('POST', '/', 'CreateDataSource', 'dataworks:CreateDataSource', NO_DATA_SOURCES),
  unsupported('POST', '/', 'UpdateDataSource', 'dataworks:UpdateDataSource', NO_DATA_SOURCES),
  unsupported('POST', '/', 'DeleteDataSource', 'dataworks:DeleteDataSource', NO_DATA_SOURCES),
  unsupported('POST', '/', 'TestDataSourceConnectivity', 'dataworks:TestDataSourceConnectivity', NO_DATA_SOURCES),
]

/** OpenPlatform 2019-12-19, which the SDK's `importCertificateAdvance` asks first (reference §1.3). */
const OPEN_PLATFORM: readonly Route[] = [
  unsupported('GET', '/', 'AuthorizeFileUpload', 'openplatform:AuthorizeFileUpload', NO_UPLOADS),
  unsupported('POST', '/', 'AuthorizeFileUpload', 'openplatform:AuthorizeFileUpload', NO_UPLOADS),
]

export const ROUTES: readonly Route[] = [...DATAWORKS, ...OPEN_PLATFORM]

export const VERSIONS: Versions = new Map([
  ['2024-05-18', operationsOf(DATAWORKS)],
  ['2019-12-19', operationsOf(OPEN_PLATFORM)],
])

function operationsOf(routes: readonly Route[]): ReadonlySet<string> {
  return new Set(routes.map(route => route.operation))
}
