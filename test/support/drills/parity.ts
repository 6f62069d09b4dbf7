/** The transport contract over real sockets and over the simulation, again and again: the same promises, kept by both. */

import { type ContractCase, transportContract } from 'ipc/testing';
import { UnixTransport } from '#transports/unix.js';
import { realWorld, simulatedWorld } from '../contract-worlds.js';
import { netTransport } from '../net-transport.js';
import { type Drill, demand } from './drill.js';

interface Scale {
  readonly repeats: number;
  /** Of the first simulation; each repeat has another one. */
  readonly seed: number;
}

export const parity: Drill<Scale> = {
  name: 'parity',
  threat: 'the simulation does something that a unix socket never does, or the other way round',
  promise: 'each case of the transport contract holds over both, those that were measured to the byte included',
  commit: { repeats: 1, seed: 1 },
  long: { repeats: 20, seed: 1 },

  async run({ repeats, seed }, watch) {
    const done = { real: 0, simulated: 0 };
    const failures: string[] = [];
    let repeat = 0;
    for (; repeat < repeats && !watch.isStopped; repeat += 1) {
      for (const { kind, over, cases } of contracts(seed + repeat)) {
        for (const { name, run } of cases) {
          if (watch.isStopped) break;
          const problem = await problemOf(run);
          done[kind] += 1;
          if (problem === undefined) continue;
          failures.push(`${over}, repeat ${repeat + 1}, seed ${seed + repeat}: ${name}: ${problem}`);
          watch.note(failures.at(-1) as string);
        }
      }
      watch.progress(repeat + 1, repeats, `repeats, ${failures.length} cases failed`);
    }
    demand(failures.length === 0, `${failures.length} of ${done.real + done.simulated}:\n${failures.join('\n')}`);
    return [
      { what: 'repeats', value: repeat, unit: '' },
      { what: 'cases over unix sockets', value: done.real, unit: '' },
      { what: 'cases over the simulation', value: done.simulated, unit: '' },
      { what: 'cases that failed', value: failures.length, unit: '', atMost: 0 },
    ];
  },
};

interface Contract {
  readonly kind: 'real' | 'simulated';
  readonly over: string;
  readonly cases: readonly ContractCase[];
}

function contracts(seed: number): Contract[] {
  const linuxUnixSocket = process.platform === 'linux';
  const plain = (): ReturnType<typeof realWorld> => realWorld(netTransport);
  const ours = (): ReturnType<typeof realWorld> => realWorld((path) => new UnixTransport(path));
  const typical = (): ReturnType<typeof simulatedWorld> => simulatedWorld(seed, 'typical');
  const adversarial = (): ReturnType<typeof simulatedWorld> => simulatedWorld(seed, 'adversarial');
  return [
    { kind: 'real', over: 'sockets of Node', cases: transportContract(plain, { linuxUnixSocket }) },
    { kind: 'real', over: 'sockets of the library', cases: transportContract(ours, { socketFile: true }) },
    {
      kind: 'simulated',
      over: 'the simulation',
      cases: transportContract(typical, { linuxUnixSocket: true, socketFile: true }),
    },
    {
      kind: 'simulated',
      over: 'the adversarial simulation',
      cases: transportContract(adversarial, { socketFile: true }),
    },
  ];
}

async function problemOf(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
