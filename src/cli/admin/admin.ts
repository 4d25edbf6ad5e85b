/** Identity administration: `certfolio user|group|project|enterprise-project|key|policy|workspace|role …`. */

import type { Command } from 'commander'
import type { Rooms, Streams } from '../cli.ts'
import { addKeyCommands } from './keys.ts'
import { addEnterpriseProjectCommands, addProjectCommands, addRoleCommands, addWorkspaceCommands } from './places.ts'
import { addPolicyCommands } from './policies.ts'
import { addGroupCommands, addUserCommands } from './users.ts'
import { verbs } from './verb.ts'

/**
 * Each works on the data directory itself, also while a server runs on it, which sees every change within a second.
 */
export function addAdministration(program: Command, rooms: Rooms, io: Streams): void {
  const verb = verbs(rooms, io)
  addUserCommands(program, verb)
  addGroupCommands(program, verb)
  addKeyCommands(program, verb)
  addPolicyCommands(program, verb)
  addProjectCommands(program, verb)
  addEnterpriseProjectCommands(program, verb)
  addWorkspaceCommands(program, verb)
  addRoleCommands(program, verb)
}
