/** Actions that policies 1.1 and 5.0 call by different names (reference identity-huawei §6.7, trap 19). */

const PAIRS: readonly (readonly [string, string])[] = [
  ['scm:cert:upload', 'scm:cert:import'],
  ['scm:cert:download', 'scm:cert:export'],
  ['scm:cert:edit', 'scm:cert:update'],
  ['scm:cert:purchase', 'scm:cert:subscribe'],
  ['scm:cert:complete', 'scm:cert:apply'],
]

const OTHER_NAME: ReadonlyMap<string, string> = new Map(PAIRS.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]))

/** Every name of an action. @param action in lower case */
export function namesOfAction(action: string): readonly string[] {
  const other = OTHER_NAME.get(action)
  return other === undefined ? [action] : [action, other]
}
