// Makes the JavaScript of the package from build/ipc: one file for each entry, and for what some of them share. Comments
// are left to the sources, which the source maps hold. Names and lines stay: Node prints the line that threw, and whoever
// reads it at night should see a statement and not the whole library.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, transform } from 'esbuild';

const root = join(import.meta.dirname, '..');
const source = join(root, 'build/ipc');
const output = join(root, 'dist');
const target = 'node20.19';

/** What the package exports, its command, and the programs that it starts. */
const entries = [
  'index',
  'testing/index',
  'testing/fast-check/index',
  'testing/scenario/real/worker',
  'testing/chaos/full-queue-process',
  'cli/main',
];

/** Those that use what `index` exports or what is behind it. */
const sharing = ['testing/index', 'testing/fast-check/index', 'testing/scenario/real/worker', 'cli/main'];

/** Does nothing while the bundle is newer than all that it is made of, and than this file. */
export async function bundle() {
  const present = entries.filter((entry) => existsSync(join(source, `${entry}.js`)));
  if (isFresh(present)) return;
  for (const file of scripts(output)) rmSync(file);
  const { outputFiles } = await build({
    entryPoints: present.map((entry) => join(source, `${entry}.js`)),
    outbase: source,
    outdir: output,
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target,
    packages: 'external',
    sourcemap: 'inline',
    legalComments: 'none',
    plugins: [oneFileForAll],
    // Takes the comments along with the lines, which are laid out again below.
    minifyWhitespace: true,
    logLevel: 'warning',
    write: false,
  });
  await Promise.all(outputFiles.map(writeInLines));
}

/**
 * esbuild puts into one file what the same entries need, which would make four of what a program gets that imports `ipc`
 * alone. So each entry that needs some of that needs all of it.
 */
const oneFileForAll = {
  name: 'one file for what all entries share',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!sharing.some((entry) => path === join(source, `${entry}.js`))) return undefined;
      // At the end, so that all lines stay where they are.
      return {
        contents: `${readFileSync(path, 'utf8')}\nimport ${JSON.stringify(join(source, 'index.js'))};\n`,
        loader: 'js',
      };
    });
  },
};

async function writeInLines({ path, text }) {
  const { code, map } = await transform(text, { format: 'esm', target, sourcemap: 'external', sourcefile: path });
  mkdirSync(dirname(path), { recursive: true });
  const mode = code.startsWith('#!') ? 0o755 : 0o644;
  writeFileSync(path, `${withoutLoader(withTheirNames(code))}//# sourceMappingURL=${basename(path)}.map\n`, { mode });
  writeFileSync(`${path}.map`, map);
}

/** esbuild calls a class that mentions itself `var Example = class _Example`, and that name is what programs would see. */
function withTheirNames(text) {
  const names = Array.from(text.matchAll(/var ([\w$]+) = class _\1\b/g), ([, name]) => name);
  return names.reduce((all, name) => all.replaceAll(new RegExp(`(?<![\\w$])_${name}(?![\\w$])`, 'g'), name), text);
}

/**
 * Asks the process for the modules of Node. An import of them goes through the loader, one after the other, and that of
 * `node:fs` loads what is behind `fs.promises` as well.
 */
function withoutLoader(text) {
  return text.replace(/^import \{([^}]+)\} from ("node:[^"]+");$/gm, (_, names, from) => {
    return `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule(${from});`;
  });
}

function isFresh(present) {
  const made = scripts(output);
  if (!present.every((entry) => made.includes(join(output, `${entry}.js`)))) return false;
  const oldest = Math.min(...made.map((file) => statSync(file).mtimeMs));
  return [import.meta.filename, ...scripts(source)].every((file) => statSync(file).mtimeMs < oldest);
}

/** Every .js in a folder, and every .js.map. */
function scripts(folder) {
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile() && /\.js(\.map)?$/.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name));
}
