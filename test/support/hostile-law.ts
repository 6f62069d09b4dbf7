/** The law of hostile clients: the server hears what was good of them, says what was not, and is rid of them then. */

import { DecodeError } from 'ipc';
import type { Garbage } from '#testing/faults/fault.js';
import { garbage } from '#testing/faults/garbage.js';

export type Form = Garbage['form'];

export const FORMS: readonly Form[] = [
  'oversize',
  'noTerminator',
  'badJson',
  'badUtf8',
  'nulRun',
  'deepNesting',
  'protoKey',
];

/** Not wrong, or not yet. */
const HARMLESS: ReadonlySet<Form> = new Set<Form>(['noTerminator', 'protoKey']);
/** Good messages before the garbage. */
const GOOD = 3;

/** A good message of a hostile client. */
export interface Bait {
  readonly form: Form;
  readonly n: number;
}

interface Hostile {
  readonly form: Form;
  heard: number;
}

/** What a hostile client sends: good messages and garbage in one breath. */
export function hostileChunks(form: Form): Buffer[] {
  const frames = Array.from({ length: GOOD }, (_, index) => {
    const message: Bait = { form, n: index + 1 };
    return `${JSON.stringify({ topic: 'bait', message })}\0\0`;
  });
  const [first = Buffer.alloc(0), ...rest] = garbage(form);
  return [Buffer.concat([Buffer.from(frames.join('')), first]), ...rest];
}

/** For one server. */
export class HostileLaw {
  readonly #complain: (problem: string) => void;
  readonly #connected: Map<string, Hostile> = new Map();

  constructor(complain: (problem: string) => void) {
    this.#complain = complain;
  }

  /** `message.bait` */
  heard({ form, n }: Bait, clientId: string): void {
    const hostile = this.#connected.get(clientId) ?? { form, heard: 0 };
    this.#connected.set(clientId, hostile);
    hostile.heard++;
    if (hostile.heard !== n) {
      this.#complain(`message ${n} of a hostile client was number ${hostile.heard} to arrive`);
    }
  }

  /** `message`, of any topic. */
  message(topic: string, clientId: string): void {
    const form = this.#connected.get(clientId)?.form;
    if (topic !== 'bait' && form !== undefined && form !== 'protoKey') {
      this.#complain(`a message '${topic}' was made of ${form}`);
    }
  }

  error(error: Error): void {
    if (error instanceof DecodeError) {
      const hostile = this.#connected.get(error.clientId ?? 'nobody');
      if (hostile === undefined) {
        this.#complain(`a DecodeError of ${error.clientId}, who is no hostile client: ${error.message}`);
      } else if (hostile.heard !== GOOD) {
        this.#complain(`${hostile.heard} of ${GOOD} messages before ${hostile.form} were heard`);
      }
    }
  }

  disconnected(clientId: string): void {
    this.#connected.delete(clientId);
  }

  /** There was time to see through everybody. */
  settled(): void {
    for (const [clientId, { form }] of this.#connected) {
      if (!HARMLESS.has(form)) {
        this.#complain(`${clientId} sent ${form} and is still connected`);
      }
    }
    if ('polluted' in {}) {
      this.#complain('a message changed the prototype of all objects');
    }
  }
}
