// Makes the JavaScript of the package from build/ipc: one file for each entry, and for what some of them share.

import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const source = join(root, 'build/ipc');
const target = join(root, 'dist');

/** What the package exports, its command, and the programs that it starts. */
const entries = [
  'index',
  'testing/index',
  'testing/fast-check/index',
  'testing/scenario/real/worker',
  'testing/chaos/full-queue-process',
  'cli/main',
];

/** Does nothing while the bundle is newer than all that it is made of. */
export async function bundle() {
  const present = entries.filter((entry) => existsSync(join(source, `${entry}.js`)));
  if (isFresh(present)) return;
  for (const file of scripts(target)) rmSync(file);
  await build({
    entryPoints: present.map((entry) => join(source, `${entry}.js`)),
    outbase: source,
    outdir: target,
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

function isFresh(present) {
  const made = scripts(target);
  if (!present.every((entry) => made.includes(join(target, `${entry}.js`)))) return false;
  const oldest = Math.min(...made.map((file) => statSync(file).mtimeMs));
  return scripts(source).every((file) => statSync(file).mtimeMs < oldest);
}

/** Every .js in a folder, and every .js.map. */
function scripts(folder) {
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile() && /\.js(\.map)?$/.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name));
}
