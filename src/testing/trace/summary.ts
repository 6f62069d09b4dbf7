/** Values in few words, for a trace: cheap whatever their size, and the same on every run. */

const longest = 60;
/** Objects inside of objects that are shown: of what is deeper, or has no end, only that it is there. */
const deepest = 8;

/** The arguments of an event, separated by commas. */
export function summarize(values: readonly unknown[]): string {
  if (values.length === 0) return '';
  let text = summarizeValue(values[0], longest);
  for (let index = 1; index < values.length; index += 1) {
    const value = values[index];
    // Most are topics and ids: as few additions as can be, for each makes a string.
    if (typeof value === 'string' && value.length <= longest) text = `${text}, '${value}'`;
    else text += `, ${summarizeValue(value, longest)}`;
  }
  return text;
}

function summarizeValue(value: unknown, room: number, depth = 0): string {
  if (typeof value === 'string') return value.length <= room ? `'${value}'` : `'${value.slice(0, room)}…'`;
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' ? 'function' : typeof value === 'symbol' ? 'symbol' : String(value);
  }
  if (value instanceof Error) return String((value as NodeJS.ErrnoException).code ?? value.name);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if ('destroy' in value && typeof value.destroy === 'function')
    return `<${'name' in value ? String(value.name) : 'socket'}>`;
  return summarizeObject(value, room, depth);
}

/** The object that was summarized last: a message is emitted twice in a row. */
let lastObject: object | undefined;
let lastText = '';

function summarizeObject(value: object, room: number, depth: number): string {
  if (value === lastObject && room === longest) return lastText;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name} of ${value.size}`;
  const isArray = Array.isArray(value);
  if (depth > deepest) return isArray ? '[…]' : '{…}';
  let text = isArray ? '[' : '{';
  const close = isArray ? ']' : '}';
  let separator = '';
  for (const key in value) {
    if (text.length >= room) {
      text += '…';
      break;
    }
    const shown = summarizeValue((value as Record<string, unknown>)[key], Math.max(8, room - text.length), depth + 1);
    text += isArray ? separator + shown : `${separator}${key}: ${shown}`;
    separator = ', ';
  }
  text += close;
  if (room === longest) {
    lastObject = value;
    lastText = text;
  }
  return text;
}
