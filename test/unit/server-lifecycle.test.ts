import { expect } from 'chai';
import { type ServerEffect, type ServerInput, type ServerState, stepServer } from '#core/server-lifecycle.js';
import { cellNames, headTable } from '../support/head-table.js';

const file = 'src/core/server-lifecycle.ts';

const listening = (peers: number): ServerState => ({ name: 'listening', peers });
const closing = (bound: boolean, peers: number): ServerState => ({ name: 'closing', bound, peers });
const closed: ServerState = { name: 'closed' };

/** Every state, and each with every fact that could make a difference. */
const states: Record<string, ServerState> = {
  idle: { name: 'idle' },
  binding: { name: 'binding' },
  'listening without peers': listening(0),
  'listening with one peer': listening(1),
  'listening with two peers': listening(2),
  failed: { name: 'failed' },
  'closing the listener': closing(true, 0),
  'closing the listener and one peer': closing(true, 1),
  'closing one peer': closing(false, 1),
  'closing two peers': closing(false, 2),
  closed,
};

const inputs: readonly ServerInput[] = [
  'listen',
  'close',
  'bound',
  'failed',
  'faulted',
  'unbound',
  'accepted',
  'lost',
  'elapsed',
];

/** The transport does not do these: a peer that is lost was there, and a listener that is gone does not go again. */
const impossible = new Set([
  'listening without peers / lost',
  'closing the listener / lost',
  'closing one peer / unbound',
  'closing one peer / failed',
  'closing two peers / unbound',
  'closing two peers / failed',
]);

type Cell = readonly [state: string, input: ServerInput, next: ServerState, effects: readonly ServerEffect[]];

/** The cells in which something happens. `listen` where it is refused is added below. */
const cells: readonly Cell[] = [
  ['idle', 'listen', { name: 'binding' }, ['bind']],
  ['idle', 'close', closed, ['emitClose']],
  ['failed', 'close', closed, ['emitClose']],
  ['binding', 'bound', listening(0), ['emitListening']],
  ['binding', 'failed', { name: 'failed' }, ['emitError']],
  ['binding', 'close', closing(true, 0), ['unbind']],
  ['listening without peers', 'accepted', listening(1), ['adopt', 'emitConnection']],
  ['listening with one peer', 'accepted', listening(2), ['adopt', 'emitConnection']],
  ['listening with two peers', 'accepted', listening(3), ['adopt', 'emitConnection']],
  ['listening with one peer', 'lost', listening(0), ['forget', 'emitDisconnect']],
  ['listening with two peers', 'lost', listening(1), ['forget', 'emitDisconnect']],
  ['listening without peers', 'faulted', listening(0), ['emitError']],
  ['listening with one peer', 'faulted', listening(1), ['emitError']],
  ['listening with two peers', 'faulted', listening(2), ['emitError']],
  ['listening without peers', 'close', closing(true, 0), ['unbind']],
  ['listening with one peer', 'close', closing(true, 1), ['unbind', 'startCloseTimer', 'endPeers']],
  ['listening with two peers', 'close', closing(true, 2), ['unbind', 'startCloseTimer', 'endPeers']],
  ['closing the listener', 'accepted', closing(true, 0), ['reject']],
  ['closing the listener and one peer', 'accepted', closing(true, 1), ['reject']],
  ['closing one peer', 'accepted', closing(false, 1), ['reject']],
  ['closing two peers', 'accepted', closing(false, 2), ['reject']],
  ['closing the listener', 'elapsed', closing(true, 0), ['destroyPeers']],
  ['closing the listener and one peer', 'elapsed', closing(true, 1), ['destroyPeers']],
  ['closing one peer', 'elapsed', closing(false, 1), ['destroyPeers']],
  ['closing two peers', 'elapsed', closing(false, 2), ['destroyPeers']],
  ['closing the listener and one peer', 'lost', closing(true, 0), ['forget', 'emitDisconnect']],
  ['closing one peer', 'lost', closed, ['forget', 'emitDisconnect', 'cancelTimer', 'emitClose']],
  ['closing two peers', 'lost', closing(false, 1), ['forget', 'emitDisconnect']],
  ['closing the listener', 'unbound', closed, ['cancelTimer', 'emitClose']],
  ['closing the listener and one peer', 'unbound', closing(false, 1), []],
  ['closing the listener', 'failed', closed, ['cancelTimer', 'emitClose']],
  ['closing the listener and one peer', 'failed', closing(false, 1), []],
];

const effectNames = new Set<string>([...cells.flatMap(([, , , effects]) => effects), 'refuseListen']);

describe('server lifecycle', () => {
  for (const [stateName, state] of Object.entries(states)) {
    for (const input of inputs.filter((input) => !impossible.has(`${stateName} / ${input}`))) {
      const cell = cells.find(([inState, onInput]) => inState === stateName && onInput === input);
      const refused = input === 'listen' && stateName !== 'idle';
      const expected = cell?.[3] ?? (refused ? ['refuseListen'] : []);

      it(`does ${expected.join(', ') || 'nothing'} when ${stateName} on ${input}`, () => {
        const step = stepServer(state, input);

        expect(step).to.deep.equal({ next: cell?.[2] ?? state, effects: expected });
      });
    }
  }

  it('is what the table at the head of its source draws', () => {
    const rows = headTable(file);

    const drawn = eachCell((state, input) => {
      const row = rows.find((row) => cellNames(row.states, state.name) && cellNames(row.inputs, input));
      const lastToGo = isLastToGo(state, input);
      const next = row === undefined || row.next === 'same' ? state.name : lastToGo ? 'closed' : row.next;
      return `${next}: ${drawnEffects(row?.effects ?? '', state, lastToGo).join(', ')}`;
    });

    expect(rows).to.have.lengthOf.above(10);
    expect(drawn).to.deep.equal(
      eachCell((state, input) => {
        const { next, effects } = stepServer(state, input);
        return `${next.name}: ${effects.join(', ')}`;
      }),
    );
  });

  it('has no two rows for one cell in its table', () => {
    const rows = headTable(file);

    const named = eachCell((state, input) =>
      rows.filter((row) => cellNames(row.states, state.name) && cellNames(row.inputs, input)).length > 1
        ? 'twice'
        : 'once',
    );

    expect(Object.values(named)).not.to.include('twice');
  });
});

function eachCell(describe: (state: ServerState, input: ServerInput) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(states)
      .flatMap(([stateName, state]) => inputs.map((input) => [`${stateName} / ${input}`, state, input] as const))
      .filter(([name]) => !impossible.has(name))
      .map(([name, state, input]) => [name, describe(state, input)]),
  );
}

function isLastToGo(state: ServerState, input: ServerInput): boolean {
  if (state.name !== 'closing') return false;
  const goes = (state.bound ? 1 : 0) + state.peers;
  return goes === 1 && ['lost', 'unbound', 'failed'].includes(input);
}

/** The effects that a cell of the drawing names, without the part under a condition that does not hold. */
function drawnEffects(cell: string, state: ServerState, lastToGo: boolean): string[] {
  const withPeers = 'peers' in state && state.peers > 0;
  const text = withPeers ? cell.replace(', and with peers', ',') : cell.replace(/, and with peers.*/, '');
  const counted = lastToGo
    ? text.replace(/the last to go(?: adds|:)/, '')
    : text.replace(/(?:; )?the last to go.*/, '');
  const words = counted.split(/\W+/).filter((word) => word !== '');
  expect(
    words.filter((word) => !effectNames.has(word)),
    `words in "${cell}" that are no effects`,
  ).to.deep.equal([]);
  return words;
}
