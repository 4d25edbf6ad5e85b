/** The command line: commands, flags, help, exit codes (0 done, 1 failed, 2 wrong usage). */

import type { Readable, Writable } from 'node:stream'
import { Command, CommanderError, Option } from 'commander'
import type { AccessRules } from '../identity/access-rules.ts'
import { ORDERS } from '../inventory/operations/list.ts'
import type { Intake } from '../products/shared/product.ts'
import type { Archive } from '../registry/archive.ts'
import type { Clock } from '../registry/record-number.ts'
import type { Registry } from '../server/registry.ts'
import { WorkerFailed } from '../server/workers.ts'
import { addAdministration } from './admin/admin.ts'
import { INVENTORY_OPTIONS } from './ask-inventory.ts'
import { ARCHIVE_OPTIONS, BACKUP_HELP, backUp } from './backup.ts'
import { DOCTOR_HELP, examine } from './doctor.ts'
import { byName, withOptions } from './flags.ts'
import { IMPORT_OPTIONS, importFiles } from './import.ts'
import { listInventory, showInInventory } from './list.ts'
import type { Environment } from './options.ts'
import { wordsOf } from './place.ts'
import { RESTORE_HELP, restore } from './restore.ts'
import { SERVE_OPTIONS, serve } from './serve.ts'
import { Usage } from './usage.ts'

/** What `main.ts` puts in. */
export interface Rooms {
  readonly openRegistry: (options: {
    readonly dataDir: string
    /** The URL of a PostgreSQL; that of `env` without it, and the data directory's own file without both. */
    readonly database?: string
    readonly env: Environment
    readonly clock?: Clock
    /** As the vendors do without it. */
    readonly rules?: AccessRules
  }) => Promise<Registry>
  /** Nothing is touched before it is used. */
  readonly openArchive: (options: {
    readonly dataDir: string
    readonly database?: string
    readonly env: Environment
  }) => Archive
  /** What `import --into` has. */
  readonly intakes: readonly Intake[]
  readonly env: Environment
  /** Of the package. */
  readonly version: string
}

