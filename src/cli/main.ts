#!/usr/bin/env node
/** The command `ipc`: a table of subcommands. */

import { readFileSync } from 'node:fs';
import { nearestName } from '../core/nearest-name.js';
import { chaos } from './chaos.js';
import { type Command, EXIT, MisuseError, type Terminal } from './command.js';
import { replay } from './replay.js';

const COMMANDS: Readonly<Record<string, Command>> = { chaos, replay };

process.exitCode = await main(process.argv.slice(2), createTerminal());

async function main([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const output = name === undefined ? terminal.complain : terminal.print;
    output(overview());
    return name === undefined ? EXIT.misused : EXIT.done;
  }
  if (name === '--version') {
    terminal.print(version());
    return EXIT.done;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    terminal.complain(`ipc: there is no command '${name}'${suggestion(name)} See ipc --help.`);
    return EXIT.misused;
  }
  if (args.includes('--help') || args.includes('-h')) {
    terminal.print(command.help);
    return EXIT.done;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    const isMisuse = error instanceof MisuseError;
    terminal.complain(`ipc ${name}: ${(error as Error).message}`);
    if (isMisuse) terminal.complain(`See ipc ${name} --help.`);
    return isMisuse ? EXIT.misused : EXIT.failed;
  }
}

function createTerminal(): Terminal {
  const controller = new AbortController();
  // Once: whoever presses Ctrl-C a second time does not want to wait.
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  // Nobody reads any more, as after `| head`.
  process.stdout.on('error', () => controller.abort());
  return {
    print: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    stopped: controller.signal,
  };
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}   ${summary}`);
  return `Usage: ipc <command> [options]\n\n${lines.join('\n')}\n\nipc <command> --help says more; ipc --version says which version this is.`;
}

function suggestion(name: string): string {
  const nearest = nearestName(name, Object.keys(COMMANDS));
  return nearest === undefined ? '.' : `; did you mean '${nearest}'?`;
}

function version(): string {
  const manifest = readFileSync(new URL(import.meta.resolve('ipc/package.json')), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
