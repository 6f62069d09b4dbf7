// Compiles with `tsc -b`, after removing the outputs whose source is gone: mocha would go on running a deleted test.
//
//   node scripts/build.mjs [project ...]     all of tsconfig.json, or only these
//   node scripts/build.mjs --if-possible     does nothing when the compiler is not installed (prepare, npm ci --omit=dev)
//
// The package as it is published is in dist: the declarations of the compiler, and few JavaScript files made of many, since
// each file takes a program that imports it about half a millisecond. What the compiler makes of each source is in
// build/ipc, which is the package `ipc` for the programs in build: tests can look inside it, and see each file's coverage.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.mjs';

const root = join(import.meta.dirname, '..');
/** Folders, the sources of what the compiler puts there, and the kinds of that; the rest of dist is the bundle. */
const outputs = [
  ['dist', 'src', ['.d.ts']],
  ['build/ipc', 'src', ['.js']],
  ['build/test', 'test', ['.js', '.d.ts']],
  ['build/examples', 'examples', ['.js', '.d.ts']],
];
const args = process.argv.slice(2);
const projects = args.filter((arg) => !arg.startsWith('--'));
const compiler = join(root, 'node_modules/.bin/tsc');

if (args.includes('--if-possible') && !existsSync(compiler)) {
  console.log('TypeScript is not installed: nothing is built.');
} else {
  for (const [output, source, kinds] of outputs) removeStale(join(root, output), join(root, source), kinds);
  const { status, error } = spawnSync(compiler, ['-b', ...projects], { cwd: root, stdio: 'inherit' });
  if (error) console.error(`The compiler could not be started (${error.message}); run npm ci first.`);
  process.exitCode = status ?? 1;
  if (status === 0) {
    writePackages();
    await bundle();
  }
}

function removeStale(outputFolder, sourceFolder, kinds) {
  if (!existsSync(outputFolder)) return;
  for (const entry of readdirSync(outputFolder, { recursive: true, withFileTypes: true })) {
    const match = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(entry.name);
    if (!entry.isFile() || match === null || !kinds.includes(match[2])) continue;
    const source = join(entry.parentPath.replace(outputFolder, sourceFolder), `${match[1]}.ts`);
    if (!existsSync(source)) rmSync(join(entry.parentPath, entry.name));
  }
}

/** The package.json of build, and the one of build/ipc with the entries of the real one. */
function writePackages() {
  const { name, version, type, imports, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const inside = (path, folder) => path.replace('./dist/', folder);
  const entries = Object.entries(exports).filter(([entry]) => entry !== './package.json');
  writeIfNew('build/package.json', {
    private: true,
    type,
    imports: Object.fromEntries(Object.entries(imports).map(([key, path]) => [key, inside(path, './ipc/')])),
  });
  writeIfNew('build/ipc/package.json', {
    name,
    version,
    type,
    exports: {
      ...Object.fromEntries(entries.map(([entry, target]) => [entry, inside(target.default, './')])),
      './package.json': './package.json',
    },
  });
  const link = join(root, 'build/node_modules', name);
  if (existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join('..', name), link, 'junction');
}

function writeIfNew(path, value) {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
