/** The code and the commands in the documents work: all of it is compiled, and what is a program is run. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { jsonTranscoder } from 'ipc';
import { resolveClientOptions } from '#core/options.js';
import { ended, spawnProgram } from '../support/program.js';
import { repositoryRoot } from '../support/repository-root.js';
import { documents, fileName, locate, readSnippets, type Snippet } from '../support/snippets.js';

/** What a snippet may take as given. */
const givens: Readonly<Record<string, string>> = {
  client: "declare const client: import('ipc').Client;",
  server: "declare const server: import('ipc').Server;",
  rows: 'declare const rows: readonly string[];',
};

const extensions: Readonly<Record<string, readonly [source: string, compiled: string]>> = {
  ts: ['ts', 'js'],
  js: ['js', 'js'],
  cjs: ['cjs', 'cjs'],
};

/** Inside the package, so that `ipc` means this one. */
const project = join(repositoryRoot, 'build/snippets');
const snippets = readSnippets();
const code = snippets.filter(
  ({ language }) => language in extensions || /^(?:java|type)script$|^[mc]ts$/.test(language),
);
const programs = code.filter(({ task }) => task?.kind === 'run' && task.argument === '');

describe('the snippets of the documents', function () {
  this.timeout(30_000);

  before('compile', async () => {
    await compile();
  });

  it('say what is to be done with them', () => {
    const unclear = code.filter(({ task, language }) => task === undefined || !(language in extensions));

    expect(unclear.map(locate), 'see test/support/snippets.ts').to.deep.equal([]);
    expect(programs.length).to.be.at.least(6);
  });

  for (const snippet of programs) {
    it(`${locate(snippet)} runs and ends by itself`, async () => {
      await inFolder(async (folder) => {
        const program = start(await prepare(snippet, folder), folder);

        expect(await program.ended, program.output()).to.equal(0);
        expect(program.errors()).to.equal('');
        const printed = snippets[snippets.indexOf(snippet) + 1];
        if (printed?.task?.kind === 'prints') {
          expect(program.output()).to.equal(printed.code);
        } else if (snippet.code.includes('console.log(')) {
          expect(program.output()).not.to.equal('');
        }
      });
    });
  }

  it('are a server and a client that greet each other', async () => {
    await inFolder(async (folder) => {
      const server = start(await prepare(named('first-server'), folder), folder);
      await server.says('ready\n');
      const client = start(await prepare(named('first-client'), folder), folder);

      expect(await client.ended, client.errors()).to.equal(0);
      expect(client.output()).to.equal('Good morning, Ada.\nAda is here\n');
      server.kill('SIGTERM');
      expect(await server.ended, server.errors()).to.equal(0);
      expect(server.output()).to.equal('ready\nAda says hello\n');
    });
  });
});

