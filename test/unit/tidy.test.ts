/** The rules of the house that no other tool keeps, read from the sources themselves. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect } from 'chai';
import { repositoryRoot } from '../support/repository-root.js';

const files = listFiles('');
const sources = files.filter((file) => file.startsWith('src/') && file.endsWith('.ts'));

/** Who may import whom: a folder or file of src, longest name first, and what its imports may start with. */
const mayImport: readonly (readonly [importer: string, imported: readonly string[]])[] = [
  ['src/testing/chaos/', ['src/testing/', 'src/core/', ...nodeModules('net fs path crypto child_process url')]],
  ['src/testing/scenario/real/', ['src/testing/', 'src/core/', ...nodeModules('child_process fs path url')]],
  ['src/testing/fast-check/', ['src/testing/', 'src/core/', 'fast-check']],
  ['src/transports/', ['src/transports/', 'src/core/', ...nodeModules('net fs fs/promises path os crypto')]],
  ['src/testing/', ['src/testing/', 'src/core/', ...nodeModules('events string_decoder crypto')]],
  ['src/index.ts', ['src/core/', 'src/transports/']],
  ['src/core/', ['src/core/', 'node:events', 'node:buffer']],
  ['src/cli/', ['src/', 'node:']],
];

/** What belongs to the Runtime, also when it is reached in a way that the linter does not see. */
const ambientTimeAndChance = /\bMath\.random\b|\bglobalThis\.(?:set\w+|process|crypto|performance|Date)\b/;
/** Somebody's own folders, which mean nothing on another machine. */
const machinePath = /(?:^|[\s'"`(=])\/(?:work|root|Users)\/\w/m;

describe('tidy', () => {
  it('lets every source import only what its folder may', () => {
    const wrong = sources.flatMap((file) => {
      const allowed = mayImport.find(([importer]) => file.startsWith(importer))?.[1] ?? [];
      return importsOf(file)
        .filter(
          (imported) =>
            !allowed.some((start) => (/[/:]$/.test(start) ? imported.startsWith(start) : imported === start)),
        )
        .map((imported) => `${file} imports ${imported}`);
    });

    expect(wrong).to.deep.equal([]);
  });

  it('imports the library in tests and examples by its name, so that there is one copy of each class', () => {
    const outside = files.filter((file) => /^(?:test|examples|bench)\/.*\.ts$/.test(file));

    const wrong = outside.flatMap((file) =>
      importsOf(file)
        .filter((imported) => /^(?:src|dist|build)\//.test(imported))
        .map((imported) => `${file} imports ${imported}`),
    );

    expect(wrong).to.deep.equal([]);
  });

  it('keeps time and chance out of the core', () => {
    const core = sources.filter((file) => file.startsWith('src/core/'));

    expect(core.filter((file) => ambientTimeAndChance.test(code(file)))).to.deep.equal([]);
  });

  it('starts every source file with a doc comment that says what it is for', () => {
    expect(sources.filter((file) => !/^(?:#!.*\n)?\/\*\*/.test(read(file)))).to.deep.equal([]);
  });

  it('keeps every source file under 350 lines', () => {
    expect(sources.filter((file) => read(file).split('\n').length > 351)).to.deep.equal([]);
  });

  it('names files in kebab-case', () => {
    const ours = files
      .filter((file) => /^(?:src|test|examples|bench|scripts|docs)\//.test(file))
      .map((file) => file.replace(/\/README\.md$/, '/readme.md'));

    expect(ours.filter((file) => !/^(?:[a-z0-9-]+\/)*[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(file))).to.deep.equal([]);
  });

  it('has no test that is alone or switched off', () => {
    const tests = files.filter((file) => file.startsWith('test/') && file.endsWith('.ts'));

    expect(tests.filter((file) => /\b(?:describe|it|context)\.(?:only|skip)\(/.test(code(file)))).to.deep.equal([]);
  });

  it('has no TODO without an issue', () => {
    const noted = files.filter((file) => /\.(?:ts|mjs|cjs|yml)$/.test(file) && !file.endsWith('tidy.test.ts'));

    expect(noted.filter((file) => /(?:\/\/|\*|#).*\b(?:TODO|FIXME|XXX)\b(?! ?\(?#\d)/.test(read(file)))).to.deep.equal(
      [],
    );
  });

  it('names no path of one machine', () => {
    const text = files.filter((file) => /\.(?:ts|mjs|cjs|json|md|yml|sh)$|(?:^|\/)run$/.test(file));

    expect(text.filter((file) => machinePath.test(read(file)))).to.deep.equal([]);
  });

  it('begins the changelog with what is unreleased or with the version of the package', () => {
    const { version } = JSON.parse(read('package.json'));
    const first = /^## \[?([^\]\s]+)/m.exec(read('CHANGELOG.md'))?.[1];

    expect(first).to.be.oneOf(['Unreleased', version]);
  });

  it('explains every error class and code in the README', function () {
    if (!existsSync(join(repositoryRoot, 'src/core/errors.ts')) || !existsSync(join(repositoryRoot, 'README.md')))
      this.skip();
    const errors = code('src/core/errors.ts');

    const codes = namesIn(errors, /'(IPC_[A-Z_]+)'/g).filter((name) => name !== 'IPC_ERROR');
    const classes = namesIn(errors, /export class (\w+)/g);

    expect(codes).not.to.deep.equal([]);
    expect([...codes, ...classes].filter((name) => !read('README.md').includes(`\`${name}\``))).to.deep.equal([]);
  });

  it('explains every event in the README', function () {
    if (!existsSync(join(repositoryRoot, 'src/core/events.ts')) || !existsSync(join(repositoryRoot, 'README.md')))
      this.skip();

    const events = namesIn(code('src/core/events.ts'), /^ {2}(\w+): [[{]/gm);

    expect(events).not.to.deep.equal([]);
    expect(events.filter((event) => !read('README.md').includes(`\`${event}\``))).to.deep.equal([]);
  });
});

/** Everything that belongs to the project, without what git ignores at any depth. */
function listFiles(folder: string): string[] {
  const skipped = ['node_modules', 'dist', 'build', 'coverage', 'package-lock.json'];
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const isHidden = entry.name.startsWith('.') && entry.name !== '.ci' && entry.name !== '.github';
    if (isHidden || skipped.includes(entry.name)) return [];
    return entry.isDirectory() ? listFiles(path) : entry.isFile() ? [path] : [];
  });
}

function read(file: string): string {
  return readFileSync(join(repositoryRoot, file), 'utf8');
}

function code(file: string): string {
  return read(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** The specifiers that a file imports; relative ones as paths from the root. */
function importsOf(file: string): string[] {
  const statement = /(?:^(?:import|export)\b[^;'"]*?\bfrom|^import|\bimport\()\s*['"]([^'"]+)['"]/gm;
  return namesIn(code(file), statement).map((specifier) =>
    specifier.startsWith('.')
      ? relative(repositoryRoot, join(repositoryRoot, dirname(file), normalize(specifier)))
      : specifier,
  );
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

function nodeModules(names: string): string[] {
  return names.split(' ').map((name) => `node:${name}`);
}
