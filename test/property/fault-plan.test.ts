/** Plans that are drawn are plans that can be read, and printing one loses nothing. */

import { expect } from 'chai';
import fc from 'fast-check';
import { faultPlans } from 'ipc/testing/fast-check';
import type { FaultKind } from '#testing/faults/fault.js';
import { FAULT_KINDS } from '#testing/faults/fault-kinds.js';
import { parseFaultPlan } from '#testing/faults/fault-plan.js';

const KINDS = Object.keys(FAULT_KINDS) as FaultKind[];

describe('drawn fault plans', () => {
  it('are valid, survive JSON, and leave no kind out', () => {
    const drawn = new Set<string>();

    fc.assert(
      fc.property(faultPlans({ kinds: KINDS, processes: ['server'], clients: ['a', 'b'] }), (plan) => {
        expect(parseFaultPlan(JSON.parse(JSON.stringify(plan)))).to.deep.equal(plan);
        for (const { kind } of plan.faults) {
          drawn.add(kind);
        }
      }),
      { numRuns: 1000 },
    );

    expect(KINDS.filter((kind) => !drawn.has(kind))).to.deep.equal([]);
  });

  it('stay within their horizon and their number', () => {
    fc.assert(
      fc.property(faultPlans({ horizonMs: 500, maxFaults: 3 }), ({ faults }) => {
        expect(faults.length).to.be.at.most(3);
        for (const { at = 0, for: lasting = 0 } of faults) {
          expect(Math.max(at, lasting)).to.be.at.most(500);
        }
      }),
    );
  });

  it('cannot be drawn from kinds that happen to processes when no process is named', () => {
    expect(() => faultPlans({ kinds: ['crash'] })).to.throw(TypeError, /'processes'/);
  });
});
