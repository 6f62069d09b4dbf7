// Packs the package as it would be published and checks the tarball itself: what is in it, publint, the types as every
// module resolution sees them, and that a user who installed it can import and require every entry, and compile the
// tests of the types against it, with this compiler and the one before.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { name, exports, peerDependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** An entry for use with another package, such as ipc/testing/fast-check, cannot be loaded without it. */
const peers = Object.keys(peerDependencies);
const folder = mkdtempSync(join(tmpdir(), 'ipc-pack-'));
const problems = [];

try {
  const tarball = pack();
  run(join(root, 'node_modules/.bin/publint'), ['run', tarball, '--strict']);
  run(join(root, 'node_modules/.bin/attw'), [tarball, '--profile', 'esm-only', '--no-definitely-typed']);
  useAsInstalled(tarball);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function pack() {
  // Without scripts: prepare would build once more, while other checks read the output.
  const output = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [packed] = JSON.parse(output);
  const paths = packed.files.map(({ path }) => path);
  const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`${paths.length} files, ${kB(packed.size)} packed, ${kB(packed.unpackedSize)} unpacked`);

  const meant = /^(dist\/.+\.(js|js\.map|d\.ts)|package\.json|README\.md|LICENSE)$/;
  for (const path of paths.filter((path) => !meant.test(path))) problems.push(`${path} should not be published.`);
  for (const path of paths.filter((path) => path.endsWith('.js') && !paths.includes(`${path}.map`))) {
    problems.push(`${path} is published without its source map.`);
  }
  return join(folder, packed.filename);
}

function useAsInstalled(tarball) {
  const user = join(folder, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], user);
  for (const [entry, target] of Object.entries(exports)) {
    const specifier = JSON.stringify(join(name, entry));
    if (target.types === undefined || peers.some((peer) => entry.endsWith(peer))) continue;
    run(process.execPath, ['--input-type=module', '-e', `await import(${specifier})`], user);
    run(process.execPath, ['--input-type=commonjs', '-e', `require(${specifier})`], user);
  }
  compileAsInstalled(user);
}

/** In the repository they are compiled against one file for each source, here against what is published. */
function compileAsInstalled(user) {
  cpSync(join(root, 'test/types'), join(user, 'types'), { recursive: true });
  const entries = Object.keys(exports).filter((entry) => exports[entry].types !== undefined);
  const every = entries.map((entry, index) => `export * as entry${index} from ${JSON.stringify(join(name, entry))};`);
  writeFileSync(join(user, 'types/every-entry.ts'), every.join('\n'));
  for (const other of ['@types', ...peers]) {
    symlinkSync(join(root, 'node_modules', other), join(user, 'node_modules', other), 'junction');
  }
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8'));
  const config = {
    compilerOptions: { ...compilerOptions, composite: false, isolatedDeclarations: false, noEmit: true },
    include: ['types'],
  };
  writeFileSync(join(user, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(user, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  for (const compiler of ['typescript/bin/tsc', '@typescript/typescript6/bin/tsc6']) {
    run(process.execPath, [join(root, 'node_modules', compiler), '-p', user], user);
  }
}

function run(command, args, cwd = root) {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    problems.push(
      `${[command.split('/').at(-1), ...args].join(' ')} failed:\n${error.stdout ?? ''}${error.stderr ?? error}`,
    );
    return '[{"files":[]}]';
  }
}
