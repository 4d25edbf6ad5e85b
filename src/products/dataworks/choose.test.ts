import { describe, expect, test } from 'vitest'
import { WireHeaders, type WireRequest } from '../../identity/wire-request.ts'
import { choose, type Versions } from './choose.ts'

const VERSIONS: Versions = new Map([
  ['2024-05-18', new Set(['ListCertificates', 'DeleteCertificate'])],
  ['2019-12-19', new Set(['AuthorizeFileUpload'])],
])

function request(target: string, headers: readonly string[] = [], body = ''): WireRequest {
  const wire = new WireHeaders(headers)
  return { id: '0'.repeat(32), method: 'GET', target, headers: wire, body: Buffer.from(body), remoteAddress: '::1' }
}

const ACS3 = ['Authorization', 'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=0']
const HEADERS = ['X-Acs-Action', 'ListCertificates', 'x-acs-version', '2024-05-18']
const FORM = ['content-type', 'application/x-www-form-urlencoded; charset=utf-8']

describe('the operation of a request', () => {
  test.each<[string, WireRequest]>([
    ['in the headers of ACS3', request('/?ProjectId=1', [...ACS3, ...HEADERS])],
    ['in the headers of an unsigned request', request('/', HEADERS)],
    ['in the query', request('/?Action=ListCertificates&Version=2024-05-18&Signature=x')],
    ['in a form body', request('/', FORM, 'Action=ListCertificates&Version=2024-05-18&Signature=x')],
    ['split between query and form', request('/?Action=ListCertificates', FORM, 'Version=2024-05-18')],
    [
      'in the header under ACS3, whatever the query says',
      request('/?Action=DeleteCertificate&Version=1999-01-01', [...ACS3, ...HEADERS]),
    ],
    [
      'in the signed parameter under V1, whatever the unsigned header says',
      request('/?Action=ListCertificates&Version=2024-05-18&Signature=x', [
        'x-acs-action',
        'DeleteCertificate',
        'x-acs-version',
        '2019-12-19',
      ]),
    ],
  ])('is found %s', (_, wire) => {
    expect(choose(wire, VERSIONS)).toEqual({ operation: 'ListCertificates' })
  })

  test('of another version is found there', () => {
    expect(choose(request('/?Action=AuthorizeFileUpload&Version=2019-12-19'), VERSIONS)).toEqual({
      operation: 'AuthorizeFileUpload',
    })
  })

  test.each<[string, WireRequest, object]>([
    ['an unknown version', request('/?Action=ListCertificates&Version=2020-05-18'), { is: 'no-such-version' }],
    ['an unknown action', request('/?Action=ListEverything&Version=2024-05-18'), { is: 'no-such-operation' }],
    ['both unknown: the version', request('/?Action=ListEverything&Version=1'), { is: 'no-such-version' }],
    ['a name of every object', request('/?Action=constructor&Version=2024-05-18'), { is: 'no-such-operation' }],
    ['another letter case', request('/?Action=listcertificates&Version=2024-05-18'), { is: 'no-such-operation' }],
    [
      'an action of another version',
      request('/?Action=AuthorizeFileUpload&Version=2024-05-18'),
      { is: 'no-such-operation' },
    ],
    ['no action', request('/?Version=2024-05-18'), { problem: { parameter: 'Action', is: 'missing' } }],
    ['no version', request('/?Action=ListCertificates'), { problem: { parameter: 'Version', is: 'missing' } }],
    ['an empty action', request('/?Action=&Version=2024-05-18'), { problem: { parameter: 'Action', is: 'missing' } }],
    [
      'V1 with the action in a header only',
      request('/?Version=2024-05-18&Signature=x', HEADERS),
      { problem: { parameter: 'Action', is: 'missing' } },
    ],
    [
      'an action twice',
      request('/?Action=ListCertificates&Action=ListCertificates&Version=2024-05-18'),
      { problem: { parameter: 'Action', is: 'repeated' } },
    ],
    [
      'an action once in the query and once in the form',
      request('/?Action=ListCertificates&Version=2024-05-18', FORM, 'Action=DeleteCertificate'),
      { problem: { parameter: 'Action', is: 'repeated' } },
    ],
    [
      'an action in two headers',
      request('/', [...ACS3, ...HEADERS, 'x-acs-action', 'DeleteCertificate']),
      { problem: { parameter: 'x-acs-action', is: 'repeated' } },
    ],
    ['broken encoding', request('/?Action=%ff'), { problem: { parameter: 'Action', is: 'badly-encoded' } }],
    ['a JSON body', request('/', ['content-type', 'application/json'], '{}'), { is: 'unsupported-media-type' }],
    ['a form that is not UTF-8', { ...request('/', FORM), body: Uint8Array.of(0x41, 0xff) }, { is: 'malformed-body' }],
  ])('is refused: %s', (_, wire, failure) => {
    expect(choose(wire, VERSIONS)).toMatchObject(failure)
  })
})
