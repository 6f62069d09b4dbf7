// Other versions of Node, which come from npm.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Fetches the newest Node of a version such as `22` or `20.19` into a folder; returns the path of the program. */
export function installNode(folder, version) {
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(folder, version);
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save', '--loglevel', 'error'];
  execFileSync('npm', ['install', '--prefix', prefix, ...quiet, `${name}@${version}`], { stdio: 'inherit' });
  return join(prefix, 'node_modules', name, 'bin/node');
}
