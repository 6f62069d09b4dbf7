/** How a value is shown in what an error says of it. */

/** Text in quotes, which tell '100' from 100; never the inside of an object, which may be long or secret. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    return `'${value}'`;
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
