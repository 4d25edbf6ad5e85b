/** A thread that reads its share of a PEM file with `new X509Certificate` and nothing else. */

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

/** @returns milliseconds: the file is read and cut before they begin */
export function parseBare(path: string, thread: number, threads: number): number {
  const certificates = readFileSync(path, 'latin1').split(/(?<=-----END CERTIFICATE-----\n)/)
  const share = certificates.slice(
    Math.floor((certificates.length * thread) / threads),
    Math.floor((certificates.length * (thread + 1)) / threads),
  )
  const started = performance.now()
  for (const pem of share) new X509Certificate(pem)
  return performance.now() - started
}

if (parentPort !== null) {
  const { path, thread, threads } = workerData
  parentPort.postMessage(parseBare(path, thread, threads))
}
