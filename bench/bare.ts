/** A bare `node:http` server that answers every request with the same bytes: what the machine and Node can do at best. */

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [file = ''] = process.argv.slice(2)
const body = readFileSync(file)
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`ready at http://127.0.0.1:${address.port}`)
})
process.on('SIGTERM', () => process.exit(0))
