/**
 * The import rule of docs/architecture.md: a room imports only the rooms below it, a product no other product, and only
 * the rooms that speak HTTP or SQL know of it. Exits with 1 and a line for each violation.
 *
 *     node scripts/check-imports.ts [ROOT]
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'

/** Each room, and the rooms that it may import besides itself. What is not named here may not be imported at all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  x509: [],
  registry: ['x509'],
  identity: ['registry', 'x509'],
  storage: ['identity', 'registry', 'x509'],
  products: ['identity', 'registry', 'x509'],
  inventory: ['identity', 'registry', 'x509'],
  watch: ['identity', 'registry', 'x509'],
  sources: ['identity', 'registry', 'x509'],
  server: ['products', 'inventory', 'watch', 'sources', 'identity', 'registry', 'x509'],
  cli: ['server', 'products', 'inventory', 'watch', 'sources', 'identity', 'registry', 'x509'],
}

const HTTP = /^(?:(?:node:)?https?2?|fastify|@fastify\/.*|undici)$/
const SQL = /^(?:(?:node:)?sqlite|pg(?:-.*)?|kysely)$/

/** Of modules from outside: all that the two lowest rooms use. */
const USES: Readonly<Record<string, RegExp>> = {
  x509: /^(?:node:(?:crypto|util|net)|@peculiar\/asn1-.*)$/,
  registry: /^node:(?:crypto|util)$/,
}

/** What the other rooms must not know of. */
const MUST_NOT_USE: Readonly<Record<string, readonly RegExp[]>> = {
  identity: [HTTP, SQL],
  storage: [HTTP],
  products: [HTTP, SQL],
  inventory: [HTTP, SQL],
  watch: [SQL],
  sources: [HTTP, SQL],
  server: [SQL],
  cli: [SQL],
}

/** Files that import what they are told to: a thread is handed the path of one product's intake. */
const MAY_IMPORT_ANYTHING: ReadonlySet<string> = new Set([join('src', 'sources', 'thread.ts')])

/** What stands in quotation marks of any kind. */
const TEXT = String.raw`(?:'([^'\n]*)'|"([^"\n]*)"|\`([^\`]*)\`)`
/** `import … from '…'` and `export … from '…'`, `import '…'`, `import('…')`, and the path of a thread or a file. */
const IMPORTS = [
  String.raw`^\s*(?:import|export)\b[^'"\`;=]*\bfrom\s*${TEXT}`,
  String.raw`^\s*import\s*${TEXT}`,
  String.raw`\bimport\s*\(\s*${TEXT}`,
  String.raw`\bnew URL\(\s*${TEXT},\s*import\.meta\.url`,
].map(pattern => new RegExp(pattern, 'gm'))
/** `import(` before anything but a text. */
const COMPUTED = /\bimport\s*\(\s*[^\s'"`)]/

/** Files straight below src/products/ are what the products share; a folder there is one product. */
function productOf(path: string): string | undefined {
  const [src, room, product, file] = path.split(sep)
  return src === 'src' && room === 'products' && product !== undefined && file !== undefined && product !== 'shared'
    ? product
    : undefined
}

function roomOf(path: string): string | undefined {
  const [src, room, file] = path.split(sep)
  return src === 'src' && file !== undefined ? room : undefined
}

/** What is wrong with one import of a file. */
function* wrongs(file: string, room: string, target: string): Generator<string> {
  if (target.includes('${')) {
    if (!MAY_IMPORT_ANYTHING.has(file)) yield `${file} imports ${target}: which file that is cannot be seen`
    return
  }
  if (!target.startsWith('.')) {
    const unwanted = MUST_NOT_USE[room]?.some(pattern => pattern.test(target)) || USES[room]?.test(target) === false
    if (unwanted) yield `${file} imports ${target}: ${room} must not know it`
    return
  }
  const imported = normalize(join(dirname(file), target))
  // A file that is read, package.json for example.
  if (!imported.endsWith('.ts') && !imported.startsWith(`src${sep}`)) return
  const importedRoom = roomOf(imported)
  if (importedRoom === undefined || (importedRoom !== room && !MAY_IMPORT[room]?.includes(importedRoom)))
    yield `${file} imports ${imported}: ${room} may import only ${MAY_IMPORT[room]?.join(', ') || 'itself'}`
  const [product, other] = [productOf(file), productOf(imported)]
  if (product !== undefined && other !== undefined && product !== other)
    yield `${file} imports ${imported}: a product never imports another product`
  if (room === 'products' && product === undefined && other !== undefined)
    yield `${file} imports ${imported}: what the products share knows none of them`
}

/** Without the lines that are comments: they may speak of imports. */
function codeOf(text: string): string {
  return text.replace(/^\s*(?:\/\/|\/\*|\*).*$/gm, '')
}

const root = process.argv[2] ?? '.'
const violations: string[] = []
for (const file of globSync('src/**/*.ts', { cwd: root }).toSorted()) {
  const room = roomOf(file)
  if (room === undefined || file.endsWith('.test.ts')) continue
  const code = codeOf(readFileSync(join(root, file), 'utf8'))
  if (COMPUTED.test(code) && !MAY_IMPORT_ANYTHING.has(file))
    violations.push(`${file} imports what is computed: which file that is cannot be seen`)
  for (const [, single, double, template] of IMPORTS.flatMap(pattern => [...code.matchAll(pattern)]))
    violations.push(...wrongs(file, room, single ?? double ?? template ?? ''))
}
for (const violation of violations) console.error(violation)
process.exitCode = violations.length > 0 ? 1 : 0
