// Makes the declarations of the package: one file for each entry, and for what some of them share, with no more in them
// than an entry leads to. The many that the compiler writes beside, in build/types, are for the programs in build.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const compiled = join(root, 'build/types');
const folder = join(root, 'build/declarations');
const target = join(root, 'dist');
const record = join(folder, 'made-of');
/** What a source says of itself: a comment before another one, which stands there for nothing. */
const head = /^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*\n(?=\/\*\*)/gm;

/** Does nothing while the declarations of the compiler, and this file, say what they said the last time. */
export async function bundleDeclarations(compiler) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const types = Object.values(exports).flatMap((entry) => entry.types ?? []);
  const entries = types.map((path) => path.replace(/^\.\/dist\/|\.d\.ts$/g, ''));
  const fingerprint = fingerprintOf(declarations(compiled));
  const isMade = entries.every((entry) => existsSync(join(target, `${entry}.d.ts`)));
  if (isMade && existsSync(record) && readFileSync(record, 'utf8') === fingerprint) return;

  compileWithoutInternals(compiler, entries);
  for (const file of declarations(target)) rmSync(file);
  await write(entries);
  writeFileSync(record, fingerprint);
}

/** What is marked `@internal` is left out, and with it the private classes that only it leads to. */
function compileWithoutInternals(compiler, entries) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      // Checked already by the build; the declarations of a file need no other one (isolatedDeclarations).
      noCheck: true,
      composite: false,
      sourceMap: false,
      inlineSources: false,
      declarationMap: false,
      emitDeclarationOnly: true,
      stripInternal: true,
      rootDir: '../../src',
      outDir: 'modules',
    },
    files: entries.map((entry) => `../../src/${entry}.ts`),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { status, error } = spawnSync(process.execPath, [compiler, '-p', folder], { stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error('The declarations of the package could not be compiled.');
}

async function write(entries) {
  // Loaded here, since they take longer to load than a build with nothing to do takes.
  const [{ rollup }, { dts }] = await Promise.all([import('rollup'), import('rollup-plugin-dts')]);
  const bundle = await rollup({
    input: Object.fromEntries(entries.map((entry) => [entry, join(folder, 'modules', `${entry}.d.ts`)])),
    plugins: [dts(), { name: 'heads', renderChunk: (code) => code.replace(head, '') }],
    external: (id) => !/^[./]/.test(id),
    onwarn: ({ message }) => {
      // Types that the entries share and none of them exports, as before when each had a file of its own.
      if (!message.includes('private shared type exports')) console.warn(message);
    },
  });
  await bundle.write({
    dir: target,
    entryFileNames: '[name].d.ts',
    chunkFileNames: nameOf,
    hoistTransitiveImports: false,
    minifyInternalExports: false,
  });
  await bundle.close();
}

/** What `ipc` needs stands beside it, and what only the testing kit needs, in its folder. */
function nameOf({ moduleIds }) {
  const isOfKit = moduleIds.every((id) => relative(join(folder, 'modules'), id).startsWith('testing'));
  return isOfKit ? 'testing/shared/[name].ts' : 'shared/[name].ts';
}

function fingerprintOf(files) {
  const hash = createHash('sha256');
  for (const file of [import.meta.filename, ...files]) {
    hash.update(file).update(readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL=.*/m, ''));
  }
  return hash.digest('hex');
}

/** Every .d.ts in a folder, and every .d.ts.map. */
function declarations(folder) {
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile() && /\.d\.ts(\.map)?$/.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}
