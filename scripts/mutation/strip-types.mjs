// Makes build/ipc/core anew from sources that Stryker has put its mutants into. No compiler: the sources are erasable
// syntax, and with the mutants in them nothing type-checks.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

for (const name of readdirSync('src/core').filter((file) => file.endsWith('.ts'))) {
  const text = stripTypeScriptTypes(readFileSync(`src/core/${name}`, 'utf8'));
  writeFileSync(`build/ipc/core/${name.replace(/\.ts$/, '.js')}`, text);
}
