/** The operations, with the permission on the line. Every one is on `/`: its action and version choose it. */

import { type Reads, type Route, reads, unsupported, writes } from '../shared/product.ts'
import type { Versions } from './choose.ts'
import { LIST_QUERY } from './listing.ts'
import { deleteCertificate } from './operations/delete-certificate.ts'
import { getCallerIdentity } from './operations/get-caller-identity.ts'
import { getCertificate } from './operations/get-certificate.ts'
import { listCertificates } from './operations/list-certificates.ts'
import {
  createProjectMember,
  deleteProjectMember,
  getProjectMember,
  grantMemberProjectRoles,
  listProjectMembers,
  type Members,
  revokeMemberProjectRoles,
} from './operations/members.ts'
import { getProject, listProjects } from './operations/projects.ts'
import { getProjectRole, listProjectRoles } from './operations/roles.ts'
import { ONE_CERTIFICATE } from './parameters.ts'
import {
  MEMBER_ROLES,
  MEMBERS_QUERY,
  ONE_MEMBER,
  ONE_PROJECT,
  ONE_ROLE,
  PROJECTS_QUERY,
  ROLES_QUERY,
} from './workspaces-wire.ts'

const JSON_ALONE = 'Every answer is JSON, also with Format=XML.'
const CODES =
  'A parameter that is missing or wrong answers 400 Missing… or Invalid… with its name; the vendor publishes no codes.'
const NO_FILE = 'A file that does not exist answers 404 InvalidCertificate.NotFound; the vendor publishes no code.'

const LIST = {
  query: LIST_QUERY,
  deviations: [
    JSON_ALONE,
    CODES,
    'PageSize beyond 1 to 100 and PageNumber below 1 are refused, not clamped; the vendor does not say.',
    'Both bounds of the creation time are inclusive, to the millisecond; the vendor says after and before.',
    'Name is found as a part of the name in any letter case, and no character of it is a wildcard; the vendor says fuzzy.',
    'SortBy=CreateTime and SortBy=Id are the same order: ids are given out in the order of creation.',
    'A page past the end is an empty list with the total of all pages; the vendor does not say.',
  ],
}
const ONE = { query: ONE_CERTIFICATE, deviations: [JSON_ALONE, CODES, NO_FILE] }

const NO_UPLOADS = 'CertificateFile is the URL of an uploaded object, and there is no upload store yet'
const NO_WORKSPACES = 'workspaces are made with the command line'
const NO_DATA_SOURCES = 'data sources are outside of what a certificate registry holds'

const PLAIN_WORKSPACES = [
  'Every workspace is Available, without a resource group, tags, a development environment or PAI tasks.',
]
const PROJECTS = { query: PROJECTS_QUERY, deviations: PLAIN_WORKSPACES }
const PROJECT = { query: ONE_PROJECT, deviations: PLAIN_WORKSPACES }
const MEMBERS = { query: MEMBERS_QUERY }
const MEMBER = { query: ONE_MEMBER }
const ROLES = { query: ROLES_QUERY, deviations: ['There are the system roles alone, without those of the tenant.'] }
const ROLE = { query: ONE_ROLE }
const CHANGE = {
  query: MEMBER_ROLES,
  deviations: ['A member that is there already gets the roles besides, where the vendor does not say.'],
}

/** What only reads is answered on GET and POST alike (reference §1.0). */
function both(operation: string, action: string, run: Reads, schemas: Parameters<typeof reads>[5]): readonly Route[] {
  return (['GET', 'POST'] as const).map(method => reads(method, '/', operation, action, run, schemas))
}

/** DataWorks 2024-05-18, RPC. */
function dataworksOf(members: Members): readonly Route[] {
  const { directory } = members
  const member = { query: MEMBER_ROLES }
  return [
    ...both('ListCertificates', 'dataworks:ListCertificates', listCertificates, LIST),
    ...both('GetCertificate', 'dataworks:GetCertificate', getCertificate, ONE),
    writes('POST', '/', 'DeleteCertificate', 'dataworks:DeleteCertificate', deleteCertificate, ONE),
    unsupported('POST', '/', 'ImportCertificate', 'dataworks:ImportCertificate', NO_UPLOADS),

    ...both('GetProject', 'dataworks:GetProject', getProject(directory), PROJECT),
    ...both('ListProjects', 'dataworks:ListProjects', listProjects(directory), PROJECTS),
    unsupported('POST', '/', 'CreateProject', 'dataworks:CreateProject', NO_WORKSPACES),
    unsupported('POST', '/', 'UpdateProject', 'dataworks:UpdateProject', NO_WORKSPACES),
    unsupported('POST', '/', 'DeleteProject', 'dataworks:DeleteProject', NO_WORKSPACES),

    ...both('GetProjectMember', 'dataworks:GetProjectMember', getProjectMember(members), MEMBER),
    ...both('ListProjectMembers', 'dataworks:ListProjectMembers', listProjectMembers(members), MEMBERS),
    writes('POST', '/', 'CreateProjectMember', 'dataworks:CreateProjectMember', createProjectMember(members), CHANGE),
    writes('POST', '/', 'DeleteProjectMember', 'dataworks:DeleteProjectMember', deleteProjectMember(members), MEMBER),
    writes(
      'POST',
      '/',
      'GrantMemberProjectRoles',
      'dataworks:GrantMemberProjectRoles',
      grantMemberProjectRoles(members),
      member,
    ),
    writes(
      'POST',
      '/',
      'RevokeMemberProjectRoles',
      'dataworks:RevokeMemberProjectRoles',
      revokeMemberProjectRoles(members),
      member,
    ),
    ...both('GetProjectRole', 'dataworks:GetProjectRole', getProjectRole, ROLE),
    ...both('ListProjectRoles', 'dataworks:ListProjectRoles', listProjectRoles, ROLES),

    ...DATA_SOURCES,
  ]
}

const DATA_SOURCES: readonly Route[] = [
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

/** Sts 2015-04-01, which the vendor's CLI asks who it is. */
function stsOf({ directory }: Members): readonly Route[] {
  return both('GetCallerIdentity', 'sts:GetCallerIdentity', getCallerIdentity(directory), {})
}

/** The operations, and those of each version of the vendor's APIs. */
export function routesOf(members: Members): { readonly routes: readonly Route[]; readonly versions: Versions } {
  const byVersion = new Map([
    ['2024-05-18', dataworksOf(members)],
    ['2019-12-19', OPEN_PLATFORM],
    ['2015-04-01', stsOf(members)],
  ])
  return {
    routes: [...byVersion.values()].flat(),
    versions: new Map([...byVersion].map(([version, routes]) => [version, operationsOf(routes)])),
  }
}

function operationsOf(routes: readonly Route[]): ReadonlySet<string> {
  return new Set(routes.map(route => route.operation))
}
