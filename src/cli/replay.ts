/** `ipc replay`: runs a scenario, in the simulation or on real sockets, and says what held and what did not. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { nearestName } from '../core/nearest-name.js';
import { parseScenario, ScenarioError } from '../testing/scenario/parse-scenario.js';
import { runScenarioForReal, whyNotForReal } from '../testing/scenario/real/run-for-real.js';
import type { ScenarioResult } from '../testing/scenario/result.js';
import { runScenario } from '../testing/scenario/run-scenario.js';
import type { Scenario } from '../testing/scenario/scenario.js';
import { scenarios } from '../testing/scenario/scenario-pack.js';
import { type Command, EXIT, MisuseError, type Terminal } from './command.js';
import { type Given, readFlags, readSeed } from './flags.js';
import { formatOf, parseJson } from './json-text.js';
import { OutputFile } from './output-file.js';

const HELP = `Usage: ipc replay <scenario> [options]
       ipc replay --all [options]
       ipc replay --list

Runs a scenario: servers and clients, what they do, what goes wrong meanwhile, and what must hold all the same. In the
simulation that takes milliseconds, and the same seed gives the same run; with --real there is a process for each server
and client, and a proxy between them on real sockets.

  <scenario>           a JSON file (its name has a dot or a slash in it), or the name of one that comes with the package
  --all                every scenario that comes with the package, and a table at the end
  --list               their names, with a sentence about each
  --print              print the scenario as JSON and run nothing: the beginning of one of your own; with --all, an
                       array of them
  --real               with real processes on real sockets
  --seed <number>      whatever is left to chance follows from it; default: the seed of the scenario
  --report <file>      write an HTML page with a timeline; with --all, of the first one that failed
  --trace <file>       write everything that happened, one JSON object a line; with --all as --report
  --quiet              print the outcome only
  --help               this text

Exit codes: 0 everything held; 1 something did not; 2 a flag or the scenario is wrong, and nothing was begun.`;

const FLAGS = {
  all: {},
  list: {},
  print: {},
  real: {},
  seed: { value: 'number' },
  report: { value: 'file' },
  trace: { value: 'file' },
  quiet: {},
  help: {},
} as const;

type Flags = Given<typeof FLAGS>;

/** How many real scenarios run at the same time: they wait more than they work. */
const AT_A_TIME = 2;

/** See its help. */
export const replay: Command = {
  summary: 'run a scenario of faults, in the simulation or on real sockets',
  help: HELP,
  run: async (args, terminal) => {
    const { names, flags } = readArguments(args);
    if (flags.list === true) {
      list(terminal);
      return EXIT.done;
    }
    const seed = flags.seed === undefined ? undefined : readSeed(flags.seed);
    if (flags.all === true) {
      if (names.length > 0) throw new MisuseError(`--all runs them all; '${names[0]}' is one too many.`);
      if (flags.print === true) {
        terminal.print(JSON.stringify(scenarios, undefined, 2));
        return EXIT.done;
      }
      return runAll(seed, flags, terminal);
    }
    const [name, ...others] = names;
    if (name === undefined) throw new MisuseError('Which scenario? Give a JSON file or a name of ipc replay --list.');
    if (others.length > 0) throw new MisuseError(`One scenario at a time; '${others[0]}' is one too many.`);
    const scenario = find(name);
    if (flags.print === true) {
      terminal.print(JSON.stringify(scenario, undefined, 2));
      return EXIT.done;
    }
    return runOne(scenario, name, seed, flags, terminal);
  },
};

async function runOne(
  scenario: Scenario,
  name: string,
  seed: number | undefined,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const reason = flags.real === true ? whyNotForReal(scenario) : undefined;
  if (reason !== undefined) throw new MisuseError(`${name} cannot be run for real: ${reason.message}`);
  const isQuiet = flags.quiet === true;
  if (!isQuiet) {
    terminal.print(`${scenario.name}: ${scenario.about}`);
    terminal.print(
      `seed ${seed ?? scenario.seed}, ${flags.real === true ? 'real processes and sockets' : 'in the simulation'}`,
    );
  }
  const result = await run(scenario, seed, flags);
  write(result, flags);
  if (!isQuiet) terminal.print(`${whatBefell(result)}\n`);
  if (!isQuiet || !result.passed) terminal.print(result.summary);
  terminal.print(`${result.passed ? 'passed' : 'FAILED'} ${scenario.name}`);
  if (!result.passed) terminal.print(`again: ${commandFor(result, name)}`);
  return result.passed ? EXIT.done : EXIT.failed;
}

