import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { scenarios } from 'ipc/testing';
import { repositoryRoot } from '../support/repository-root.js';

const { bin } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
const program = join(repositoryRoot, bin.ipc);
const halfClose = scenarios.find(({ name }) => name === 'half-close')!;

describe('command ipc replay', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ipc-cli-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function replay(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'replay', ...args], { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  function write(changes: object): string {
    const file = join(folder, 'scenario.json');
    writeFileSync(file, JSON.stringify({ ...halfClose, ...changes }));
    return file;
  }

  it('lists the scenarios that come with the package', () => {
    const { status, stdout } = replay('--list');

    expect(status).to.equal(0);
    expect(stdout.trimEnd().split('\n')).to.have.length(scenarios.length);
    for (const { name, about } of scenarios) expect(stdout).to.include(name).and.to.include(about);
  });

  it('prints one of them as the beginning of another', () => {
    const { status, stdout } = replay('half-close', '--print');

    expect(status).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.equal(halfClose);
  });

  it('prints all of them, and runs nothing', () => {
    const { status, stdout } = replay('--all', '--print');

    expect(status).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.equal(scenarios);
  });

  it('says that a fault plan is for ipc chaos', () => {
    const file = join(folder, 'plan.json');
    writeFileSync(file, JSON.stringify({ version: 1, seed: 7, faults: [] }));

    const { status, stderr } = replay(file);

    expect(status).to.equal(2);
    expect(stderr).to.include("'plan.json' is a fault plan, not a scenario; it is for ipc chaos ");
    expect(stderr).to.include(`--plan ${file}`);
  });

  it('runs one by its name, with a verdict for everything', () => {
    const { status, stdout } = replay('half-close', '--seed', '5');

    expect(status).to.equal(0);
    expect(stdout).to.include(halfClose.about);
    expect(stdout).to.include('seed 5, in the simulation');
    expect(stdout).to.match(/^ok {3}reconnected atLeast=1 atMost=1$/m);
    expect(stdout).to.match(/^ +150\.000 ms {2}faults +! halfClose \{"side":"server"\}$/m);
    expect(stdout).to.match(/^passed half-close$/m);
  });

  it('runs one from a file, says what did not hold and how to see it again, and exits with 1', () => {
    const file = write({ expect: [{ that: 'noDisconnect' }] });

    const { status, stdout } = replay(file, '--quiet');

    expect(status).to.equal(1);
    expect(stdout).to.match(/^FAIL noDisconnect$/m);
    expect(stdout).to.match(/What led to 'noDisconnect':\n.*\n[\s\S]*disconnect/);
    expect(stdout).to.include(`again: ipc replay ${file} --seed 13`);
  });

  it('writes a page and a trace', () => {
    const [report, trace] = [join(folder, 'report.html'), join(folder, 'trace.jsonl')];

    const { status } = replay('half-close', '--report', report, '--trace', trace, '--quiet');

    expect(status).to.equal(0);
    expect(readFileSync(report, 'utf8'))
      .to.match(/^<!doctype html>/)
      .and.to.include('half-close, seed 13: passed');
    const records = readFileSync(trace, 'utf8').trimEnd().split('\n');
    expect(records.map((line) => JSON.parse(line).name)).to.include.members(['halfClose', 'disconnect', 'reconnect']);
  });

  it('runs them all and counts', () => {
    const { status, stdout } = replay('--all');

    expect(status).to.equal(0);
    expect(stdout).to.match(new RegExp(`^${scenarios.length} passed, 0 failed$`, 'm'));
  });

  it('runs one with real processes', () => {
    const { status, stdout } = replay('half-close', '--real');

    expect(status, stdout).to.equal(0);
    expect(stdout).to.include('real processes and sockets');
  });

  it('refuses for real what real sockets cannot do', () => {
    const file = write({ faults: [{ kind: 'failNth', op: 'dial', n: 1, code: 'EIO' }] });

    const { status, stderr } = replay(file, '--real');

    expect(status).to.equal(2);
    expect(stderr).to.match(/cannot be run for real: .*'failNth' works in the simulation only/);
  });

  it('reads a file that begins with a byte order mark', () => {
    const file = write({});
    writeFileSync(file, `\uFEFF${readFileSync(file, 'utf8')}`);

    expect(replay(file, '--quiet').stderr).to.equal('');
  });

  const misuses: readonly (readonly [title: string, args: readonly string[], message: RegExp])[] = [
    ['nothing', [], /Which scenario\?/],
    ['a name that is almost one', ['half-clsoe'], /no scenario 'half-clsoe'. Did you mean half-close\?/],
    ['two names', ['half-close', 'swizzle'], /One scenario at a time; 'swizzle'/],
    ['a name and all', ['half-close', '--all'], /'half-close' is one too many/],
    ['a file that is not there', ['./nothing.json'], /'nothing.json' cannot be read/],
    ['a seed that is no number', ['half-close', '--seed', 'x'], /--seed must be a whole number; got 'x'/],
    ['an unknown flag', ['half-close', '--seeds', '1'], /no flag --seeds; did you mean --seed\?/],
  ];
  for (const [title, args, message] of misuses) {
    it(`exits with 2 for ${title}`, () => {
      const { status, stderr } = replay(...args);

      expect(status).to.equal(2);
      expect(stderr).to.match(message);
    });
  }

  it('exits with 2 for a scenario with a mistake, and names the place', () => {
    const { status, stderr } = replay(write({ expect: [{ that: 'noDisconect' }] }));

    expect(status).to.equal(2);
    expect(stderr).to.match(
      /expect\[0\]\.that: "noDisconect" is nothing that can be expected; did you mean 'noDisconnect'\?/,
    );
  });
});
