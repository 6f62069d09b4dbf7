/** JSON as editors write it. */

/**
 * Parses it; a byte order mark before it, which some editors on Windows put there, is no part of it.
 *
 * @throws SyntaxError when it is none.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ''));
}
