/** What happens to any command whose standard output cannot be written, on a full device for example. */

import type { Writable } from 'node:stream'

/**
 * Ends the process with 1: nobody would see the result. What was acknowledged to be stored until then is stored.
 * @param streams those of the process: one line is said, and none where the reader has just gone (`| head`)
 */
export function endWhereUnwritable(streams: { readonly stdout: Writable; readonly stderr: Writable }): void {
  streams.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE')
      streams.stderr.write(`certfolio: Standard output cannot be written: ${error.message}.\n`)
    process.exit(1)
  })
}
