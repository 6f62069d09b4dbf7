// Installs the dependencies when node_modules does not hold what package-lock.json asks for; otherwise does nothing.
// Given the name of a folder that is a package of its own (bench), it does that there.
// Imports nothing but Node itself: it is the first thing that runs in a fresh clone.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', process.argv[2] ?? '');

if (!isUpToDate()) {
  // Without scripts: no dependency needs its own, and ours (prepare) would only do what the caller does next: build.
  const command = existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install';
  console.log(`Installing dependencies (npm ${command})`);
  const { status, error } = spawnSync(
    'npm',
    [command, '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (error) console.error(`npm could not be started: ${error.message}`);
  process.exitCode = status ?? 1;
}

function isUpToDate() {
  const wanted = packagesIn('package-lock.json');
  const present = packagesIn('node_modules/.package-lock.json');
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    // Optional packages made for another system are left out by npm.
    if (present[path] === undefined) return optional === true || devOptional === true;
    return present[path].version === version && existsSync(join(root, path));
  });
}

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
