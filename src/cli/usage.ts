/** Wrong usage of the command line: exit code 2, one line, and never what was typed: a secret in the wrong place is one. */
export class Usage extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Usage'
  }
}
