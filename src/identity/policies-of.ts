/** Finds the policies that reach a user, and keeps them compiled for as long as the directory says the same. */

import type { CustomPolicy, Grant } from './access.ts'
import type { AccessKey, DirectoryReader } from './directory.ts'
import { BUILT_IN_POLICIES } from './policy/built-in.ts'
import { type PolicyDocument, PolicyProblem, readPolicy } from './policy/document.ts'
import { Permissions, type ReachingPolicy, UNREADABLE } from './policy/permissions.ts'

export class Policies {
  readonly #directory: DirectoryReader
  /** By the directory's own objects: after any change they are others, so nothing stale is ever found. */
  readonly #granted = new WeakMap<readonly Grant[], Promise<Permissions>>()
  readonly #documents = new WeakMap<CustomPolicy, PolicyDocument>()
  readonly #sessions = new WeakMap<AccessKey, Permissions>()

  constructor(directory: DirectoryReader) {
    this.#directory = directory
  }

  async granted(userId: string): Promise<Permissions> {
    const grants = await this.#directory.grantsOf(userId)
    let permissions = this.#granted.get(grants)
    if (permissions === undefined) {
      permissions = this.#compiled(grants)
      this.#granted.set(grants, permissions)
      permissions.catch(() => this.#granted.delete(grants))
    }
    return permissions
  }

  /** The session policy of the key that a request was signed with. */
  async session(accessKeyId: string | undefined): Promise<Permissions | undefined> {
    const key = accessKeyId === undefined ? undefined : await this.#directory.accessKey(accessKeyId)
    if (typeof key?.sessionPolicy !== 'string') return undefined
    let permissions = this.#sessions.get(key)
    if (permissions === undefined) {
      const document = read(key.sessionPolicy)
      permissions = new Permissions([{ name: 'session policy', document, reach: { kind: 'account' } }])
      this.#sessions.set(key, permissions)
    }
    return permissions
  }

  async #compiled(grants: readonly Grant[]): Promise<Permissions> {
    const policies: ReachingPolicy[] = []
    for (const { policy, reach } of grants) {
      if (policy.kind === 'built-in') {
        const builtIn = BUILT_IN_POLICIES.get(policy.name)
        if (builtIn) policies.push({ ...builtIn, reach })
        continue
      }
      const custom = await this.#directory.policy(policy.id)
      if (custom) policies.push({ name: custom.name, document: this.#documentOf(custom), reach })
    }
    return new Permissions(policies)
  }

  #documentOf(policy: CustomPolicy): PolicyDocument {
    let document = this.#documents.get(policy)
    if (document === undefined) {
      document = read(policy.document)
      this.#documents.set(policy, document)
    }
    return document
  }
}

function read(text: string): PolicyDocument {
  try {
    return readPolicy(text)
  } catch (error) {
    if (error instanceof PolicyProblem) return UNREADABLE
    throw error
  }
}
