/** Writes docs/compatibility.md from the products' route tables: `npm run compatibility`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRegistry } from '../src/main.ts'
import type { Product, Route, Support } from '../src/products/shared/product.ts'

const HEAD = `# Compatibility

Every operation of the vendors' APIs that this registry knows, and how far it goes. Generated from the route tables by
\`npm run compatibility\`; a test compares the two. What an operation does in detail is said in the README of its product.

- **complete**: as the vendor documents it.
- **deviates**: complete but for what stands below the table, each with its reason.
- **not supported**: answers in the vendor's error format that it is not supported.

On every path: a method that the path does not have is refused in the vendor's words, with \`Allow\`; \`HEAD\` is one of
them unless the table has it. A slash at the end of a path changes nothing. A body has at most 1 MiB, the request line
with all headers 64 KiB, the request target 48 KiB; header lines are at most 100. Bodies in a content coding are refused
(415), and answers are never compressed.
`

function said(support: Support): string {
  switch (support.is) {
    case 'complete':
      return 'complete'
    case 'deviates':
      return 'deviates'
    case 'unsupported':
      return `not supported: ${support.why}`
  }
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** RPC operations stand in the route table once for each method: here they are one row. */
function rowsOf(routes: readonly Route[]): string[] {
  const operations = Map.groupBy(routes, ({ operation, path, support }) => JSON.stringify([operation, path, support]))
  return [...operations.values()].flatMap(same => {
    const methods = same.map(({ method }) => method).join(', ')
    return same.slice(0, 1).map(({ operation, path, action, support }) => {
      const permission = action === '' ? 'none' : `\`${action}\``
      return `| \`${operation}\` | \`${methods} ${path}\` | ${permission} | ${cell(said(support))} |`
    })
  })
}

function deviationsOf(routes: readonly Route[]): string[] {
  const lines = routes.flatMap(({ operation, support }) =>
    support.is === 'deviates' ? support.deviations.map(deviation => `- \`${operation}\`: ${deviation}`) : [],
  )
  return [...new Set(lines)]
}

function sectionOf({ name, title, routes }: Product): string {
  const counted = (is: Support['is']) => new Set(routes.filter(({ support }) => support.is === is).map(sameAs)).size
  const deviations = deviationsOf(routes)
  return [
    `## ${title}`,
    '',
    `Product \`${name}\`: ${counted('complete')} complete, ${counted('deviates')} with deviations, ${counted('unsupported')} not supported.`,
    '',
    '| operation | request | permission | support |',
    '|---|---|---|---|',
    ...rowsOf(routes),
    ...(deviations.length > 0 ? ['', ...deviations] : []),
    '',
  ].join('\n')
}

function sameAs({ operation, path }: Route): string {
  return `${operation} ${path}`
}

export function compatibilityOf(products: readonly Product[]): string {
  return [HEAD, ...products.map(sectionOf)].join('\n')
}

if (import.meta.main) {
  const dataDir = await mkdtemp(join(tmpdir(), 'certfolio-'))
  const registry = await openRegistry({ dataDir, env: {} })
  await writeFile(new URL('../docs/compatibility.md', import.meta.url), compatibilityOf(registry.products))
  await registry.close()
  await rm(dataDir, { recursive: true })
}
