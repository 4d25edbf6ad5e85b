/** What this machine allows its tests. Where it does not, they are skipped, and say why. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether processes may be traced here: strace may be missing, or forbidden in a container. */
export const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

function canMountHere(): boolean {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return false
  const directory = mkdtempSync(join(tmpdir(), 'certfolio-mount-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', directory]).status === 0
  if (mounted) spawnSync('umount', [directory])
  rmdirSync(directory)
  return mounted
}

/** Whether file systems may be mounted here: only by root, and not in every container. */
export const canMount = canMountHere()

export interface Mounted extends Disposable {
  readonly path: string
  remount(options: string): void
}

/** A file system in memory. @param size as `mount` takes it, for example `4m` */
export function mountMemory(path: string, size: string): Mounted {
  mkdirSync(path, { mode: 0o700 })
  run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'none', path])
  return {
    path,
    remount: options => run('mount', ['-o', `remount,${options}`, path]),
    [Symbol.dispose]: () => run('umount', ['--lazy', path]),
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

/** Traces a running process. @returns once it does */
export async function trace(pid: number, options: readonly string[]): Promise<void> {
  const strace = spawn('strace', ['-f', '-p', String(pid), ...options], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  for (;;) {
    const [chunk] = await once(strace.stderr, 'data')
    said += String(chunk)
    if (/attached/.test(said)) break
  }
  // It ends with the process.
  strace.stderr.resume()
}
