/** Names and texts that stand in SQL itself. Both engines quote them alike; neither ever comes from a user. */

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
