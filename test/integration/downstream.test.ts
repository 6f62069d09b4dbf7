/** The package as a user gets it: packed, installed in projects of their own, and used in their tests with their runners. */

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { repositoryRoot } from '../support/repository-root.js';

interface Outcome {
  readonly exit: number;
  readonly output: string;
}

describe('a project that has installed the package', function () {
  this.timeout(120_000);

  let folder: string;
  let tarball: string;

  before('pack', async () => {
    folder = mkdtempSync(join(tmpdir(), 'ipc-test-'));
    // Without scripts: prepare would build once more, while other tests read the output.
    const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
    expect(packed.exit, packed.output).to.equal(0);
    tarball = join(folder, JSON.parse(packed.output)[0].filename);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('tests its client with mocha', async () => {
    const project = await install('downstream');

    const { exit, output } = await test(project);

    expect(exit, output).to.equal(0);
    expect(output).to.match(/6 passing/);
  });

  it('sees with mocha that its client no longer sends again what was not answered', async () => {
    const project = await install('downstream');
    breakIn(project, 'job-client.js', /(?<=this\.#client\.on)(?=\('connect')/, 'ce');

    const { exit, output } = await test(project);

    expect(exit, output).not.to.equal(0);
    expect(output)
      .to.match(/3 passing/)
      .and.to.match(/3 failing/);
    expect(output).to.include('asks again when the line is cut in the middle of the answer');
    expect(output).to.match(/ExploreError: Plan \d+ of 100 \(seed 1\) fails; it was shrunk \d+ times, to \d faults?\./);
  });

  it('tests its server with node:test, and nothing else is installed', async () => {
    const project = await install('downstream-node-test');

    const { exit, output } = await test(project);

    expect(exit, output).to.equal(0);
    expect(output)
      .to.match(/\bpass 7\b/)
      .and.to.match(/\bfail 0\b/);
  });

  it('sees with node:test that its server no longer misses who has left', async () => {
    const project = await install('downstream-node-test');
    breakIn(project, 'chat-room.js', /^ *server\.broadcast\('left', name\);\n/m, '');

    const { exit, output } = await test(project);

    expect(exit, output).not.to.equal(0);
    expect(output).to.match(/\bfail 3\b/);
    expect(output).to.include('MissingFactError').and.to.include("No 'left'");
  });

  it('sees classes and functions under the names by which it imports them', async () => {
    const project = await install('downstream');
    const program = `
      for (const name of ['ipc', 'ipc/testing', 'ipc/testing/fast-check']) {
        for (const [key, value] of Object.entries(await import(name))) {
          if (typeof value === 'function') console.log(name, key, value.name === key ? 'as it is' : value.name);
        }
      }`;

    const { exit, output } = await run(process.execPath, ['--input-type=module', '-e', program], project);

    expect(exit, output).to.equal(0);
    const lines = output.trim().split('\n');
    expect(lines).to.include.members(['ipc Server as it is', 'ipc SocketFileError as it is']);
    expect(lines.filter((line) => !line.endsWith('as it is'))).to.deep.equal([]);
  });

  /** A copy of an example, with the package from its tarball; what else it needs is linked, not fetched. */
  async function install(example: string): Promise<string> {
    const project = join(mkdtempSync(join(folder, 'project-')), example);
    cpSync(join(repositoryRoot, 'examples', example), project, {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect(Object.keys(manifest.dependencies)).to.deep.equal(['ipc']);
    const others = Object.keys(manifest.devDependencies ?? {});
    manifest.dependencies.ipc = `file:${tarball}`;
    delete manifest.devDependencies;
    writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
    const installed = await run('npm', ['install', '--offline', '--no-audit', '--no-fund'], project);
    expect(installed.exit, installed.output).to.equal(0);
    mkdirSync(join(project, 'node_modules/.bin'), { recursive: true });
    for (const other of others) {
      symlinkSync(join(repositoryRoot, 'node_modules', other), join(project, 'node_modules', other));
    }
    if (others.includes('mocha')) {
      symlinkSync(join(project, 'node_modules/mocha/bin/mocha.js'), join(project, 'node_modules/.bin/mocha'));
    }
    return project;
  }
});

function test(project: string): Promise<Outcome> {
  return run('npm', ['test'], project);
}

function breakIn(project: string, file: string, place: RegExp, bug: string): void {
  const path = join(project, file);
  const text = readFileSync(path, 'utf8');
  expect(text).to.match(place);
  writeFileSync(path, text.replace(place, bug));
}

/** In an environment of its own: a runner that finds itself inside another one behaves in another way. */
function run(command: string, args: readonly string[], cwd: string = repositoryRoot): Promise<Outcome> {
  const { NODE_TEST_CONTEXT: _test, NODE_V8_COVERAGE: _coverage, FORCE_COLOR: _color, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env }, (error, stdout, stderr) => {
      const failed = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ exit: failed, output: failed === 0 ? stdout : stdout + stderr });
    });
  });
}
