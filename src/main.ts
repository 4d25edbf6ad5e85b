#!/usr/bin/env node
/** The one file that knows every room: it puts the registry together, and hands it to the commands. */

import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { type Rooms, runCli } from './cli/cli.ts'
import { operatorOf } from './cli/operator.ts'
import { endWhereUnwritable } from './cli/unwritable.ts'
import type { AccessRules } from './identity/access-rules.ts'
import { createIdentity } from './identity/create-identity.ts'
import { createFirstAccount } from './identity/first-account.ts'
import { createPasswords, type Passwords } from './identity/passwords.ts'
import { openCheckedVault, openVault } from './identity/vault.ts'
import { SECTIONS } from './inventoried.ts'
import { createInventory } from './inventory/inventory.ts'
import { apic } from './products/apic/apic.ts'
import { dataworks, dataworksIntakes } from './products/dataworks/dataworks.ts'
import { iam } from './products/iam/iam.ts'
import { iotda } from './products/iotda/iotda.ts'
import { scm } from './products/scm/scm.ts'
import type { Product } from './products/shared/product.ts'
import type { Archive } from './registry/archive.ts'
import type { Clock } from './registry/record-number.ts'
import type { Registry } from './server/registry.ts'
import { createArchive } from './storage/backup/archive.ts'
import { openPostgresRaw } from './storage/backup/postgres.ts'
import { openSqliteRaw } from './storage/backup/sqlite.ts'
import { openDirectory } from './storage/directory.ts'
import type { DirectoryTables } from './storage/directory-tables.ts'
import { openPostgres } from './storage/postgres/open.ts'
import { openSqlite } from './storage/sqlite/open.ts'

/** The products that need nothing to be made. */
const PRODUCTS: readonly Product[] = [iotda, scm, apic]

export interface RegistryOptions {
  /** Created where its parent exists. */
  readonly dataDir: string
  /** The URL of a PostgreSQL; that of `CERTFOLIO_DATABASE` without it, and a file in the data directory without both. */
  readonly database?: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The machine's without it. */
  readonly clock?: Clock
  /** Hashing at its full cost without it. */
  readonly passwords?: Passwords
  /** As the vendors do without it. */
  readonly rules?: AccessRules
}

/** @throws Error with one line for the operator where the data directory cannot be used */
export async function openRegistry({
  dataDir,
  env,
  database: url = env.CERTFOLIO_DATABASE || undefined,
  clock = Date.now,
  passwords = createPasswords(),
  rules,
}: RegistryOptions): Promise<Registry> {
  await makeDirectory(dataDir)
  const storage =
    url === undefined ? await openSqlite(join(dataDir, 'certfolio.db'), { clock }) : await openPostgres(url, { clock })
  try {
    const database = new Kysely<DirectoryTables>({ dialect: storage.dialect() })
    const nonces = new Kysely<DirectoryTables>({ dialect: storage.eventsDialect() })
    const directory = openDirectory({ database, nonces, clock })
    const vault = await openCheckedVault(directory, dataDir, env)
    const identity = createIdentity({ directory, vault, clock, rules })
    const administration = { directory, vault, passwords, clock }
    const products = [dataworks(administration), ...PRODUCTS, iam({ directory, identity, passwords, clock })]
    await storage.declare(products.flatMap(product => product.listings))
    const { records, inventory } = storage
    return {
      products,
      inventory: createInventory({ identity, records, inventory, sections: SECTIONS, clock }),
      storage,
      identity,
      clock,
      directory,
      passwords,
      createFirstAccount: (endpoint, keep) =>
        createFirstAccount({ directory, vault, passwords, clock, endpoint, keep }),
      operator: () => operatorOf(directory),
      async close() {
        await identity.audit.flush()
        await storage.close()
      },
    }
  } catch (error) {
    await storage.close()
    throw error
  }
}

/** The registry of a data directory as `backup`, `restore` and `doctor` see it. */
function openArchive({
  dataDir,
  env,
  database: url = env.CERTFOLIO_DATABASE || undefined,
}: Pick<RegistryOptions, 'dataDir' | 'database' | 'env'>): Archive {
  const archive = createArchive({
    version: rooms.version,
    clock: Date.now,
    dataDir,
    vault: () =>
      env.CERTFOLIO_MASTER_KEY || existsSync(join(dataDir, 'master.key')) ? openVault(dataDir, env) : undefined,
    async open({ make }) {
      if (make) await makeDirectory(dataDir)
      return url !== undefined ? openPostgresRaw(url) : openSqliteRaw(join(dataDir, 'certfolio.db'))
    },
    sealingContext({ record, product, scope, contents }, role) {
      const intake = rooms.intakes.find(each => each.product === product)
      return intake?.sealingContext?.(record, role, scope.slice(product.length + 1), contents)
    },
  })
  return {
    ...archive,
    async restore(path, options) {
      const summary = await archive.restore(path, options)
      // Where it was restored without one: no start would make a key beside an account.
      openVault(dataDir, env)
      return summary
    },
  }
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    const why =
      code === 'ENOENT' ? 'its parent directory does not exist; create it, or choose another with --data' : message
    throw new Error(`The data directory ${path} cannot be made: ${why}.`, { cause: error })
  }
}

/** What the commands work with. */
export const rooms: Rooms = {
  openRegistry,
  openArchive,
  intakes: [...dataworksIntakes, ...PRODUCTS.flatMap(product => product.intakes)],
  version: JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version,
  env: process.env,
}

if (import.meta.main) {
  // Whatever is written into a data directory is the owner's alone, also where the directory itself is open.
  process.umask(0o077)
  endWhereUnwritable(process)
  process.exitCode = await runCli(process.argv.slice(2), rooms)
}
