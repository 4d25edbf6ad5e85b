/** What the demo prints: the endpoint, the credentials, and a command for each of the five APIs. */

import type { FirstRun } from '../../identity/first-account.ts'

/**
 * @param token of the first user for the first project
 * @param dataDir where the data stays; `undefined` where it does not
 * @returns text for the terminal, each command on one line that begins with `curl`
 */
export function guideOf(
  { endpoint, account, user, accessKey, project, iotda, apic, dataworks }: FirstRun,
  token: string,
  dataDir: string | undefined,
): string {
  const huawei = (path: string) => `curl -sS -H 'X-Auth-Token: ${token}' '${endpoint}${path}'`
  return `
  endpoint      ${endpoint}
  account       ${account.name} (${account.domainId})
  user          ${user.name}, password ${user.password}
  access key    ${accessKey.id}, secret ${accessKey.secret}
  project       ${project.name} (${project.id})
  IoTDA         instance ${iotda.instanceId}, app ${iotda.appId}
  API gateway   instance ${apic.instanceId}
  DataWorks     workspace ${dataworks.projectId}

Alibaba Cloud DataWorks, certificate files (signed anew each time; needs openssl):
${signedCommand(endpoint, accessKey, dataworks.projectId)}

Huawei Cloud IoTDA, device certificates:
${huawei(`/v5/iot/${project.id}/device-certificates?limit=5`)}

Huawei Cloud IoTDA, CA certificates:
${huawei(`/v5/iot/${project.id}/certificates?limit=5`)}

Huawei Cloud SCM, SSL certificates by expiry:
${huawei('/v3/scm/certificates?limit=10&sort_key=certExpiredTime&sort_dir=ASC')}

Huawei Cloud ROMA Connect, gateway certificates (or /apigw/ for API Gateway):
${huawei(`/v2/${project.id}/apic/certificates?instance_id=${apic.instanceId}&limit=5`)}

The token is good for a day. Stop with Ctrl-C; ${dataDir === undefined ? 'nothing is kept' : `the data stays in ${dataDir}`}.

`
}

/**
 * ListCertificates under RPC Signature V1 (reference dataworks §1). A signature is good for a quarter of an hour and for
 * one use, so the command signs when it is run: time and nonce are made by the shell, the signature by openssl.
 */
function signedCommand(endpoint: string, key: FirstRun['accessKey'], workspaceId: number): string {
  // In the order of their names, encoded, as the signature wants them.
  const query = [
    `AccessKeyId=${key.id}`,
    'Action=ListCertificates',
    'Format=JSON',
    'PageSize=5',
    `ProjectId=${workspaceId}`,
    'SignatureMethod=HMAC-SHA1',
    'SignatureNonce=$(openssl rand -hex 16)',
    'SignatureVersion=1.0',
    'Timestamp=$(date -u +%Y-%m-%dT%H%%3A%M%%3A%SZ)',
    'Version=2024-05-18',
  ].join('&')
  const toSign = `printf 'GET&%%2F&%s' "$(printf %s "$q" | sed 's/%/%25/g;s/=/%3D/g;s/&/%26/g')"`
  const signature = `${toSign} | openssl dgst -sha1 -hmac '${key.secret}&' -binary | openssl base64 | sed 's/+/%2B/g;s/\\//%2F/g;s/=/%3D/g'`
  return `curl -sS "${endpoint}/?$(q="${query}"; echo "$q&Signature=$(${signature})")"`
}
