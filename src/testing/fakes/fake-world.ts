/** Where a fake lives: in a simulation of its own, in one it is given, or on a real socket file. */

import { jsonTranscoder } from '../../core/json-transcoder.js';
import { currentPlatform } from '../../core/platform.js';
import type { Runtime } from '../../core/runtime.js';
import type { Transcoder } from '../../core/transcoder.js';
import type { Transport } from '../../core/transport.js';
import { anything } from '../rules/check-options.js';
import { type EntriesOf, optional } from '../rules/object-rule.js';
import { boolean, choice, integer, milliseconds, text, that } from '../rules/rule.js';
import { Simulation } from '../simulation.js';
import { SIMULATION_OPTIONS } from '../simulation-options.js';
import { GatedTransport } from './gated-transport.js';
import { type Pace, realPace, SimulatedPace } from './pace.js';
import { ScriptedTranscoder } from './scripted-transcoder.js';

/** What `FakeServer` and `FakeClient` have in common. */
export interface FakeOptions {
  /** The wire format of the program under test. Default: JSON. */
  readonly transcoder?: Transcoder;
  /** Longest message taken, in bytes. Default as for `Server` and `Client`. */
  readonly maxMessageBytes?: number;
  /** Whether a message that nobody expects fails `verify()`. Default true. */
  readonly strict?: boolean;
  /** How long facts such as `received()` are waited for: virtual ms, default 60,000; on a socket file ms, 5,000. */
  readonly within?: number;
  /** A path for a real socket, to test a program in a process of its own; time is real then. Import 'ipc' as well. */
  readonly socketFile?: string;
  /** The simulation to live in. Default: one of its own. */
  readonly simulation?: Simulation;
  /** The address in the simulation. Default: one that nobody else has. */
  readonly address?: string;
  /** Seed of the simulation of its own. Default 1. */
  readonly seed?: number;
  /**
   * In a simulation, `automatic` (default): while a test awaits anything but the simulation, virtual time moves by
   * itself, at most a minute for each thing done from outside. `manual`: it moves when a fact such as `received()` is
   * awaited, and otherwise when `simulation.advance()` and its like say so.
   */
  readonly time?: 'automatic' | 'manual';
  /** Whether the end of a fake with a simulation of its own throws a `LeakError` over what is left. Default `report`. */
  readonly leaks?: 'report' | 'throw';
}

/** What makes no sense on a real socket. */
const SIMULATED_ONLY = ['simulation', 'address', 'seed', 'time', 'leaks'] as const;

const DEFAULT_WITHIN_VIRTUAL_MS = 60_000;
const DEFAULT_WITHIN_REAL_MS = 5_000;

/** What may stand among the options of any fake. */
export const FAKE_OPTIONS: EntriesOf<FakeOptions> = {
  transcoder: optional(that('a transcoder, with createEncoder() and createDecoder()', isTranscoder)),
  maxMessageBytes: optional(integer(1)),
  strict: optional(boolean),
  within: optional(milliseconds),
  socketFile: optional(anything),
  simulation: optional(
    that('a Simulation', (value) => typeof (value as Partial<Simulation> | null)?.transport === 'function'),
  ),
  address: optional(text('a string that is not empty')),
  seed: SIMULATION_OPTIONS.seed,
  time: optional(choice(['automatic', 'manual'])),
  leaks: SIMULATION_OPTIONS.leaks,
};

function isTranscoder(value: unknown): boolean {
  const { createEncoder, createDecoder } = Object(value) as Partial<Transcoder>;
  return typeof createEncoder === 'function' && typeof createDecoder === 'function';
}

let lastAddress = 0;

/** Transport, time and wire format of a fake. */
export class FakeWorld {
  /** For the program under test. */
  readonly transport: Transport;
  /** For the fake itself. */
  readonly ownTransport: Transport;
  readonly runtime: Runtime;
  readonly pace: Pace;
  readonly transcoder: ScriptedTranscoder;
  readonly withinMs: number;
  readonly address: string;
  /** Of its own or given; undefined on a real socket. */
  readonly simulation: Simulation | undefined;
  readonly ownsSimulation: boolean;

  constructor(options: FakeOptions) {
    this.transcoder = new ScriptedTranscoder(options.transcoder ?? jsonTranscoder);
    this.ownsSimulation = options.socketFile === undefined && options.simulation === undefined;
    if (options.socketFile === undefined) {
      lastAddress += 1;
      const simulation = options.simulation ?? new Simulation(options.seed === undefined ? {} : { seed: options.seed });
      const pace = SimulatedPace.of(simulation);
      if (options.time !== 'manual') pace.runFreely();
      this.address = options.address ?? (this.ownsSimulation ? '/run/fake.sock' : `/run/fake-${lastAddress}.sock`);
      this.simulation = simulation;
      this.transport = simulation.transport(this.address);
      this.ownTransport = simulation.transport(this.address);
      this.runtime = this.ownTransport.runtime ?? simulation.runtime;
      this.pace = pace;
      this.withinMs = options.within ?? DEFAULT_WITHIN_VIRTUAL_MS;
      return;
    }
    const wrong = SIMULATED_ONLY.find((option) => options[option] !== undefined);
    if (wrong !== undefined)
      throw new TypeError(`options.${wrong} belongs to a simulation; leave it out with socketFile.`);
    const { runtime, socketFileTransport } = currentPlatform();
    this.address = options.socketFile;
    this.simulation = undefined;
    this.transport = socketFileTransport(options.socketFile, {});
    this.runtime = this.transport.runtime ?? runtime;
    this.ownTransport = new GatedTransport(socketFileTransport(options.socketFile, {}), this.runtime);
    this.pace = realPace(this.runtime);
    this.withinMs = options.within ?? DEFAULT_WITHIN_REAL_MS;
  }
}
