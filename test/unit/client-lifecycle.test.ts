import { expect } from 'chai';
import { type ClientEffect, type ClientInput, type ClientState, stepClient } from '#core/client-lifecycle.js';
import { cellNames, headTable } from '../support/head-table.js';

/** Every state, and each with every fact that could make a difference. */
const states: Record<string, ClientState> = {
  idle: { name: 'idle' },
  'dialing for the first time': { name: 'dialing', again: false, attempt: 3 },
  'dialing again': { name: 'dialing', again: true, attempt: 3 },
  'waiting for the first time': { name: 'waiting', again: false, attempt: 3 },
  'waiting again': { name: 'waiting', again: true, attempt: 3 },
  open: { name: 'open', attempt: 3 },
  draining: { name: 'draining', attempt: 3 },
  closing: { name: 'closing' },
  closed: { name: 'closed' },
};

const inputs: Record<string, ClientInput> = {
  connect: { name: 'connect' },
  close: { name: 'close' },
  opened: { name: 'opened' },
  failed: { name: 'failed' },
  elapsed: { name: 'elapsed' },
  ended: { name: 'ended' },
  'lost while healthy': { name: 'lost', healthy: true },
  'lost while not healthy': { name: 'lost', healthy: false },
};

type Cell = readonly [state: string, input: string, next: ClientState, effects: readonly ClientEffect[]];

const closing: ClientState = { name: 'closing' };
const closed: ClientState = { name: 'closed' };
const reconnecting = (attempt: number): ClientState => ({ name: 'waiting', again: true, attempt });

/** The cells in which something happens. `connect` where it is refused is added below. */
const cells: readonly Cell[] = [
  ['idle', 'connect', { name: 'dialing', again: false, attempt: 0 }, ['dial']],
  ['idle', 'close', closed, ['emitClose']],
  ['dialing for the first time', 'opened', { name: 'open', attempt: 3 }, ['emitConnect']],
  ['dialing again', 'opened', { name: 'open', attempt: 3 }, ['emitConnect', 'emitReconnect']],
  [
    'dialing for the first time',
    'failed',
    { name: 'waiting', again: false, attempt: 4 },
    ['emitConnectError', 'startRetryTimer'],
  ],
  ['dialing again', 'failed', reconnecting(4), ['emitConnectError', 'startRetryTimer']],
  ['dialing for the first time', 'close', closing, ['abortDial']],
  ['dialing again', 'close', closing, ['abortDial']],
  ['waiting for the first time', 'elapsed', { name: 'dialing', again: false, attempt: 3 }, ['dial']],
  ['waiting again', 'elapsed', { name: 'dialing', again: true, attempt: 3 }, ['dial']],
  ['waiting for the first time', 'close', closed, ['cancelTimer', 'emitClose']],
  ['waiting again', 'close', closed, ['cancelTimer', 'emitClose']],
  ['open', 'ended', { name: 'draining', attempt: 3 }, []],
  ['open', 'lost while healthy', reconnecting(1), ['emitDisconnect', 'startReconnectTimer']],
  ['open', 'lost while not healthy', reconnecting(4), ['emitDisconnect', 'startReconnectTimer']],
  ['open', 'close', closing, ['startCloseTimer', 'endConnection']],
  ['draining', 'lost while healthy', reconnecting(1), ['emitDisconnect', 'startReconnectTimer']],
  ['draining', 'lost while not healthy', reconnecting(4), ['emitDisconnect', 'startReconnectTimer']],
  ['draining', 'close', closing, ['startCloseTimer', 'endConnection']],
  ['closing', 'elapsed', closing, ['destroyConnection']],
  ['closing', 'failed', closed, ['emitClose']],
  ['closing', 'lost while healthy', closed, ['cancelTimer', 'emitClose']],
  ['closing', 'lost while not healthy', closed, ['cancelTimer', 'emitClose']],
];

const effectNames = new Set<string>([...cells.flatMap(([, , , effects]) => effects), 'refuseConnect']);

describe('client lifecycle', () => {
  for (const [stateName, state] of Object.entries(states)) {
    for (const [inputName, input] of Object.entries(inputs)) {
      const cell = cells.find(([inState, onInput]) => inState === stateName && onInput === inputName);
      const refused = inputName === 'connect' && stateName !== 'idle';
      const expected = cell?.[3] ?? (refused ? ['refuseConnect'] : []);

      it(`does ${expected.join(', ') || 'nothing'} when ${stateName} on ${inputName}`, () => {
        const step = stepClient(state, input);

        expect(step).to.deep.equal({ next: cell?.[2] ?? state, effects: expected });
      });
    }
  }

  it('is what the table at the head of its source draws', () => {
    const rows = headTable('src/core/client-lifecycle.ts');

    const drawn = eachCell((state, input) => {
      const row = rows.find((row) => cellNames(row.states, state.name) && cellNames(row.inputs, input.name));
      const next = row === undefined || row.next === 'same' ? state.name : row.next;
      return `${next}: ${drawnEffects(row?.effects ?? '', state).join(', ')}`;
    });

    expect(rows).to.have.lengthOf.above(10);
    expect(drawn).to.deep.equal(
      eachCell((state, input) => {
        const { next, effects } = stepClient(state, input);
        return `${next.name}: ${effects.join(', ')}`;
      }),
    );
  });

  it('has no two rows for one cell in its table', () => {
    const rows = headTable('src/core/client-lifecycle.ts');

    const named = eachCell((state, input) =>
      rows.filter((row) => cellNames(row.states, state.name) && cellNames(row.inputs, input.name)).length > 1
        ? 'twice'
        : 'once',
    );

    expect(Object.values(named)).not.to.include('twice');
  });
});

function eachCell(describe: (state: ClientState, input: ClientInput) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(states).flatMap(([stateName, state]) =>
      Object.entries(inputs).map(([inputName, input]) => [`${stateName} / ${inputName}`, describe(state, input)]),
    ),
  );
}

/** The effects that a cell of the drawing names, without the part under a condition that does not hold. */
function drawnEffects(cell: string, state: ClientState): string[] {
  const isFirst = 'again' in state && !state.again;
  const text = isFirst
    ? cell.replace(/, and \w+ unless it is the first$/, '')
    : cell.replace(' unless it is the first', '');
  const words = text.split(/\W+/).filter((word) => word !== '' && word !== 'and');
  expect(
    words.filter((word) => !effectNames.has(word)),
    `words in "${cell}" that are no effects`,
  ).to.deep.equal([]);
  return words;
}
