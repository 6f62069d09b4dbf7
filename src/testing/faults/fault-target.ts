/** Which links and processes a fault applies to. */

import type { Host } from '../host.js';
import type { Link, Side } from '../network/link.js';
import type { SeededRandom } from '../seeded-random.js';
import type { Direction, FaultScope, FaultTarget } from './fault.js';

/** Who serves: the part of a network that is asked. */
export interface ServerBook {
  /** The names by which whoever listens at an address, or did last, may be called. */
  serverNames(address: string): readonly string[];
  /** Whether a process listens, or has listened. */
  isServer(process: string): boolean;
}

/** One fault's choice: whatever it draws, it draws once. */
export class TargetChoice {
  readonly #scope: FaultScope;
  readonly #random: SeededRandom;
  readonly #oneOf: string | undefined;
  readonly #network: ServerBook;
  readonly #drawn = new Map<string, boolean>();
  #hasMet = false;

  constructor(scope: FaultScope, random: SeededRandom, network: ServerBook) {
    this.#scope = scope;
    this.#network = network;
    this.#random = random;
    const client = scope.target?.client;
    this.#oneOf = isObject(client) && 'oneOf' in client ? random.stream('oneOf').pick(client.oneOf) : undefined;
  }

  /** Whether somebody was meant so far. */
  get hasMet(): boolean {
    return this.#hasMet;
  }

  /** Whether a link is meant. */
  hasLink(link: Link): boolean {
    const { target, toxicity = 1 } = this.#scope;
    if (target?.connection !== undefined && target.connection !== link.id) return false;
    if (!this.hasDial(link.address, link.dialler)) return false;
    return toxicity >= 1 || this.#draw(`toxicity/${link.id}`, toxicity);
  }

  /** Whether an attempt to connect is meant. */
  hasDial(address: string, dialler: string): boolean {
    const isMeant = this.#isServer(this.#network.serverNames(address)) && this.#hasClient(dialler);
    if (isMeant) this.#hasMet = true;
    return isMeant;
  }

  /** Whether a server is meant, whoever its clients are. */
  hasAddress(address: string): boolean {
    return this.hasServer(this.#network.serverNames(address));
  }

  /** Whether the server of these names is meant. */
  hasServer(names: readonly (string | undefined)[]): boolean {
    const isMeant = this.#isServer(names);
    if (isMeant) this.#hasMet = true;
    return isMeant;
  }

  /** Whether a process is meant: by the name of the server or of the client. */
  hasHost({ name }: Host): boolean {
    const { server, client } = this.#scope.target ?? {};
    if (server === undefined && client === undefined) return true;
    if (server === name) return true;
    if (client === undefined) return false;
    // Of no client in particular only those processes are that are no servers.
    const isNamed = client !== 'all' && !(isObject(client) && 'fraction' in client);
    return (isNamed || !this.#network.isServer(name)) && this.#hasClient(name);
  }

  /** The ends towards which bytes of the fault's direction flow. */
  get sides(): readonly Side[] {
    return sidesOf(this.#scope.direction ?? 'both');
  }

  #isServer(names: readonly (string | undefined)[]): boolean {
    const { server } = this.#scope.target ?? {};
    return server === undefined || names.includes(server);
  }

  #hasClient(name: string): boolean {
    const client: FaultTarget['client'] = this.#scope.target?.client;
    if (client === undefined || client === 'all') return true;
    if (typeof client === 'string') return isNamed(name, client);
    if (!isObject(client)) return (client as readonly string[]).some((one) => isNamed(name, one));
    if ('fraction' in client) return this.#draw(`fraction/${name}`, client.fraction);
    return this.#oneOf !== undefined && isNamed(name, this.#oneOf);
  }

  #draw(purpose: string, probability: number): boolean {
    let drawn = this.#drawn.get(purpose);
    if (drawn === undefined) {
      drawn = this.#random.stream(purpose).chance(probability);
      this.#drawn.set(purpose, drawn);
    }
    return drawn;
  }
}

function sidesOf(direction: Direction): readonly Side[] {
  if (direction === 'both') return ['server', 'client'];
  return direction === 'toServer' ? ['server'] : ['client'];
}

/** A client is known by its name in the trace (`client-1`, `app/client-1`) and by that of its process (`app`). */
function isNamed(name: string, wanted: string): boolean {
  return name === wanted || name.startsWith(`${wanted}/`);
}

function isObject(value: FaultTarget['client']): value is { oneOf: readonly string[] } | { fraction: number } {
  return typeof value === 'object' && !Array.isArray(value);
}
