import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Client } from 'ipc';
import { parseFaultPlan } from '#testing/faults/fault-plan.js';
import { until } from '../support/chaos-bench.js';
import { repositoryRoot } from '../support/repository-root.js';
import { hasEnded, spawnServer } from '../support/spawn-server.js';

const { bin, version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
const program = join(repositoryRoot, bin.ipc);
const answeringServer = fileURLToPath(new URL('../support/answering-server.js', import.meta.url));

describe('command ipc', () => {
  let folder: string;
  let children: ChildProcess[];
  let servers: Server[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ipc-cli-'));
    children = [];
    servers = [];
  });

  afterEach(async () => {
    for (const child of children) if (!hasEnded(child)) child.kill('SIGTERM');
    await until(() => children.every(hasEnded), 'The end of all programs');
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  function path(name: string): string {
    return join(folder, name);
  }

  function writePlan(...faults: object[]): string {
    writeFileSync(path('plan.json'), JSON.stringify({ version: 1, seed: 7, faults }));
    return path('plan.json');
  }

  /** Starts `ipc chaos` from front to app. Resolves when it listens. */
  async function chaos(
    ...args: string[]
  ): Promise<{ child: ChildProcess; output: () => string; complaints: () => string }> {
    const flags = ['--listen', path('front'), '--upstream', path('app'), ...args];
    const child = spawn(process.execPath, [program, 'chaos', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let output = '';
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      complaints += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    await until(() => output.includes('listening') || hasEnded(child));
    return { child, output: () => output, complaints: () => complaints };
  }

  it('says what it can do', () => {
    const { status, stdout } = run('--help');

    expect(status).to.equal(0);
    expect(stdout).to.match(/Usage: ipc <command>[\s\S]*chaos {3,}make things go wrong/);
    expect(run()).to.include({ status: 2, stdout: '' });
    expect(run('--version')).to.include({ status: 0, stdout: `${version}\n` });
  });

  it('explains chaos with a plan that is one', () => {
    const { status, stdout } = run('chaos', '--help');
    const plan = /^ {4}(\{ "version"[\s\S]*?\] \})$/m.exec(stdout)?.[1] ?? '';

    expect(status).to.equal(0);
    expect(parseFaultPlan(JSON.parse(plan)).faults).to.have.length(2);
    expect(stdout.split('\n').every((line) => line.length <= 120)).to.equal(true);
  });

  for (const [what, args, message] of [
    ['an unknown command', ['chaso'], "there is no command 'chaso'; did you mean 'chaos'?"],
    ['an unknown flag', ['chaos', '--upsteam', 'x'], 'There is no flag --upsteam; did you mean --upstream?'],
    ['a flag without its value', ['chaos', '--listen', '--plan', 'x'], '--listen needs a value: --listen <path>'],
    ['a value for a flag without', ['chaos', '--quiet=yes'], "--quiet stands alone; it takes no value, and got 'yes'"],
    ['a word too many', ['chaos', 'front.sock'], "'front.sock' is not expected here"],
    ['no --listen', ['chaos', '--upstream', 'x'], '--listen is missing: the socket file that clients connect to'],
    ['no --plan', ['chaos', '--listen', 'x', '--upstream', 'y'], '--plan is missing'],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { status, stdout, stderr } = run(...args);

      expect(stderr).to.include(message);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    });
  }

  for (const [what, text, message] of [
    ['is not there', undefined, "plan.json' cannot be read: ENOENT"],
    ['is no JSON', '{', "plan.json' is no JSON"],
    ['is no plan', '{"version":1,"seed":1}', 'The fault plan needs faults, an array'],
    [
      'is a scenario',
      '{"version":1,"name":"a","seed":1,"servers":[],"faults":[]}',
      "plan.json' is a scenario, not a fault plan; it is for ipc replay /",
    ],
    ['has a misspelled kind', { kind: 'latancy' }, `"latancy" is no kind of fault; did you mean 'latency'?`],
    ['has a fault that a proxy cannot do', { kind: 'clockJump', delta: 1 }, 'cannot move the clock'],
    ['has an event that a proxy does not see', { kind: 'cut', onEvent: 'disconnect' }, 'faults[0].onEvent'],
    ['befalls a process that it does not have', { kind: 'crash' }, '--server is missing: the command that starts it'],
    ['befalls a process that it cannot have', { kind: 'stop', target: { client: 'app' } }, "named 'app'"],
  ] as const) {
    it(`refuses a plan that ${what}`, () => {
      if (typeof text === 'string') writeFileSync(path('plan.json'), text);
      else if (text !== undefined) writePlan(text);

      const { status, stderr } = run(
        'chaos',
        '--listen',
        path('f'),
        '--upstream',
        path('a'),
        '--plan',
        path('plan.json'),
      );

      expect(stderr).to.include(message);
      expect(status).to.equal(2);
      expect(existsSync(path('f'))).to.equal(false);
    });
  }

  for (const [what, flags, message] of [
    ['a seed that is no number', ['--seed', 'x'], "--seed must be a whole number; got 'x'"],
    ['one path for both', ['--upstream', 'same', '--listen', 'same'], '--listen and --upstream are the same'],
    ['a log that cannot be written', ['--log', '/nowhere/log'], "--log: '/nowhere/log' cannot be written"],
    ['a report that cannot be written', ['--report', '/nowhere/r'], "--report: '/nowhere/r' cannot be written"],
  ] as const) {
    it(`refuses ${what}`, () => {
      const paths = ['--listen', path('f'), '--upstream', path('a'), '--plan', writePlan()];

      const { status, stderr } = run('chaos', ...paths, ...flags);

      expect(stderr).to.include(message);
      expect(status).to.equal(2);
    });
  }

  it('fails when the socket file is taken', async () => {
    const server = createServer().listen(path('front'));
    servers.push(server);
    await until(() => server.listening);

    const { status, stderr } = await new Promise<{ status: number | null; stderr: string }>((resolve) => {
      const flags = ['--listen', path('front'), '--upstream', path('app'), '--plan', writePlan()];
      const child = spawn(process.execPath, [program, 'chaos', ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
      let text = '';
      child.stderr.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      child.on('close', (code) => resolve({ status: code, stderr: text }));
    });

    expect(stderr).to.include('EADDRINUSE');
    expect(status).to.equal(1);
    expect(readdirSync(folder).sort()).to.deep.equal(['front', 'plan.json']);
  });

  it('fails in a directory that is not there, names it, and never says that it listens', () => {
    const listen = path('nodir/front');

    const { status, stdout, stderr } = run('chaos', '--listen', listen, '--upstream', path('a'), '--plan', writePlan());

    expect(stderr).to.include(
      `listen ENOENT ${listen}: the directory ${path('nodir')} does not exist; create it first`,
    );
    expect(stdout).to.not.include('listening');
    expect(status).to.equal(1);
  });

  it('ends its server and fails when it cannot listen again in the middle of the plan', async () => {
    mkdirSync(path('sub'));
    const plan = writePlan({ kind: 'refuse', code: 'ECONNREFUSED', at: 1000, for: 1 });
    const command = `"${process.execPath}" "${answeringServer}" {socket}`;
    const { child, output } = await chaos('--listen', path('sub/front'), '--plan', plan, '--server', command);

    rmSync(path('sub'), { recursive: true });
    await until(() => hasEnded(child));

    expect(output()).to.match(/proxy +failed listen ENOENT .*does not exist/);
    expect(child.exitCode).to.equal(1);
    expect(readdirSync(folder)).to.deep.equal(['plan.json']);
  });

  it('ends by itself after the plan, when it is told to', async () => {
    const plan = writePlan({ kind: 'stall', at: 10, for: 10, id: 'quiet' });
    const { child, output } = await chaos('--plan', plan, '--seed', '99', '--exit-after-plan');

    await until(() => hasEnded(child));

    expect(child.exitCode).to.equal(0);
    expect(output()).to.match(
      /^seed 99;[\s\S]*faults +! stall [\s\S]*faults +! stall ends quiet[\s\S]*proxy +closed\n$/,
    );
    expect(readdirSync(folder)).to.deep.equal(['plan.json']);
  });

  it('writes a page with a timeline at the end', async () => {
    const plan = writePlan({ kind: 'stall', at: 10, for: 10, id: 'quiet' });
    const { child } = await chaos('--plan', plan, '--report', path('report.html'), '--exit-after-plan');

    await until(() => hasEnded(child));

    expect(child.exitCode).to.equal(0);
    expect(readFileSync(path('report.html'), 'utf8'))
      .to.match(/^<!doctype html>[\s\S]*<title>ipc chaos: plan\.json, seed 7<\/title>/)
      .and.to.include('stall ends');
  });

  for (const [kind, socket] of [
    ['crash', 'app'],
    ['stop', 'app'],
    ['crash', '{socket}'],
    ['replaceServer', '{socket}'],
  ] as const) {
    it(`${kind}: befalls a server that it has started at ${socket}, and there is one again`, async () => {
      const ends = kind === 'replaceServer' ? {} : { restartAfter: 50 };
      const plan = writePlan({ kind, onEvent: 'connected', ...ends });
      const command = `"${process.execPath}" "${answeringServer}" "${socket === 'app' ? path('app') : socket}"`;
      const { child, output } = await chaos('--plan', plan, '--server', command);
      const client = new Client({ socketFile: path('front'), retryDelay: 5, reconnectDelay: 5 });
      const answers: unknown[] = [];
      client.on('reconnect', () => client.send('ask', kind));
      client.on('message.answer', (answer) => answers.push(answer));
      client.on('error', () => {});
      client.connect();

      await until(() => answers.includes(kind), output());
      const closed = new Promise<void>((resolve) => client.once('close', resolve));
      client.close();
      await closed;
      child.kill('SIGTERM');
      await until(() => hasEnded(child));

      expect(child.exitCode).to.equal(0);
      expect(output()).to.match(new RegExp(`faults +! ${kind}`));
      expect(readdirSync(folder)).to.deep.equal(['plan.json']);
    });
  }

  it('leaves the file of a server where the server made it, so that one that watches it lives on', async () => {
    const program = `import { Server } from '${import.meta.resolve('ipc')}';
      new Server({ socketFile: process.argv[2] }).listen();`;
    writeFileSync(path('server.mjs'), program);
    // Longer than it takes a server to notice that its file is gone.
    const plan = writePlan({ kind: 'stall', at: 2_500, for: 1 });
    const server = `"${process.execPath}" "${path('server.mjs')}" {socket}`;
    const { child, output } = await chaos('--plan', plan, '--server', server, '--exit-after-plan');

    const link = readlinkSync(path('app'));
    await until(() => hasEnded(child));

    expect(link).to.equal('app.1');
    expect(output()).to.not.match(/server +(exited|was ended)/);
    expect(child.exitCode).to.equal(0);
    expect(readdirSync(folder).sort()).to.deep.equal(['plan.json', 'server.mjs']);
  });

  it('lets a server listen beside what an earlier run has left', async () => {
    writeFileSync(path('app.1'), 'of somebody else');
    const command = `"${process.execPath}" "${answeringServer}" {socket}`;
    const { child } = await chaos('--plan', writePlan(), '--server', command, '--exit-after-plan');

    await until(() => hasEnded(child));

    expect(child.exitCode).to.equal(0);
    expect(readdirSync(folder).sort()).to.deep.equal(['app.1', 'plan.json']);
  });

  for (const [what, command, line, exitCode] of [
    ['with a code other than 0', 'exit 3', 'exited with code 3', 1],
    ['by a signal', 'kill -SEGV $$', 'was ended by SIGSEGV', 1],
    ['with code 0', 'exit 0', 'exited with code 0', 0],
  ] as const) {
    it(`says that a client ended by itself ${what}, and exits with ${exitCode}`, async () => {
      const { child, output, complaints } = await chaos('--plan', writePlan(), '--client', command);
      await until(() => output().includes(line), output());

      child.kill('SIGTERM');
      await once(child, 'close');

      expect(output()).to.match(new RegExp(`client +${line}$`, 'm'));
      expect(child.exitCode).to.equal(exitCode);
      expect(complaints()).to.equal(exitCode === 0 ? '' : `ipc chaos: the client ${line}; no fault did that.\n`);
    });
  }

  it('does not blame a client that a fault has killed', async () => {
    const plan = writePlan({ kind: 'crash', target: { client: 'client' } });
    const { child, output } = await chaos('--plan', plan, '--client', 'exec sleep 60');
    await until(() => /client +exited$/m.test(output()));

    child.kill('SIGTERM');
    await until(() => hasEnded(child));

    expect(child.exitCode).to.equal(0);
  });

  it('says that a server ended before it listened, and fails', async () => {
    const flags = ['--listen', path('front'), '--upstream', path('app'), '--plan', writePlan()];

    const { status, stderr } = run('chaos', ...flags, '--server', 'exit 3');

    expect(stderr).to.include(`The server ended before it listened at ${path('app')}: exit 3`);
    expect(status).to.equal(1);
  });

  it('replaces no server that has one path only', () => {
    const plan = writePlan({ kind: 'replaceServer' });

    const { status, stderr } = run(
      ...['chaos', '--listen', path('f'), '--upstream', path('a'), '--plan', plan, '--server', 'node server.js'],
    );

    expect(stderr).to.include("'replaceServer' needs {socket} in the command of --server");
    expect(status).to.equal(2);
  });

  it('starts a client when there is something to connect to', async () => {
    children.push(await spawnServer(path('app')));
    writeFileSync(path('client.cjs'), `require('node:net').connect(process.argv[2]).end('hello');`);
    const command = `"${process.execPath}" "${path('client.cjs')}" "${path('front')}"`;

    const { output } = await chaos('--plan', writePlan(), '--client', command);

    await until(() => /connection-1 +toServer 5 bytes[\s\S]*connection-1 +closed/.test(output()), 'Its story');
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends gracefully at ${signal}, with connections open`, async () => {
      children.push(await spawnServer(path('app')));
      const { child, output } = await chaos('--plan', writePlan({ kind: 'stall' }), '--log', path('log'));
      const client = new Client({ socketFile: path('front'), retryDelay: 5 });
      const disconnected = new Promise<void>((resolve) => client.once('disconnect', resolve));
      client.on('error', () => {});
      client.connect();
      await until(() => output().includes('connected'));

      child.kill(signal);
      await until(() => hasEnded(child));
      await disconnected;
      client.close();

      expect(child.exitCode).to.equal(0);
      expect(existsSync(path('front'))).to.equal(false);
      const records = readFileSync(path('log'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(records.map(({ actor, name }) => `${actor} ${name}`)).to.include.members([
        'proxy listening',
        'faults stall',
        'connection-1 connected',
        'connection-1 closed',
        'proxy closed',
      ]);
    });
  }

  it('ends at once when it is told to while its server is still starting', async () => {
    const flags = ['--listen', path('front'), '--upstream', path('app'), '--plan', writePlan()];
    const child = spawn(process.execPath, [program, 'chaos', ...flags, '--server', 'echo starting; exec sleep 60'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    await once(child.stderr, 'data');

    child.kill('SIGINT');
    await until(() => hasEnded(child));

    expect(child.exitCode).to.equal(0);
  });

  it('stands between programs in other languages', async function () {
    if (spawnSync('python3', ['--version']).error) this.skip();
    children.push(await spawnServer(path('app')));
    const plan = writePlan(
      { kind: 'slice', average: 3 },
      { kind: 'cut', mode: 'eof', afterFrames: 2, direction: 'toClient' },
    );
    await chaos('--plan', plan, '--quiet');
    const script = `
import socket, sys
peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
for question in (1, 2):
    peer.sendall(b'{"topic":"ask","message":%d}\\0\\0' % question)
    answer = b''
    while not answer.endswith(b'\\0\\0'):
        answer += peer.recv(100)
    print(answer[:-2].decode())
print('end' if peer.recv(100) == b'' else 'more')
`;
    const client = spawn('python3', ['-c', script, path('front')], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(client);
    let said = '';
    client.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
    });

    await until(() => hasEnded(client) && said.includes('end'));

    expect(said).to.equal('{"topic":"answer","message":1}\n{"topic":"answer","message":2}\nend\n');
  });
});
