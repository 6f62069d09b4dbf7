/** `ipc chaos`: the faults of a plan between two real programs, in whatever language they are written. */

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ChaosProxy } from '../testing/chaos/chaos-proxy.js';
import { type FaultPlan, FaultPlanError, parseFaultPlan } from '../testing/faults/fault-plan.js';
import { TraceSlice } from '../testing/trace/trace-slice.js';
import { type Command, EXIT, MisuseError, type Terminal } from './command.js';
import { readFlags } from './flags.js';

const HELP = `Usage: ipc chaos --listen <path> --upstream <path> --plan <file> [options]

Stands between a client and a server that talk over a unix socket, and makes go wrong what the plan says. Both may
be any program in any language. Start the server as usual, and point the client at --listen instead of the server:

    client  ->  --listen front.sock  ->  --upstream app.sock  ->  server

  --listen <path>      the socket file that clients connect to; it is made here and removed at the end
  --upstream <path>    the socket file of the server
  --plan <file>        what goes wrong and when, as JSON (see below)
  --seed <number>      whatever is left to chance follows from it; default: the seed of the plan
  --log <file>         write what happens to this file too, one JSON object a line
  --exit-after-plan    end when every fault has begun and those that end by themselves are over;
                       left out, it goes on until Ctrl-C or SIGTERM
  --quiet              leave out the lines about bytes that pass
  --help               this text

A plan that makes every answer late, and cuts the second connection after 100 bytes:

    { "version": 1, "seed": 7, "faults": [
        { "kind": "latency", "latency": 50, "jitter": 20, "direction": "toClient" },
        { "kind": "cut", "mode": "reset", "afterBytes": 100, "target": { "connection": 2 } } ] }

Times are in milliseconds, sizes in bytes. A fault begins "at" a time, "afterBytes", "afterFrames", "afterConnects",
or "onEvent" (accepted, connected, closed); it ends after "for" milliseconds, or at a fault of kind "heal".
A misspelled kind or key is named together with what it may be.

Exit codes: 0 it ended as asked; 1 it could not go on (the socket file is taken, for one); 2 a flag or the plan is
wrong, and nothing was begun.`;

const FLAGS = {
  listen: { value: 'path' },
  upstream: { value: 'path' },
  plan: { value: 'file' },
  seed: { value: 'number' },
  log: { value: 'file' },
  'exit-after-plan': {},
  quiet: {},
  help: {},
} as const;

/** See its help. */
export const chaos: Command = {
  summary: 'make things go wrong between two programs that talk over a unix socket',
  help: HELP,
  run: async (args, terminal) => {
    const flags = readFlags(args, FLAGS);
    const listen = required(flags.listen, 'listen', 'the socket file that clients connect to');
    const upstream = required(flags.upstream, 'upstream', 'the socket file of the server');
    const planFile = required(flags.plan, 'plan', 'a JSON file that says what goes wrong');
    const plan = readPlan(planFile, flags.seed);
    const proxy = createProxy(listen, upstream, plan.seed, flags.quiet !== true);
    const log = flags.log === undefined ? undefined : openLog(flags.log);
    proxy.on('record', (record) => {
      terminal.print(new TraceSlice([record]).toString());
      if (log !== undefined) writeSync(log, new TraceSlice([record]).toJsonLines());
    });
    try {
      return await play(proxy, plan, planFile, flags['exit-after-plan'] === true, terminal);
    } finally {
      await proxy.close();
      if (log !== undefined) closeSync(log);
    }
  },
};

async function play(
  proxy: ChaosProxy,
  plan: FaultPlan,
  planFile: string,
  exitsAfterPlan: boolean,
  terminal: Terminal,
): Promise<number> {
  const failed = new Promise<Error>((resolve) => {
    proxy.on('error', resolve);
  });
  const stopped = new Promise<undefined>((resolve) => {
    if (terminal.stopped.aborted) resolve(undefined);
    terminal.stopped.addEventListener('abort', () => resolve(undefined));
  });
  try {
    proxy.check(plan);
  } catch (error) {
    throw error instanceof FaultPlanError ? new MisuseError(`${planFile}: ${error.message}`) : error;
  }
  terminal.print(`seed ${plan.seed}; --seed ${plan.seed} makes the same choices again`);
  await proxy.start();
  const { done } = proxy.play(plan);
  const end = await Promise.race([failed, stopped, exitsAfterPlan ? done : stopped]);
  if (end instanceof Error) {
    terminal.complain(`ipc chaos: ${end.message}`);
    return EXIT.failed;
  }
  return EXIT.done;
}

function required(value: string | undefined, name: keyof typeof FLAGS, what: string): string {
  if (value === undefined) throw new MisuseError(`--${name} is missing: ${what}.`);
  return value;
}

function readPlan(file: string, seedText: string | undefined): FaultPlan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new MisuseError(`--plan: '${file}' cannot be read: ${(error as Error).message}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MisuseError(`--plan: '${file}' is no JSON: ${(error as Error).message}.`);
  }
  try {
    const plan = parseFaultPlan(value);
    return seedText === undefined ? plan : { ...plan, seed: readSeed(seedText) };
  } catch (error) {
    throw error instanceof FaultPlanError ? new MisuseError(`--plan: '${file}': ${error.message}`) : error;
  }
}

function readSeed(text: string): number {
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new MisuseError(`--seed must be a whole number; got '${text}'.`);
  }
  return Number(text);
}

function createProxy(listen: string, upstream: string, seed: number, recordBytes: boolean): ChaosProxy {
  try {
    return new ChaosProxy({ listen, upstream, seed, recordBytes });
  } catch (error) {
    const message = (error as Error).message
      .replace('options.socketFile', '--listen')
      .replace(/options\.(\w+)/g, '--$1');
    throw error instanceof TypeError ? new MisuseError(message) : error;
  }
}

function openLog(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw new MisuseError(`--log: '${file}' cannot be written: ${(error as Error).message}.`);
  }
}
