/** A proxy before a PostgreSQL server, which cuts the connection at a chosen word of the client. */

import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly port: number
  /**
   * Cuts the next connection on which the client says this: before the server hears it, or when the server has answered
   * it, whose answer is never heard.
   */
  cut(when: 'before' | 'after', word: string): void
  /** How often it cut. */
  readonly cuts: number
  /** Runs before a cut, and has it wait. */
  meanwhile: () => Promise<void>
  close(): Promise<void>
}

export async function startCuttingProxy(serverPort: number): Promise<CuttingProxy> {
  const proxy = new WordProxy(serverPort)
  await proxy.listen()
  return proxy
}

class WordProxy implements CuttingProxy {
  cuts = 0
  port = 0
  meanwhile = async () => {}
  readonly #serverPort: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #plan: { readonly when: 'before' | 'after'; readonly word: string } | undefined

  constructor(serverPort: number) {
    this.#serverPort = serverPort
    this.#server = createServer(client => this.#connect(client))
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    this.port = address.port
  }

  cut(when: 'before' | 'after', word: string): void {
    this.#plan = { when, word }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #connect(client: Socket): void {
    const server = connect(this.#serverPort, '127.0.0.1')
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        server.destroy()
      })
    }
    let cutting = false
    const end = async () => {
      this.cuts++
      await this.meanwhile()
      client.destroy()
      server.destroy()
    }
    client.on('data', data => {
      const plan = this.#plan
      if (plan !== undefined && data.includes(plan.word)) {
        this.#plan = undefined
        cutting = true
        if (plan.when === 'before') return void end()
      }
      server.write(data)
    })
    server.on('data', data => {
      if (cutting) void end()
      else client.write(data)
    })
  }
}