async function runAll(seed: number | undefined, flags: Flags, terminal: Terminal): Promise<number> {
  const rows: { readonly text: string; readonly result: ScenarioResult | undefined }[] = [];
  const waiting = [...scenarios];
  const runSome = async (): Promise<void> => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const row = await runRow(scenario, seed, flags);
      rows.push(row);
      if (flags.quiet !== true) terminal.print(row.text);
    }
  };
  await Promise.all(Array.from({ length: flags.real === true ? AT_A_TIME : 1 }, runSome));
  const failed = rows.flatMap(({ result }) => (result === undefined || result.passed ? [] : [result]));
  for (const result of failed) {
    terminal.print(`\n${result.scenario.name}: ${result.scenario.about}\n${result.summary}`);
    terminal.print(`again: ${commandFor(result, result.scenario.name)}`);
  }
  const shown = failed[0] ?? rows.find(({ result }) => result !== undefined)?.result;
  if (shown !== undefined) write(shown, flags);
  const skipped = rows.filter(({ result }) => result === undefined).length;
  const passed = rows.length - failed.length - skipped;
  terminal.print(
    `${passed} passed, ${failed.length} failed${skipped === 0 ? '' : `, ${skipped} not possible on real sockets`}`,
  );
  return failed.length === 0 ? EXIT.done : EXIT.failed;
}

async function runRow(
  scenario: Scenario,
  seed: number | undefined,
  flags: Flags,
): Promise<{ text: string; result: ScenarioResult | undefined }> {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const reason = flags.real === true ? whyNotForReal(scenario) : undefined;
  if (reason !== undefined)
    return { text: `-    ${scenario.name.padEnd(width)}  ${reason.message}`, result: undefined };
  const startedMs = performance.now();
  const result = await run(scenario, seed, flags);
  const tookMs = Math.round(performance.now() - startedMs);
  const held = result.verdicts.filter(({ passed }) => passed).length;
  const text = `${result.passed ? 'ok  ' : 'FAIL'} ${scenario.name.padEnd(width)}  ${held}/${result.verdicts.length} held, ${tookMs} ms`;
  return { text, result };
}

async function run(scenario: Scenario, seed: number | undefined, flags: Flags): Promise<ScenarioResult> {
  const options = seed === undefined ? {} : { seed };
  if (flags.real !== true) return runScenario(scenario, options);
  const directory = mkdtempSync(join(tmpdir(), 'ipc-'));
  try {
    return await runScenarioForReal(scenario, { ...options, directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function write(result: ScenarioResult, { report, trace }: Flags): void {
  const { scenario, seed, passed } = result;
  const title = `${scenario.name}, seed ${seed}: ${passed ? 'passed' : 'failed'}`;
  if (report !== undefined) writeFile('--report', report, result.trace.toHtml(title));
  if (trace !== undefined) writeFile('--trace', trace, result.trace.toJsonLines());
}

function writeFile(flag: string, path: string, text: string): void {
  const file = new OutputFile(flag, path);
  file.write(text);
  file.close();
}

/** What went wrong on purpose, and what became of processes. */
function whatBefell({ trace }: ScenarioResult): string {
  return trace.filter(({ kind }) => kind === 'fault' || kind === 'process').toString();
}

function commandFor({ seed, world }: ScenarioResult, name: string): string {
  return `ipc replay ${name} --seed ${seed}${world === 'sockets' ? ' --real' : ''}`;
}

function list(terminal: Terminal): void {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, about } of scenarios) terminal.print(`${name.padEnd(width)}  ${about}`);
}

/** Names stand anywhere between the flags. */
function readArguments(args: readonly string[]): { names: readonly string[]; flags: Flags } {
  const names: string[] = [];
  const rest = args.filter((arg, index) => {
    const before = args[index - 1]?.replace(/^--/, '');
    const isValue = before !== undefined && before in FLAGS && 'value' in FLAGS[before as keyof typeof FLAGS];
    if (arg.startsWith('-') || isValue) return true;
    names.push(arg);
    return false;
  });
  return { names, flags: readFlags(rest, FLAGS) };
}

function find(name: string): Scenario {
  if (/[./\\]/.test(name)) return readScenario(name);
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario !== undefined) return scenario;
  const nearest = nearestName(
    name,
    scenarios.map((each) => each.name),
  );
  const hint = nearest === undefined ? 'See ipc replay --list' : `Did you mean ${nearest}?`;
  throw new MisuseError(`There is no scenario '${name}'. ${hint}`);
}

function readScenario(file: string): Scenario {
  let value: unknown;
  try {
    value = parseJson(readFileSync(file, 'utf8'));
  } catch (error) {
    const what = error instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw new MisuseError(`'${basename(file)}' ${what}: ${(error as Error).message}.`);
  }
  try {
    return parseScenario(value);
  } catch (error) {
    if (formatOf(value) === 'fault plan') {
      const command = `ipc chaos --listen <path> --upstream <path> --plan ${file}`;
      throw new MisuseError(`'${basename(file)}' is a fault plan, not a scenario; it is for ${command}`);
    }
    throw error instanceof ScenarioError ? new MisuseError(`'${basename(file)}': ${error.message}.`) : error;
  }
}
