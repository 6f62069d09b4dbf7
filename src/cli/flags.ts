/** Reads the flags of a subcommand, and words what is wrong with them. */

import { parseArgs } from 'node:util';
import { nearestName } from '../core/nearest-name.js';
import { MisuseError } from './command.js';

/** A flag: one that stands alone, or one that takes a value, described as in `--listen <path>`. */
export type Flag = { readonly value?: string };

/** What was given: true for a flag that stands alone. */
export type Given<Flags> = { readonly [Name in keyof Flags]?: Flags[Name] extends { value: string } ? string : true };

/** @throws MisuseError for a flag that there is not, or one without its value. */
export function readFlags<const Flags extends Readonly<Record<string, Flag>>>(
  args: readonly string[],
  flags: Flags,
): Given<Flags> {
  const names = Object.keys(flags);
  const options = Object.fromEntries(
    Object.entries(flags).map(
      ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
    ),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const given: Record<string, string | true> = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw new MisuseError(`'${token.value}' is not expected here; everything is given by flags.`);
    }
    const flag = flags[token.name];
    if (flag === undefined) throw new MisuseError(unknownFlag(token.rawName, token.name, names));
    given[token.name] = readValue(token, flag);
  }
  return given as Given<Flags>;
}

/** @throws MisuseError when the value of --seed is none. */
export function readSeed(text: string): number {
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new MisuseError(`--seed must be a whole number; got '${text}'.`);
  }
  return Number(text);
}

function readValue({ rawName, value }: { rawName: string; value?: string | undefined }, flag: Flag): string | true {
  if (flag.value === undefined) {
    if (value !== undefined) throw new MisuseError(`${rawName} stands alone; it takes no value, and got '${value}'.`);
    return true;
  }
  if (value === undefined || value === '' || value.startsWith('--')) {
    throw new MisuseError(`${rawName} needs a value: ${rawName} <${flag.value}>.`);
  }
  return value;
}

function unknownFlag(rawName: string, name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `it may be --${names.join(', --')}` : `did you mean --${nearest}?`;
  return `There is no flag ${rawName}; ${hint}`;
}
