/** `ipc chaos`: the faults of a plan between two real programs, in whatever language they are written. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ChaosProxy } from '../testing/chaos/chaos-proxy.js';
import type { ChaosProxyOptions } from '../testing/chaos/options.js';
import { type FaultPlan, FaultPlanError, parseFaultPlan } from '../testing/faults/fault-plan.js';
import { TraceSlice } from '../testing/trace/trace-slice.js';
import { type Command, EXIT, MisuseError, type Terminal } from './command.js';
import { readFlags, readSeed } from './flags.js';
import { formatOf, parseJson } from './json-text.js';
import { OutputFile } from './output-file.js';
import { clientProcess, type EndedByItself, SOCKET, StartedServer } from './started-program.js';

const HELP = `Usage: ipc chaos --listen <path> --upstream <path> --plan <file> [options]

Stands between a client and a server that talk over a unix socket, and makes go wrong what the plan says. Both may
be any program in any language. Start the server as usual, and point the client at --listen instead of the server:

    client  ->  --listen front.sock  ->  --upstream app.sock  ->  server

  --listen <path>      the socket file that clients connect to; it is made here and removed at the end
  --upstream <path>    the socket file of the server
  --plan <file>        what goes wrong and when, as JSON (see below)
  --server <command>   start the server, and end it at the end; crash, stop, pause and replaceServer can then befall it.
                       {socket} in the command stands for the path to listen at, which is --upstream without it;
                       replaceServer needs it, since two servers cannot listen at one path: each then gets its own
                       beside --upstream, which is a symbolic link to the latest
  --client <command>   start a client likewise, once there is something to connect to
  --seed <number>      whatever is left to chance follows from it; default: the seed of the plan
  --report <file>      write an HTML page with a timeline at the end
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

Exit codes: 0 it ended as asked; 1 it could not go on (the socket file is taken, for one), or a program that it had
started ended with a code other than 0 though no fault had ended it; 2 a flag or the plan is wrong, and nothing was
begun.`;

const FLAGS = {
  listen: { value: 'path' },
  upstream: { value: 'path' },
  plan: { value: 'file' },
  server: { value: 'command' },
  client: { value: 'command' },
  seed: { value: 'number' },
  report: { value: 'file' },
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
    const failures: string[] = [];
    const ended =
      (name: string): EndedByItself =>
      (how, detail, isFailure) => {
        proxy.trace.record('process', name, how, detail);
        if (isFailure) failures.push(`the ${name} ${how} ${detail}`);
      };
    const server =
      flags.server === undefined
        ? undefined
        : new StartedServer(flags.server, upstream, terminal.stopped, ended('server'));
    const client = flags.client === undefined ? undefined : clientProcess(flags.client, ended('client'));
    const processes = { ...(server && { server }), ...(client && { client }) };
    const recordBytes = flags.quiet !== true;
    const proxy = createProxy({ listen, upstream, seed: plan.seed, processes, recordBytes });
    checkPlan(proxy, plan, planFile, flags.server);
    const log = flags.log === undefined ? undefined : new OutputFile('--log', flags.log);
    const report = flags.report === undefined ? undefined : new OutputFile('--report', flags.report);
    proxy.on('record', (record) => {
      terminal.print(new TraceSlice([record]).toString());
      log?.write(new TraceSlice([record]).toJsonLines());
    });
    let exitCode: number;
    try {
      exitCode = await play(proxy, plan, flags['exit-after-plan'] === true, terminal);
    } finally {
      try {
        await proxy.close();
      } finally {
        server?.tidyUp();
        report?.write(proxy.trace.toHtml(`ipc chaos: ${basename(planFile)}, seed ${plan.seed}`));
        report?.close();
        log?.close();
      }
    }
    if (failures.length === 0) return exitCode;
    terminal.complain(`ipc chaos: ${failures.join(', ')}; no fault did that.`);
    return EXIT.failed;
  },
};

async function play(proxy: ChaosProxy, plan: FaultPlan, exitsAfterPlan: boolean, terminal: Terminal): Promise<number> {
  const failed = new Promise<Error>((resolve) => {
    proxy.on('error', resolve);
  });
  const stopped = new Promise<undefined>((resolve) => {
    if (terminal.stopped.aborted) resolve(undefined);
    terminal.stopped.addEventListener('abort', () => resolve(undefined));
  });
  terminal.print(`seed ${plan.seed}; --seed ${plan.seed} makes the same choices again`);
  try {
    await proxy.start();
  } catch (error) {
    if (terminal.stopped.aborted) return EXIT.done;
    throw error;
  }
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
    value = parseJson(text);
  } catch (error) {
    throw new MisuseError(`--plan: '${file}' is no JSON: ${(error as Error).message}.`);
  }
  try {
    const plan = parseFaultPlan(value);
    return seedText === undefined ? plan : { ...plan, seed: readSeed(seedText) };
  } catch (error) {
    if (formatOf(value) === 'scenario') {
      throw new MisuseError(`--plan: '${file}' is a scenario, not a fault plan; it is for ipc replay ${file}`);
    }
    throw error instanceof FaultPlanError ? new MisuseError(`--plan: '${file}': ${error.message}`) : error;
  }
}

/** Whether the proxy can do it all; what it lacks is told in the words of the command line. */
function checkPlan(proxy: ChaosProxy, plan: FaultPlan, planFile: string, server: string | undefined): void {
  try {
    proxy.check(plan);
  } catch (error) {
    if (!(error instanceof FaultPlanError)) throw error;
    const message = error.message.replace(
      /it needs a process named '(server|client)' in options\.processes.*/,
      '--$1 is missing: the command that starts it',
    );
    throw new MisuseError(`${planFile}: ${message.replace('options.processes', 'this command')}`);
  }
  const replaced = plan.faults.findIndex(({ kind }) => kind === 'replaceServer');
  if (replaced >= 0 && server?.includes(SOCKET) === false) {
    const why = 'the new one has to listen beside the old one before it takes its place';
    throw new MisuseError(
      `${planFile}: faults[${replaced}]: 'replaceServer' needs ${SOCKET} in the command of --server: ${why}.`,
    );
  }
}

function createProxy(options: ChaosProxyOptions): ChaosProxy {
  try {
    return new ChaosProxy(options);
  } catch (error) {
    const message = (error as Error).message.replace(/^ChaosProxy: /, '').replace(/options\.(\w+)/g, '--$1');
    throw error instanceof TypeError ? new MisuseError(message) : error;
  }
}
