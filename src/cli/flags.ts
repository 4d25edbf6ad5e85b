/** Between the table of options and commander. */

import { type Command, Option } from 'commander'
import { OPTIONS, type OptionLine, type OptionName } from './options.ts'

export function withOptions(command: Command, names: readonly OptionName[]): Command {
  for (const name of names) {
    const line: OptionLine<unknown> = OPTIONS[name]
    const told = `${line.help} (${line.default === undefined ? '' : `default: ${line.default}, `}env: ${line.env})`
    if (line.isSwitch) command.addOption(new Option(`--${name}`, told))
    else if (line.placeholder === undefined) command.addHelpText('after', `\nEnvironment: ${line.env}: ${line.help}`)
    else command.addOption(new Option(`--${name} <${line.placeholder}>`, told))
  }
  return command
}

/** Commander names `--tls-cert` `tlsCert`. */
export function byName(names: readonly OptionName[], flags: Readonly<Record<string, unknown>>) {
  const camel = (name: string) => name.replace(/-./g, pair => pair.slice(1).toUpperCase())
  return Object.fromEntries(names.map(name => [name, flags[camel(name)]?.toString()]))
}
