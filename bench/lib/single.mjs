// Works that no peer shares: what it costs to import the library, how large it is packed, and how fast the simulator is.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { median } from './stats.mjs';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const urlOf = (path) => JSON.stringify(pathToFileURL(join(root, path)).href);
const env = { ...process.env, NODE_V8_COVERAGE: '', NODE_OPTIONS: '' };

/**
 * A fresh process for each, that imports an empty module or ours, in turn. It takes the time itself, from the first line of its
 * own to the first after the import: the start of a process takes longer, and on a busy host scatters by more than an import takes.
 */
export async function importMs({ times }, limitMs) {
  return inFolder(async (folder) => {
    writeFileSync(join(folder, 'empty.mjs'), '');
    const [without, with_] = [
      program('without.mjs', JSON.stringify(pathToFileURL(join(folder, 'empty.mjs')).href)),
      program('with.mjs', urlOf('dist/index.js')),
    ];
    const differences = [];
    for (let time = 0; time < times; time += 1) {
      const [empty, full] = [await spent(without), await spent(with_)];
      differences.push(full.map((value, index) => value - empty[index]));
    }
    return { wall: median(differences.map(([wall]) => wall)), cpu: median(differences.map(([, cpu]) => cpu)) };

    function program(name, url) {
      const file = join(folder, name);
      writeFileSync(
        file,
        `const [start, before] = [performance.now(), process.cpuUsage()];
        await import(${url});
        const [end, { user, system }] = [performance.now(), process.cpuUsage(before)];
        console.log(JSON.stringify([end - start, (user + system) / 1000]));`,
      );
      return file;
    }

    async function spent(file) {
      const { stdout } = await run(process.execPath, [file], { env, timeout: limitMs });
      return JSON.parse(stdout);
    }
  });
}

/** A file and all that it imports by path. */
function reachable(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)) {
    reachable(join(dirname(file), path), seen);
  }
  return seen;
}

/** The tarball of `npm pack`, once the source maps are taken out of it. */
export async function packedKB(_params, limitMs) {
  return inFolder(async (folder) => {
    const options = { cwd: root, timeout: limitMs, env };
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], options);
    const [{ filename, size: complete }] = JSON.parse(stdout);
    await run('tar', ['xzf', join(folder, filename), '-C', folder], options);
    const unpacked = join(folder, 'package');
    for (const entry of readdirSync(unpacked, { recursive: true })) {
      if (entry.endsWith('.map')) rmSync(join(unpacked, entry));
    }
    const size = await packedSize();
    // What a program gets that imports `ipc` and nothing else.
    for (const part of ['testing', 'cli']) rmSync(join(unpacked, 'dist', part), { recursive: true, force: true });
    const used = reachable(join(unpacked, 'dist/index.js'));
    for (const entry of readdirSync(join(unpacked, 'dist'), { recursive: true })) {
      const file = join(unpacked, 'dist', entry);
      if (file.endsWith('.js') && !used.has(file)) rmSync(file);
    }
    return { size, core: await packedSize(), complete: complete / 1000 };

    async function packedSize() {
      const again = ['pack', '--json', '--ignore-scripts', '--dry-run'];
      const { stdout: smaller } = await run('npm', again, { ...options, cwd: unpacked });
      return JSON.parse(smaller)[0].size / 1000;
    }
  });
}

/** Clients that talk to a server in the simulator; an event is an entry of its clock. */
export async function simulatorEvents({ clients, minutes }, limitMs) {
  const program = `
    import { Client, Server } from ${urlOf('dist/index.js')};
    import { Simulation } from ${urlOf('dist/testing/index.js')};
    const sim = new Simulation({ seed: 1 });
    sim.host('server', ({ transport }) => {
      const server = new Server({ transport: transport('/run/s', { backlog: ${clients} }) });
      server.on('message.tick', (n, clientId) => server.send('tock', n, clientId));
      server.listen();
      return server;
    });
    for (let index = 0; index < ${clients}; index += 1) {
      const transport = sim.transport('/run/s');
      const client = new Client({ transport });
      const tick = () => client.send('tick', { index });
      client.on('connect', tick);
      client.on('message.tock', () => transport.runtime.setTimer(1000, tick, 'tick'));
      client.connect();
    }
    sim.advanceSync(1000);
    const cpu = process.cpuUsage();
    const [start, before] = [performance.now(), sim.clock.events];
    sim.advanceSync(${minutes} * 60_000);
    const ms = performance.now() - start;
    const events = sim.clock.events - before;
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ events, rate: events / ms, cpu: (user + system) / events }));`;
  return inFolder(async (folder) => {
    const file = join(folder, 'simulator.mjs');
    writeFileSync(file, program);
    const { stdout } = await run(process.execPath, [file], { env, timeout: limitMs });
    return JSON.parse(stdout);
  });
}

/** A crowd of clients whose server crashes every minute of an hour, by scripts/storm.mjs. */
export async function stormEvents({ clients, minutes }, limitMs) {
  const script = join(root, 'scripts/storm.mjs');
  if (!existsSync(script)) return { failure: 'no scripts/storm.mjs' };
  const args = [script, '--json', '--clients', String(clients), '--minutes', String(minutes)];
  const { stdout } = await run(process.execPath, args, { env, timeout: limitMs, cwd: root });
  const { seconds, eventsPerSecond, peakMib } = JSON.parse(stdout);
  return { seconds, rate: eventsPerSecond / 1000, peakMiB: peakMib };
}

async function inFolder(body) {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-bench-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
