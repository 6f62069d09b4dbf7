/** The promises of a transport as cases that any test runner can loop over. */

import {
  type ContractCase,
  type ContractWorld,
  check,
  checkEqual,
  checkOneOf,
  connected,
  DialWitness,
  ListenWitness,
  listening,
  runIn,
} from './contract-bench.js';
import { endingCases } from './contract-endings.js';
import { linuxCases } from './contract-linux.js';
import { socketFileCases } from './contract-socket-file.js';

export type { ContractCase, ContractWorld } from './contract-bench.js';

/** Which cases. */
export interface TransportContractOptions {
  /**
   * Adds what unix sockets of Node were measured to do on Linux, to the byte: sizes of reads, capacity of the kernel,
   * each kind of ending. For transports that are such sockets, or pretend to be. Default false.
   */
  readonly linuxUnixSocket?: boolean;
  /**
   * Adds what a listener owes whose address is a file, which others can remove: it tells so. The world then needs
   * `takeAway`. Default false.
   */
  readonly socketFile?: boolean;
}

/** A case over a world of its own. */
export type CaseBody = (world: ContractWorld) => Promise<void>;

/**
 * The transport contract.
 *
 * @param factory makes a fresh world, with an address that nobody uses, for each case.
 * @returns cases: `for (const { name, run } of transportContract(factory)) it(name, run);`
 */
export function transportContract(
  factory: () => ContractWorld | Promise<ContractWorld>,
  options: TransportContractOptions = {},
): ContractCase[] {
  const bodies = {
    ...addressCases,
    ...endingCases,
    ...(options.linuxUnixSocket === true ? linuxCases : {}),
    ...(options.socketFile === true ? socketFileCases : {}),
  };
  return Object.entries<CaseBody>(bodies).map(([name, body]) => ({
    name,
    run: async () => runIn(await factory(), body),
  }));
}

const absent = ['failed ENOENT', 'failed ECONNREFUSED'];

const addressCases: Record<string, CaseBody> = {
  'says listening once, before any connection': async (world) => {
    const server = await listening(world);
    const dial = new DialWitness(world.transport, true);
    await world.until(() => server.accepted.length > 0 && dial.events.length > 0);
    await world.quiet();

    checkEqual(server.events, ['listening', 'accepted'], 'listener');
    checkEqual(dial.events, ['opened'], 'dial');
  },

  'fails a dial to an address that nobody serves': async (world) => {
    const dial = new DialWitness(world.transport, true);
    await world.until(() => dial.events.length > 0);
    await world.quiet();

    check(dial.events.length === 1, `one outcome expected, got ${dial.events.join(', ')}`);
    checkOneOf(dial.events[0] as string, absent, 'dial');
  },

  'fails a dial to an address that is no longer served': async (world) => {
    const server = await listening(world);
    server.listener.close();
    await world.until(() => server.events.includes('closed'));
    const dial = new DialWitness(world.transport, true);
    await world.until(() => dial.events.length > 0);

    checkOneOf(dial.events.join(), absent, 'dial');
  },

  'accepts twenty dials made at once': async (world) => {
    const server = await listening(world);
    const dials = Array.from({ length: 20 }, () => new DialWitness(world.transport, true));
    await world.until(() => server.accepted.length === 20 && dials.every(({ events }) => events.length > 0));

    for (const { events } of dials) checkEqual(events, ['opened'], 'dial');
  },

  'fails an aborted dial once and leaves nothing on the server': async (world) => {
    const server = await listening(world);
    const dial = new DialWitness(world.transport, true);
    dial.abort();
    dial.abort();
    await world.until(() => dial.events.length > 0);
    await world.quiet();

    checkEqual(dial.events.length, 1, 'outcomes');
    check(dial.events[0]?.startsWith('failed') === true, `an aborted dial ended as ${dial.events[0]}`);
    check(
      server.accepted.every(({ isClosed }) => isClosed),
      'the server holds a connection of the aborted dial',
    );
  },

  'ignores an abort after the outcome': async (world) => {
    await listening(world);
    const dial = new DialWitness(world.transport, true);
    await world.until(() => dial.events.length > 0);
    dial.abort();
    await world.quiet();

    checkEqual(dial.events, ['opened'], 'dial');
    check(dial.client?.isClosed === false, 'an abort after the outcome closed the connection');
  },

  'refuses a second listener and leaves the first undisturbed': async (world) => {
    const first = await listening(world);
    const second = new ListenWitness(world.transport, true);
    await world.until(() => second.events.length > 0);
    const dial = new DialWitness(world.transport, true);
    await world.until(() => first.accepted.length > 0 && dial.events.length > 0);
    await world.quiet();

    checkEqual(second.events, ['failed EADDRINUSE'], 'second listener');
    checkEqual(dial.events, ['opened'], 'dial');
    check(!first.events.some((event) => event.startsWith('error')), 'the first listener got an error');
  },

  'says closed once and keeps the connections it made': async (world) => {
    const { client, server, listener } = await connected(world);
    listener.close();
    await world.quiet();
    client.connection.write('still here');
    await world.until(() => server.received.length === 10);

    check(!client.isClosed && !server.isClosed, 'closing the listener closed a connection');
  },

  'says closed and never listening when closed at once': async (world) => {
    const server = new ListenWitness(world.transport, true);
    server.listener.close();
    server.listener.close();
    await world.until(() => server.events.length > 0);
    await world.quiet();

    checkEqual(server.events, ['closed'], 'listener');
  },

  'listens again after a close': async (world) => {
    const first = await listening(world);
    first.listener.close();
    await world.until(() => first.events.includes('closed'));
    const second = await listening(world);
    const dial = new DialWitness(world.transport, true);
    await world.until(() => second.accepted.length > 0 && dial.events.length > 0);

    checkEqual(first.events, ['listening', 'closed'], 'first listener');
    checkEqual(dial.events, ['opened'], 'dial');
  },
};