export interface Streams {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

const EXIT = { done: 0, failed: 1, usage: 2 } as const

/** @returns the exit code */
export async function runCli(args: readonly string[], rooms: Rooms, io: Streams = process): Promise<number> {
  let code: number = EXIT.done
  const program = programOf(rooms, io, failed => {
    code = failed ? EXIT.failed : EXIT.done
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done
    if (error instanceof WorkerFailed) return error.exitCode
    const isUsage = error instanceof CommanderError || error instanceof Usage
    io.stderr.write(`certfolio: ${error instanceof CommanderError ? withoutValues(error) : messageOf(error)}\n`)
    if (isUsage) io.stderr.write('Run certfolio --help.\n')
    return isUsage ? EXIT.usage : EXIT.failed
  }
}

function programOf(rooms: Rooms, io: Streams, end: (failed: boolean) => void): Command {
  const program = new Command('certfolio')
    .description("One registry for every X.509 certificate, served through five clouds' own listing APIs.")
    .version(rooms.version)
    .exitOverride()
    .configureOutput({
      writeOut: text => io.stdout.write(text),
      writeErr: text => io.stderr.write(text),
      // What commander says of an error repeats what was typed; `withoutValues` says it instead.
      outputError: () => undefined,
    })
    .addHelpText('after', `\nExit codes: 0 done, 1 failed, 2 wrong usage.`)

  withOptions(program.command('serve'), SERVE_OPTIONS)
    .description('serve all APIs until SIGTERM or SIGINT')
    .action(async flags => {
      await serve(byName(SERVE_OPTIONS, flags), { ...rooms, stdout: io.stdout })
      end(false)
    })

  withOptions(program.command('import'), IMPORT_OPTIONS)
    .description('bring certificates into one product: files, folders with all below them, - for standard input')
    .argument('<path...>', 'PEM, DER or PKCS#7, one certificate or many; x.key beside x.crt is its private key')
    .requiredOption('--into <PRODUCT>', rooms.intakes.map(({ product }) => product).join(', '))
    .option('--scope <WORD=VALUE>', scopeHelp(rooms.intakes), (text, all: string[] = []) => [...all, text])
    .option('--json', 'say the result as JSON')
    .action(async (paths: string[], flags) => {
      const { into, scope = [], json = false } = flags
      const request = { paths, into, scope, json, flags: byName(IMPORT_OPTIONS, flags) }
      end(!(await importFiles(request, rooms, io)))
    })

  withOptions(program.command('list'), INVENTORY_OPTIONS)
    .description('list the certificates of all products, one a line')
    .option('--filter <FILTER>', 'which ones, for example \'daysLeft < 30 and not owner = ""\' (docs/inventory.md)', '')
    .addOption(new Option('--order <ORDER>').choices(Object.keys(ORDERS)).default('created'))
    .addOption(new Option('--direction <DIRECTION>').choices(['asc', 'desc']).default('asc'))
    .option('--json', 'a JSON object a line')
    .action(async flags => {
      const { filter, order, direction, json = false } = flags
      await listInventory({ filter, order, direction, json, flags: byName(INVENTORY_OPTIONS, flags) }, rooms, io)
      end(false)
    })

  withOptions(program.command('show'), INVENTORY_OPTIONS)
    .description('show one certificate: what it says, or itself')
    .argument('<id>', 'as certfolio list writes it')
    .addOption(new Option('--form <FORM>', 'how').choices(['text', 'pem', 'json']).default('text'))
    .option('--json', 'as --form json: with its findings, its chain and its twins')
    .action(async (id: string, flags) => {
      const form: string = flags.json ? 'json' : flags.form
      await showInInventory({ id, form, flags: byName(INVENTORY_OPTIONS, flags) }, rooms, io)
      end(false)
    })

  withOptions(program.command('backup'), ARCHIVE_OPTIONS)
    .description('write everything into one file, also while a server runs')
    .argument('<file>', 'the file; one that is there already is replaced once the new one is whole')
    .option('--json', 'say the result as JSON')
    .addHelpText('after', BACKUP_HELP)
    .action(async (file: string, flags) => {
      const { json = false } = flags
      await backUp({ file, json, flags: byName(ARCHIVE_OPTIONS, flags) }, rooms, io)
      end(false)
    })

  withOptions(program.command('restore'), ARCHIVE_OPTIONS)
    .description('put a backup into an empty registry')
    .argument('<file>', 'what certfolio backup has written')
    .option('--check', 'only read the file to its end and say whether it is whole')
    .option('--another-master-key', 'restore although no secret of the backup can be opened with the master key here')
    .option('--json', 'say the result as JSON')
    .addHelpText('after', RESTORE_HELP)
    .action(async (file: string, flags) => {
      const { json = false, check = false, anotherMasterKey = false } = flags
      await restore({ file, json, check, anotherMasterKey, flags: byName(ARCHIVE_OPTIONS, flags) }, rooms, io)
      end(false)
    })

  withOptions(program.command('doctor'), ARCHIVE_OPTIONS)
    .description('check the registry against itself and say what is wrong')
    .option('--json', 'say the result as JSON')
    .addHelpText('after', DOCTOR_HELP)
    .action(async flags => {
      const { json = false } = flags
      end(!(await examine({ json, flags: byName(ARCHIVE_OPTIONS, flags) }, rooms, io)))
    })

  addAdministration(program, rooms, io)
  return program
}

function scopeHelp(intakes: readonly Intake[]): string {
  const words = intakes.map(
    intake =>
      `${intake.product}: ${wordsOf(intake)
        .map(word => `${word}=ID`)
        .join(', ')}`,
  )
  return `where to; what is left out is the first account's (${words.join('; ')})`
}

/** What is wrong with the command line, without what was typed there: a mistyped option may hold a secret. */
function withoutValues(error: CommanderError): string {
  const [, flag] = /unknown option '(--?[a-z-]{1,30})(?:=|')/.exec(error.message) ?? []
  const known = new Map([
    ['commander.unknownOption', flag === undefined ? 'There is no such option.' : `There is no option ${flag}.`],
    ['commander.unknownCommand', 'There is no such command.'],
    ['commander.help', 'Which command?'],
    ['commander.excessArguments', 'There are too many arguments.'],
    ['commander.missingArgument', 'An argument is missing.'],
    ['commander.missingMandatoryOptionValue', 'The option --into is missing.'],
    ['commander.optionMissingArgument', 'An option is without its value.'],
  ])
  return known.get(error.code) ?? 'The command line cannot be understood.'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
