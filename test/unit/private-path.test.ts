import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Client, PrivateDirectoryError, Server, socketPath } from 'ipc';
import { privateSocketPath, type Surroundings } from '#transports/private-path.js';
import { useTemporaryDirectory } from '../support/temporary-directory.js';

describe('socketPath', () => {
  const at = useTemporaryDirectory();
  const uid = process.geteuid?.() ?? -1;
  const modeOf = (path: string): string => (fs.lstatSync(path).mode & 0o7777).toString(8);

  /** The path in a session's directory `run` and a temporary directory `tmp`, unless told otherwise. */
  function pathFor(name: string, changed: Partial<Surroundings> = {}): string {
    const usual = { system: 'linux', uid, runtimeDirectory: at('run'), temporaryDirectory: at('tmp') } as const;
    return privateSocketPath(name, { ...usual, ...changed });
  }

  function refusal(name: string, changed: Partial<Surroundings> = {}): Error & { directory?: string } {
    try {
      pathFor(name, changed);
    } catch (error) {
      return error as Error;
    }
    throw new Error(`no refusal of ${name}`);
  }

  beforeEach(function () {
    if (process.platform === 'win32') this.skip();
    fs.mkdirSync(at('run'), { mode: 0o700 });
    fs.mkdirSync(at('tmp'));
    fs.chmodSync(at('tmp'), 0o1777);
  });

  it('is in XDG_RUNTIME_DIR where there is one, in a directory for its owner alone', () => {
    expect(pathFor('my-app')).to.equal(at('run', 'my-app', 'socket'));
    expect(pathFor('my-app')).to.equal(at('run', 'my-app', 'socket'));
    expect(modeOf(at('run', 'my-app'))).to.equal('700');
    expect(fs.readdirSync(at('tmp'))).to.deep.equal([]);
  });

  it('is for its owner alone whatever the umask', () => {
    const umask = process.umask(0);
    try {
      pathFor('my-app');
    } finally {
      process.umask(umask);
    }

    expect(modeOf(at('run', 'my-app'))).to.equal('700');
  });

  for (const [what, runtimeDirectory] of [
    ['is not set', undefined],
    ['is empty', ''],
    ['is not absolute', 'run'],
    ['leads nowhere', '/nonexistent/run'],
    ['cannot be looked at', `/${'d'.repeat(300)}`],
    ['is a file', process.execPath],
  ] as const) {
    it(`is in the temporary directory, with the uid, when XDG_RUNTIME_DIR ${what}`, () => {
      expect(pathFor('my-app', { runtimeDirectory })).to.equal(at('tmp', `my-app-${uid}`, 'socket'));
      expect(modeOf(at('tmp', `my-app-${uid}`))).to.equal('700');
    });
  }

  it('is in the temporary directory when XDG_RUNTIME_DIR is open to others', () => {
    fs.chmodSync(at('run'), 0o770);

    expect(pathFor('my-app')).to.equal(at('tmp', `my-app-${uid}`, 'socket'));
  });

  it("is in the temporary directory when XDG_RUNTIME_DIR is another user's, as after sudo", () => {
    fs.mkdirSync(at('tmp', `my-app-${uid + 1}`));

    expect(() => pathFor('my-app', { uid: uid + 1 })).to.throw(PrivateDirectoryError, at('tmp'));
    expect(fs.readdirSync(at('run'))).to.deep.equal([]);
  });

  it('refuses a directory that another user has prepared', () => {
    fs.mkdirSync(at('tmp', `my-app-${uid + 1}`), { mode: 0o700 });

    const error = refusal('my-app', { uid: uid + 1 });

    expect(error).to.be.instanceOf(PrivateDirectoryError);
    expect(error).to.include({ code: 'IPC_PRIVATE_DIRECTORY', directory: at('tmp', `my-app-${uid + 1}`) });
    expect(error.message).to.contain(`it belongs to uid ${uid}, and this process is uid ${uid + 1}`);
  });

  for (const mode of [0o701, 0o710, 0o755, 0o1777]) {
    it(`refuses a directory of mode ${mode.toString(8)}, and says how to close it`, () => {
      fs.mkdirSync(at('run', 'my-app'));
      fs.chmodSync(at('run', 'my-app'), mode);

      const { message } = refusal('my-app');

      expect(message)
        .to.contain(`(mode ${(mode & 0o777).toString(8)})`)
        .and.contain(`chmod 700 '${at('run', 'my-app')}'`);
      expect(modeOf(at('run', 'my-app'))).to.equal(mode.toString(8));
    });
  }

  it('does not follow a symbolic link', () => {
    fs.mkdirSync(at('elsewhere'), { mode: 0o700 });
    fs.symlinkSync(at('elsewhere'), at('run', 'my-app'));

    expect(refusal('my-app').message).to.contain('it is a symbolic link');
  });

  it('refuses a file in the place of the directory', () => {
    fs.writeFileSync(at('run', 'my-app'), 'precious', { mode: 0o600 });

    expect(refusal('my-app').message).to.contain('it is no directory');
  });

  it('refuses a temporary directory in which others may rename what is ours', () => {
    fs.chmodSync(at('tmp'), 0o777);

    const { message } = refusal('my-app', { runtimeDirectory: undefined });

    expect(message)
      .to.contain(`other users may rename what is in ${at('tmp')}`)
      .and.contain('chmod +t');
    expect(fs.readdirSync(at('tmp'))).to.deep.equal([]);
  });

  it('says what the system said when the directory cannot be made', () => {
    const error = refusal('my-app', { runtimeDirectory: undefined, temporaryDirectory: at('missing') });

    expect(error).to.be.instanceOf(PrivateDirectoryError);
    expect(error.message).to.contain('cannot be made: ENOENT');
    expect(error.cause).to.include({ code: 'ENOENT' });
  });

  for (const [name, reason] of [
    ['', 'it is empty'],
    ['.', '"." begins with a dot'],
    ['..', '".." begins with a dot'],
    ['.hidden', 'begins with a dot'],
    ['a/b', 'contains a slash'],
    ['../up', 'begins with a dot'],
    ['a\\b', 'a backslash'],
    ['a\0b', '"a\\u0000b" contains'],
    ['a\nb', 'control character'],
    [undefined, 'got undefined'],
    [null, 'got null'],
    [8000, 'got number'],
  ] as const) {
    it(`refuses ${JSON.stringify(name)} as a name`, () => {
      expect(() => socketPath(name as string)).to.throw(TypeError, reason);
      expect(refusal(name as string, { system: 'win32' }).message).to.contain(reason);
    });
  }

  it('takes names with dots inside, spaces and letters of all kinds', () => {
    expect(pathFor('org.example.App 2 ü')).to.equal(at('run', 'org.example.App 2 ü', 'socket'));
  });

  for (const system of ['linux', 'darwin'] as const) {
    it(`takes a name of as many bytes as are left, and says how many when there are more, on ${system}`, () => {
      const limit = system === 'linux' ? 107 : 103;
      const left = limit - Buffer.byteLength(at('run', '', 'socket')) - 1;
      const longest = `ü${'n'.repeat(left - 2)}`;

      expect(Buffer.byteLength(pathFor(longest, { system }))).to.equal(limit);
      expect(() => pathFor(`${longest}n`, { system })).to.throw(
        TypeError,
        `has ${left + 1} bytes, and ${left} are left for it: this system allows ${limit}`,
      );
      expect(fs.readdirSync(at('run'))).to.deep.equal([longest]);
    });
  }

  it('says that nothing is left in a directory that is itself too long', () => {
    const runtimeDirectory = at('d'.repeat(120));
    fs.mkdirSync(runtimeDirectory, { mode: 0o700 });

    expect(refusal('n', { runtimeDirectory }).message).to.contain('and 0 are left for it');
  });

  it('is a pipe on Windows', () => {
    expect(pathFor('my-app', { system: 'win32' })).to.equal('\\\\.\\pipe\\my-app');
  });

  it('goes by the environment of the process, and serves', (done) => {
    const former = process.env.XDG_RUNTIME_DIR;
    process.env.XDG_RUNTIME_DIR = at('run');
    const socketFile = socketPath('my-app');
    if (former === undefined) delete process.env.XDG_RUNTIME_DIR;
    else process.env.XDG_RUNTIME_DIR = former;
    const server = new Server({ socketFile, mode: 0o600 });
    const client = new Client({ socketFile });
    server.on('listening', () => client.connect());
    server.on('message.hello', () => {
      client.close();
      server.close();
    });
    server.on('close', () => {
      expect(socketFile).to.equal(at('run', 'my-app', 'socket'));
      expect(fs.readdirSync(at('run', 'my-app'))).to.deep.equal([]);
      done();
    });
    client.on('connect', () => client.send('hello', 1));
    server.listen();
  });

  it('goes by TMPDIR and the effective user without a session', () => {
    const program = "import('ipc').then(({ socketPath }) => console.log(socketPath('my-app')))";
    const { XDG_RUNTIME_DIR: _, ...environment } = process.env;

    const path = execFileSync(process.execPath, ['-e', program], { env: { ...environment, TMPDIR: at('tmp') } });

    expect(String(path).trim()).to.equal(join(at('tmp'), `my-app-${uid}`, 'socket'));
    expect(tmpdir()).not.to.equal(at('tmp'));
  });
});
