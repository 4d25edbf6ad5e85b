/** The wire formats of access keys: reference identity-huawei §1.5 for temporary ones, §1.6 for permanent ones. */

import { Type } from 'typebox'
import type { AccessKey } from '../../identity/directory.ts'
import { TEMPORARY_KEY_SECONDS } from '../../identity/limits.ts'
import type { TemporaryKey } from '../../identity/temporary-keys.ts'
import { wireTime } from './wire.ts'

const Description = Type.Optional(Type.String({ maxLength: 255 }))

/** `POST /v3.0/OS-CREDENTIAL/credentials`. */
export const newCredentialBody = Type.Object({
  credential: Type.Object({ user_id: Type.String({ minLength: 1, maxLength: 64 }), description: Description }),
})

/** `PUT /v3.0/OS-CREDENTIAL/credentials/{access_key}`. */
export const changedCredentialBody = Type.Object({
  credential: Type.Object({
    status: Type.Optional(Type.Unsafe<'active' | 'inactive'>({ type: 'string', enum: ['active', 'inactive'] })),
    description: Description,
  }),
})

/** `GET /v3.0/OS-CREDENTIAL/credentials`; without a user, the caller's. */
export const credentialsQuery = Type.Object({ user_id: Type.Optional(Type.String({ maxLength: 64 })) })

/** `POST /v3.0/OS-CREDENTIAL/securitytokens`. A policy is any object here: the policy reader judges it. */
export const securityTokenBody = Type.Object({
  auth: Type.Object({
    identity: Type.Object({
      methods: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 8 }),
      token: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.String({ minLength: 1, maxLength: 8192 })),
          duration_seconds: Type.Optional(
            Type.Integer({ minimum: TEMPORARY_KEY_SECONDS.least, maximum: TEMPORARY_KEY_SECONDS.most }),
          ),
        }),
      ),
      policy: Type.Optional(Type.Object({})),
    }),
  }),
})

/** What is said of a permanent key; its secret is not among it. */
export function credentialOf(key: AccessKey) {
  return {
    access: key.id,
    user_id: key.userId,
    status: key.enabled ? 'active' : 'inactive',
    create_time: wireTime(key.createdAt),
    description: key.description ?? '',
  }
}

/** `expires_at` with six digits after the point: Python's client reads no other form. */
export function temporaryCredentialOf(key: TemporaryKey) {
  return {
    access: key.id,
    secret: key.secret,
    securitytoken: key.securityToken,
    expires_at: wireTime(key.expiresAt),
  }
}
