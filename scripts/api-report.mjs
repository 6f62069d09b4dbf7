// Writes the public API to api/, one file for each entry of the package, so that a change to it is seen in review: the
// published declarations that can be reached from the entry and from none before it, without their comments.
//
//   node scripts/api-report.mjs            writes them
//   node scripts/api-report.mjs --check    says what differs, and fails

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = join(import.meta.dirname, '..');
const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.values(exports).flatMap((target) => target.types ?? []);
const reports = new Map();
const reported = new Set();
for (const [entry, target] of Object.entries(exports)) {
  if (target.types === undefined) continue;
  const file = entry === '.' ? name : entry.slice(2).replaceAll('/', '-');
  reports.set(`${file}.api.d.ts`, report(entry, normalize(target.types)));
}

if (process.argv.includes('--check')) check();
else write('api');

function report(entry, types) {
  const parts = [`// The API of ${join(name, entry)}. Written by \`npm run api\`: do not edit.\n`];
  for (const file of reachable(types)) parts.push(`// ${file}\n${declarations(file)}`);
  return parts.join('\n');
}

/** The file and what it imports, but for other entries, which have reports of their own. */
function reachable(file) {
  if (reported.has(file)) return [];
  reported.add(file);
  const specifiers = [...readDeclaration(file).matchAll(/(?:from|import)[ (]*['"](\.[^'"]+)\.js['"]/g)];
  const imported = specifiers.map(([, specifier]) => join(dirname(file), `${specifier}.d.ts`));
  return [file, ...imported.filter((path) => !entries.includes(`./${path}`)).flatMap(reachable)];
}

function declarations(file) {
  return readDeclaration(file)
    .replace(/^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*\n/gm, '')
    .replace(/\n{3,}/g, '\n\n');
}

function readDeclaration(file) {
  return readFileSync(join(root, file), 'utf8');
}

function write(folder) {
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  for (const [file, text] of reports) writeFileSync(join(root, folder, file), text);
}

function check() {
  const recorded = existsSync(join(root, 'api')) ? readdirSync(join(root, 'api')) : [];
  const same = (file, text) => recorded.includes(file) && readFileSync(join(root, 'api', file), 'utf8') === text;
  const current = [...reports].every(([file, text]) => same(file, text)) && recorded.every((file) => reports.has(file));
  if (current) return;
  write('build/api');
  const diff = spawnSync('diff', ['-ruN', 'api', 'build/api'], { cwd: root, encoding: 'utf8' });
  console.error(diff.stdout);
  console.error('The public API has changed. If that is meant, run `npm run api` and commit api/ with the change.');
  process.exitCode = 1;
}
