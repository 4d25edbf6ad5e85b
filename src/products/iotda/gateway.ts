/**
 * Answers of the API gateway that stands before IoTDA: what a request fails of before IoTDA sees it (reference
 * identity-huawei §5.1). They carry the request id in the body as well, which IoTDA's own answers do not.
 */
import type { Reply } from '../shared/failure.ts'

/** Every error that the gateway answers with. */
export const GATEWAY_ERRORS = {
  noSuchApi: {
    status: 404,
    code: 'APIGW.0101',
    message: 'The API does not exist or has not been published in the environment.',
  },
  /** The gateway has no word of its own for a wrong method: to it, no such API exists. */
  methodNotAllowed: {
    status: 405,
    code: 'APIGW.0101',
    message: 'The API does not exist or has not been published in the environment.',
  },
  bodyTooLarge: { status: 413, code: 'APIGW.0201', message: 'Request entity too large.' },
  targetTooLong: { status: 414, code: 'APIGW.0201', message: 'Request URI too large.' },
  headersTooLarge: { status: 494, code: 'APIGW.0201', message: 'Request headers too large.' },
  badCredentials: { status: 401, code: 'APIGW.0301', message: 'Incorrect IAM authentication information:' },
  staleToken: { status: 401, code: 'APIGW.0307', message: 'The token must be updated.' },
  throttled: { status: 429, code: 'APIGW.0308', message: 'The throttling threshold has been reached.' },
} as const satisfies Record<string, { status: number; code: string; message: string }>

/** @param detail stands behind the gateway's text */
export function gateway(error: keyof typeof GATEWAY_ERRORS, requestId: string, detail?: string): Reply {
  const { status, code, message } = GATEWAY_ERRORS[error]
  const text = detail === undefined ? message : `${message} ${detail}`
  return { status, body: { error_msg: text, error_code: code, request_id: requestId } }
}
