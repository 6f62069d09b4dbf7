/** A copy of a string: a slice refers to the string that it was cut from, and keeps all of that in memory. */

export function detached(text: string): string {
  // This encoding takes any string there and back as it is, surrogates that stand alone too.
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
