// Compiles with `tsc -b`, after removing the outputs whose source is gone: mocha would go on running a deleted test.
//
//   node scripts/build.mjs [project ...]     all of tsconfig.json, or only these; dist is made when src/testing is among them
//   node scripts/build.mjs --if-possible     does nothing when the compiler is not installed (prepare, npm ci --omit=dev)
//
// The package as it is published is in dist: few files made of many, since each JavaScript file takes a program that
// imports it about half a millisecond, and the declarations of all of them are twice as much to download. What the
// compiler makes of each source is in build/ipc and build/types, which are the package `ipc` for the programs in build:
// tests can look inside it, and see each file's coverage.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** Folders, the sources of what the compiler puts there, and the kinds of that. */
const outputs = [
  ['build/types', 'src', ['.d.ts']],
  ['build/ipc', 'src', ['.js']],
  ['build/test', 'test', ['.js', '.d.ts']],
  ['build/examples', 'examples', ['.js', '.d.ts']],
];
const args = process.argv.slice(2);
const projects = args.filter((arg) => !arg.startsWith('--'));
// By its path: .bin/tsc may be the older compiler whose API the bundler of the declarations needs.
const compiler = join(root, 'node_modules/typescript/bin/tsc');

if (!existsSync(compiler)) {
  console.log('TypeScript is not installed: nothing is built. npm ci installs it.');
  if (!args.includes('--if-possible')) process.exitCode = 1;
} else {
  for (const [output, source, kinds] of outputs) removeStale(join(root, output), join(root, source), kinds);
  const { status, error } = spawnSync(process.execPath, [compiler, '-b', ...projects], { cwd: root, stdio: 'inherit' });
  if (error) console.error(`The compiler could not be started (${error.message}).`);
  process.exitCode = status ?? 1;
  if (status === 0) {
    writePackages();
    if (projects.length === 0 || projects.includes('src/testing')) await bundlePackage();
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

/** What it needs is loaded here: without development dependencies this script must do nothing rather than fail. */
async function bundlePackage() {
  const [{ bundle }, { bundleDeclarations }] = await Promise.all([
    import('./bundle.mjs'),
    import('./bundle-declarations.mjs'),
  ]);
  await bundle();
  await bundleDeclarations(compiler);
}

/** The package.json of build, and the one of build/ipc with the entries of the real one. */
function writePackages() {
  const { name, version, type, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const inside = (path, folder) => path.replace('./dist/', folder);
  const entries = Object.entries(exports).filter(([entry]) => entry !== './package.json');
  writeIfNew('build/package.json', {
    private: true,
    type,
    imports: { '#core/*': './ipc/core/*', '#transports/*': './ipc/transports/*', '#testing/*': './ipc/testing/*' },
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