describe('the commands of the documents', () => {
  const texts = documents().map(
    (document) => [document, readFileSync(join(repositoryRoot, document), 'utf8')] as const,
  );

  it('are scripts of the package', () => {
    const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
    const named = texts.flatMap(([document, text]) =>
      [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map((match) => [
        document,
        match[1] ?? match[2] ?? '',
      ]),
    );

    expect(named).not.to.deep.equal([]);
    expect(named.filter(([, script]) => !(String(script) in scripts))).to.deep.equal([]);
  });

  it('never install the stranger that has our name on the public registry', () => {
    const arguments_ = texts.flatMap(([document, text]) =>
      [...text.matchAll(/\b(?:npm (?:i|install|add|exec)|npx|pnpm add|yarn add|bun add)\b([^`\n#|]*)/g)].flatMap(
        (match) => (match[1] ?? '').split(/\s+/).map((argument) => [document, argument.replaceAll('"', '')]),
      ),
    );

    const strangers = arguments_.filter(([, argument]) => /^ipc(?:@(?!git\+|file:|https?:).*)?$/.test(argument ?? ''));
    expect(strangers).to.deep.equal([]);
    expect(arguments_.map(([, argument]) => argument)).to.include.members(['../ipc/ipc-0.1.0.tgz']);
  });

  it('name the version that is packed', () => {
    const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));

    const others = texts.flatMap(([document, text]) =>
      [...text.matchAll(/ipc-(\d+\.\d+\.\d+)\.tgz|ipc\.git#v(\d+\.\d+\.\d+)/g)].map((match) => [
        document,
        match[1] ?? match[2],
      ]),
    );
    expect(others.filter(([, named]) => named !== version)).to.deep.equal([]);
  });

  it('run examples that exist', () => {
    const named = texts.flatMap(([, text]) =>
      [...text.matchAll(/build\/(examples\/[\w-]+)\.js/g)].map((match) => match[1]),
    );

    expect(named.filter((file) => !existsSync(join(repositoryRoot, `${file}.ts`)))).to.deep.equal([]);
  });
});

describe('the README', () => {
  const readme = readFileSync(join(repositoryRoot, 'README.md'), 'utf8');
  const source = (file: string) => readFileSync(join(repositoryRoot, 'src', file), 'utf8');
  const unnamed = (names: string[]) => names.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme));

  it('names every option', () => {
    const options = [...source('core/options.ts').matchAll(/^ {2,6}(\w+)\??: (?!undefined)[^;{]*;$/gm)].map(
      ([, name = '']) => name,
    );

    expect(options).to.include.members(['socketFile', 'transport', 'mode', 'retryDelay', 'maxMessageBytes']);
    expect(unnamed(options.filter((name) => name !== 'runtime'))).to.deep.equal([]);
  });

  it('gives the defaults that hold, and so does the page on security', () => {
    const security = readFileSync(join(repositoryRoot, 'docs/security.md'), 'utf8');
    const { maxMessageBytes, maxBufferedBytes, closeTimeout, retryDelay, reconnectDelay } = resolveClientOptions({
      transport: { dial: () => ({ abort() {} }), listen: () => ({ close() {} }) },
      transcoder: jsonTranscoder,
    });

    const defaults = { maxMessageBytes, maxBufferedBytes, closeTimeout, retryDelay, reconnectDelay };
    for (const [name, value] of Object.entries(defaults)) {
      const row = new RegExp(`^\\| \`${name}\` \\| ${value}\\b`, 'm');
      expect(readme).to.match(row);
      if (!name.endsWith('Delay')) expect(security).to.match(row);
    }
  });

  it('names everything that the package exports as a value', async () => {
    expect(unnamed(Object.keys(await import('ipc')))).to.deep.equal([]);
  });
});

describe('the links of the documents', () => {
  it('lead to files and headings that exist', () => {
    const broken = documents().flatMap((document) => {
      const text = readFileSync(join(repositoryRoot, document), 'utf8');
      const folder = join(repositoryRoot, document, '..');
      const targets = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
      return targets
        .filter(([, file = '', heading]) => {
          const path = file === '' ? join(repositoryRoot, document) : join(folder, file);
          if (!existsSync(path)) return true;
          return heading !== undefined && !headingsIn(readFileSync(path, 'utf8')).includes(heading);
        })
        .map(([link]) => `${document}: ${link}`);
    });

    expect(broken).to.deep.equal([]);
  });

  it('lead from each claim about security to a test with that in its title', () => {
    const text = readFileSync(join(repositoryRoot, 'docs/security.md'), 'utf8');

    const claims = [...text.matchAll(/\]\(\.\.\/(test\/[^)]+)\)(?:[\s:]+"([^"]+)")?/g)];
    const unfounded = claims.filter(
      ([, file = '', title]) => !title || !readFileSync(join(repositoryRoot, file), 'utf8').includes(title),
    );

    expect(claims.length).to.be.above(30);
    expect(unfounded.map(([link]) => link)).to.deep.equal([]);
  });
});

/** Writes all snippets into one project and compiles it; the messages of the compiler are given the lines of the documents. */
async function compile(): Promise<void> {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  for (const snippet of code) {
    const given = snippet.task?.kind === 'given' ? snippet.task.argument.split(/[\s,]+/) : [];
    // On one line, and with an export that makes a module of everything: lines keep their numbers.
    const prelude =
      snippet.language === 'ts'
        ? `export {}; ${given.map((name) => givens[name] ?? `Unknown: ${name}`).join(' ')}`
        : '';
    writeFileSync(
      join(project, `${fileName(snippet)}.${extensions[snippet.language]?.[0]}`),
      `${prelude}\n${snippet.code}`,
    );
  }
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      composite: false,
      declaration: false,
      declarationMap: false,
      isolatedDeclarations: false,
      incremental: false,
      allowJs: true,
      checkJs: true,
      rootDir: '.',
      outDir: 'out',
      types: ['node', 'mocha'],
      // What the package publishes: beside the programs in build it has no declarations.
      paths: {
        ipc: ['../../dist/index.d.ts'],
        'ipc/testing': ['../../dist/testing/index.d.ts'],
        'ipc/testing/fast-check': ['../../dist/testing/fast-check/index.d.ts'],
      },
    },
    include: ['*'],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [compiler, '-p', project, '--pretty', 'false'], { cwd: project });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`The snippets do not compile:\n${inDocuments(stdout)}${stderr}`);
  }
}

function inDocuments(messages: string): string {
  return code.reduce(
    (text, snippet) =>
      text.replace(
        new RegExp(`^${fileName(snippet)}\\.\\w+\\((\\d+),`, 'gm'),
        (_all, line: string) => `${snippet.document}(${snippet.line + Number(line) - 1},`,
      ),
    messages,
  );
}

/** The compiled snippet with addresses of its own; returns its path. */
async function prepare(snippet: Snippet, folder: string): Promise<string> {
  const name = `${fileName(snippet)}.${extensions[snippet.language]?.[1]}`;
  const text = readFileSync(join(project, 'out', name), 'utf8');
  const file = join(project, 'out', `run-${name}`);
  writeFileSync(file, text.replaceAll("'/tmp/", `'${folder}/`).replaceAll('47_110', String(await freePort())));
  return file;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-test-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(file: string, folder: string) {
  const child = spawnProgram(file, [], folder, 15_000);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (text: string) => (output += text));
  child.stderr?.on('data', (text: string) => (errors += text));
  return {
    ended: ended(child),
    output: () => output,
    errors: () => errors,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    async says(text: string): Promise<void> {
      while (!output.includes(text)) await once(child.stdout!, 'data');
    },
  };
}

function named(name: string): Snippet {
  const snippet = code.find(({ task }) => task?.kind === 'run' && task.argument === name);
  expect(snippet, `no snippet is named ${name}`).not.to.equal(undefined);
  return snippet!;
}

/** As GitHub makes them. */
function headingsIn(text: string): string[] {
  const withoutCode = text.replace(/^```[\s\S]*?^```$/gm, '');
  return [...withoutCode.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}
