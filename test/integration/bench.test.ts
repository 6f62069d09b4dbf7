/** The benchmark still runs: the kinds of work, with next to nothing to do, without the peers that must be installed. */

import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runProgram } from '../support/program.js';

interface Result {
  readonly rows: readonly {
    readonly id: string;
    readonly metrics: readonly {
      readonly id: string;
      readonly values: Readonly<Record<string, { readonly median?: number; readonly failure?: string }>>;
    }[];
  }[];
}

/** A row for each kind of work that takes little time. */
const rows = 'one-way-100,in-flight-256,broadcast-50,idle';

describe('bench', function () {
  this.timeout(60_000);

  it('measures and draws the result', async () => {
    const files = ['result.json', 'chart.svg'].map((name) => join(tmpdir(), `ipc-bench-test-${process.pid}-${name}`));
    const [json = '', svg = ''] = files;

    try {
      const args = ['--smoke', '--peers', 'ours,floor', '--only', rows, '--json', json, '--svg', svg];
      const outcome = await runProgram('bench/main.mjs', args, 50_000);

      expect(outcome.exit, outcome.errorOutput).to.equal(0);
      expect(outcome.output).to.include('broadcast to 50');
      expect(outcome.left).to.deep.equal([]);
      expect(missingFigures(JSON.parse(readFileSync(json, 'utf8')))).to.deep.equal([]);
      expect(readFileSync(svg, 'utf8')).to.match(/^<svg [\s\S]*<\/svg>\n$/);
    } finally {
      for (const file of files) rmSync(file, { force: true });
    }
  });
});

/** What should have been measured and was not, and why. */
function missingFigures(result: Result): string[] {
  return rows.split(',').flatMap((id) => {
    const metrics = result.rows.find((row) => row.id === id)?.metrics ?? [];
    const missing = metrics.flatMap((metric) =>
      ['ours', 'floor']
        .filter((peer) => metric.values[peer]?.median === undefined)
        .map((peer) => `${id}, ${metric.id}, ${peer}: ${metric.values[peer]?.failure ?? 'nothing'}`),
    );
    return metrics.length === 0 ? [`${id}: no row`] : missing;
  });
}
