// Compiles with `tsc -b`, after removing the outputs whose source is gone: mocha would go on running a deleted test.
//
//   node scripts/build.mjs [project ...]     all of tsconfig.json, or only these
//   node scripts/build.mjs --if-possible     does nothing when the compiler is not installed (prepare, npm ci --omit=dev)

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const outputs = { dist: 'src', 'build/test': 'test', 'build/examples': 'examples', 'build/bench': 'bench' };
const args = process.argv.slice(2);
const projects = args.filter((arg) => !arg.startsWith('--'));
const compiler = join(root, 'node_modules/.bin/tsc');

if (args.includes('--if-possible') && !existsSync(compiler)) {
  console.log('TypeScript is not installed: nothing is built.');
} else {
  for (const [output, source] of Object.entries(outputs)) removeStale(join(root, output), join(root, source));
  const { status, error } = spawnSync(compiler, ['-b', ...projects], { cwd: root, stdio: 'inherit' });
  if (error) console.error(`The compiler could not be started (${error.message}); run npm ci first.`);
  process.exitCode = status ?? 1;
}

function removeStale(outputFolder, sourceFolder) {
  if (!existsSync(outputFolder)) return;
  for (const entry of readdirSync(outputFolder, { recursive: true, withFileTypes: true })) {
    const match = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(entry.name);
    if (!entry.isFile() || match === null) continue;
    const source = join(entry.parentPath.replace(outputFolder, sourceFolder), `${match[1]}.ts`);
    if (!existsSync(source)) rmSync(join(entry.parentPath, entry.name));
  }
}
