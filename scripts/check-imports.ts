/**
 * The import rule of docs/architecture.md: a room imports only the rooms below it, and a product no other product.
 * Exits with 1 and a line for each violation.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'

/** Each room, and the rooms that it may import besides itself. What is not named here may not be imported at all. */
const MAY_IMPORT: Record<string, readonly string[]> = {
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

const violations: string[] = []
for (const file of globSync('src/**/*.ts')) {
  const room = roomOf(file)
  if (room === undefined || file.endsWith('.test.ts')) continue
  const text = readFileSync(file, 'utf8')
  for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)) {
    if (target === undefined) continue
    const imported = normalize(join(dirname(file), target))
    const importedRoom = roomOf(imported)
    if (importedRoom === undefined || (importedRoom !== room && !MAY_IMPORT[room]?.includes(importedRoom)))
      violations.push(
        `${file} imports ${imported}: ${room} may import only ${MAY_IMPORT[room]?.join(', ') || 'itself'}`,
      )
    const [product, other] = [productOf(file), productOf(imported)]
    if (product !== undefined && other !== undefined && product !== other)
      violations.push(`${file} imports ${imported}: a product never imports another product`)
    if (room === 'products' && product === undefined && other !== undefined)
      violations.push(`${file} imports ${imported}: what the products share knows none of them`)
  }
}
for (const violation of violations) console.error(violation)
process.exitCode = violations.length > 0 ? 1 : 0
