/**
 * The way from one socket to the other: what comes in waits in a bounded queue until it is due and may pass. Bytes are
 * never lost or reordered here; faults that lose some say so (`limitData`, `cut`).
 *
 * | state | input | next | what is done |
 * | --- | --- | --- | --- |
 * | new | start | open | reading begins |
 * | open | data | open | queued |
 * | open | finish, source ended | ending | the end is queued behind the data |
 * | open, ending | source closed | ending | the close is queued behind the rest |
 * | ending | the end's turn | finished | the target is finished |
 * | finished | source closed | finished | the close is queued |
 * | ending, finished | the close's turn | dropped | the target is closed |
 * | any | target gone, drop | dropped | the queue is thrown away, what still comes in too |
 */

import type { Socket } from 'node:net';
import type { Condition } from './condition.js';
import type { Timers } from './timers.js';

/** Enough to keep both sides busy, and little enough that a sender feels a reader that is slow. */
const QUEUE_BYTES = 64 * 1024;

/** What happens to a lane. */
export interface LaneHandlers {
  /** How many of these bytes may be passed on before somebody has to be told. */
  room(bytes: Buffer): number;
  /** These bytes were handed to the target's kernel, or to Node on the way there. */
  passed(bytes: Buffer, delayedMs: number): void;
  /** The target was told that nothing more will come. */
  ended(): void;
}

/** Only the first of the queue is looked at, so what is due early still waits for what came before it. */
type Item = { readonly dueMs: number } & (
  | { readonly bytes: Buffer; readonly delayedMs: number; readonly isInserted: boolean }
  | { readonly bytes: undefined; readonly end: 'finish' | 'close' }
);

/** Starts to read with `start()`. */
export class Lane {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #timers: Timers;
  readonly #handlers: LaneHandlers;
  readonly #conditions: Condition[] = [];
  #state: 'new' | 'open' | 'ending' | 'finished' | 'dropped' = 'new';
  #queue: Item[] = [];
  #queuedBytes = 0;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  #cancelGathering: (() => void) | undefined;
  #cancelWaiting: (() => void) | undefined;
  #notBeforeMs = 0;
  /** Set while a write must be at least a turn of the loop away from the one before. */
  #turn: NodeJS.Immediate | undefined;
  #isPumping = false;
  /** Bytes of our own making, in front of everything that has come in. */
  #insertion: Iterator<Buffer> | undefined;

  constructor(source: Socket, target: Socket, timers: Timers, handlers: LaneHandlers) {
    this.#source = source;
    this.#target = target;
    this.#timers = timers;
    this.#handlers = handlers;
  }

  start(): void {
    this.#source.on('data', this.#read);
    this.#source.on('end', this.#sourceEnded);
    this.#source.on('close', this.#sourceClosed);
    this.#target.on('drain', this.#pump);
    this.#target.on('close', this.#targetClosed);
    this.#regulate();
    if (this.#state === 'new') this.#state = 'open';
    for (const condition of [...this.#conditions]) condition.begun?.();
  }

  add(condition: Condition): void {
    this.#conditions.push(condition);
    this.#regulate();
    if (this.#state !== 'new') condition.begun?.();
  }

  remove(condition: Condition): void {
    const index = this.#conditions.indexOf(condition);
    if (index === -1) return;
    this.#conditions.splice(index, 1);
    if (condition.gather !== undefined) this.#gathers();
    this.#hurry(condition);
    this.#cancelWaiting?.();
    this.#regulate();
    this.#pump();
  }

  /** Nothing more of what the source sends is passed on, and the target is told so. */
  finish(): void {
    this.#sourceEnded();
  }

  /** Puts bytes in between, as if the source had sent them. Taken one by one, when the target has room. */
  insert(bytes: Iterator<Buffer>): void {
    this.#insertion = bytes;
    this.#pump();
  }

  /** Passes on what has come in, whatever keeps it back. */
  flush(): void {
    this.#gathers();
    for (const { bytes } of this.#queue.splice(0)) {
      if (bytes === undefined || this.#target.destroyed || this.#state === 'finished') continue;
      this.#target.write(bytes);
      this.#handlers.passed(bytes, 0);
    }
  }

  /** Forgets everything that has not passed yet, and lets nothing pass any more. */
  drop(): void {
    this.#state = 'dropped';
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#insertion = undefined;
    this.#cancelGathering?.();
    this.#cancelWaiting?.();
    clearImmediate(this.#turn);
    this.#turn = undefined;
  }

  readonly #read = (chunk: Buffer): void => {
    if (this.#state !== 'open') return;
    const bytes = this.#conditions.reduce((altered, condition) => condition.alter?.(altered) ?? altered, chunk);
    const gather = this.#conditions.find((condition) => condition.gather !== undefined)?.gather;
    if (gather === undefined) {
      this.#enqueue(bytes);
    } else {
      this.#gathered.push(bytes);
      this.#gatheredBytes += bytes.length;
      this.#cancelGathering ??= this.#timers.after(gather.windowMs, () => this.#gathers());
      while (this.#gatheredBytes >= gather.maxBytes) this.#gathers(gather.maxBytes);
    }
    this.#regulate();
  };

  /** Passes on what has been gathered, joined; with a limit only that much of it. */
  #gathers(limitBytes: number = Number.POSITIVE_INFINITY): void {
    if (this.#gatheredBytes === 0) return;
    const all = Buffer.concat(this.#gathered);
    const joined = all.subarray(0, limitBytes);
    this.#gathered = joined.length < all.length ? [all.subarray(limitBytes)] : [];
    this.#gatheredBytes = all.length - joined.length;
    if (this.#gatheredBytes === 0) {
      this.#cancelGathering?.();
      this.#cancelGathering = undefined;
    }
    this.#enqueue(joined);
  }

  #enqueue(bytes: Buffer): void {
    const delayedMs = this.#drawDelayMs();
    this.#queue.push({ bytes, delayedMs, isInserted: false, dueMs: this.#timers.now() + delayedMs });
    this.#queuedBytes += bytes.length;
    this.#pump();
  }

  #drawDelayMs(): number {
    return this.#conditions.reduce((sum, condition) => sum + (condition.delayMs?.() ?? 0), 0);
  }

  /** What waits for a delay that is no more is due now. */
  #hurry({ delayMs, endDelayMs }: Condition): void {
    this.#queue = this.#queue.map((item) =>
      (item.bytes === undefined ? endDelayMs : delayMs) === undefined ? item : { ...item, dueMs: 0 },
    );
  }

  readonly #sourceEnded = (): void => {
    if (this.#state === 'open') this.#enqueueEnd('finish');
  };

  readonly #sourceClosed = (): void => {
    if (this.#state !== 'dropped') this.#enqueueEnd('close');
  };

  readonly #targetClosed = (): void => this.drop();

  #enqueueEnd(end: 'finish' | 'close'): void {
    this.#gathers();
    if (this.#state === 'open') this.#state = 'ending';
    const endDelayMs = this.#conditions.reduce((sum, condition) => sum + (condition.endDelayMs ?? 0), 0);
    this.#queue.push({ bytes: undefined, end, dueMs: this.#timers.now() + this.#drawDelayMs() + endDelayMs });
    this.#pump();
  }

  /** Reads on or not. */
  #regulate(): void {
    if (this.#state === 'dropped') return;
    const limitBytes = this.#conditions.reduce((most, { queueBytes = 0 }) => Math.max(most, queueBytes), QUEUE_BYTES);
    const isFull = this.#queuedBytes + this.#gatheredBytes >= limitBytes;
    if (isFull || this.#conditions.some((condition) => condition.stopsReading)) {
      this.#source.pause();
    } else {
      this.#source.resume();
    }
  }

  readonly #pump = (): void => {
    // A condition or a handler may change the lane from inside the loop below, which goes on with what it finds.
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#passOne());
    this.#isPumping = false;
  };

  /** Passes one piece on, or arranges to be called again. Returns whether to go on. */
  #passOne(): boolean {
    if (this.#turn !== undefined || this.#conditions.some((condition) => condition.blocks)) return false;
    const item = this.#next();
    if (item === undefined) return false;
    const nowMs = this.#timers.now();
    const dueMs = Math.max(item.dueMs, this.#notBeforeMs);
    if (dueMs > nowMs) return this.#wait(dueMs - nowMs);
    if (item.bytes === undefined) return this.#end(item.end);
    if (this.#target.writableNeedDrain) return false;
    const allowedBytes = this.#allowance(item.bytes.length, nowMs);
    if (allowedBytes === 0 || this.#state === 'dropped') return false;

    const piece = item.bytes.subarray(0, this.#handlers.room(item.bytes.subarray(0, allowedBytes)));
    const rest = item.bytes.subarray(piece.length);
    if (rest.length > 0) this.#queue[0] = { ...item, bytes: rest };
    else this.#queue.shift();
    this.#queuedBytes -= piece.length;
    this.#target.write(piece);
    this.#handlers.passed(piece, item.delayedMs);
    for (const condition of [...this.#conditions]) condition.written?.(piece.length);
    this.#regulate();
    return !this.#mustPause();
  }

  #next(): Item | undefined {
    const head = this.#queue[0];
    const isInserting = head?.bytes !== undefined && head.isInserted;
    if (this.#insertion === undefined || isInserting || this.#state === 'finished') return head;
    const inserted = this.#insertion.next();
    if (inserted.done) {
      this.#insertion = undefined;
      return head;
    }
    this.#queue.unshift({ bytes: inserted.value, delayedMs: 0, isInserted: true, dueMs: 0 });
    this.#queuedBytes += inserted.value.length;
    return this.#queue[0];
  }

  #end(end: 'finish' | 'close'): boolean {
    this.#queue.shift();
    if (end === 'finish') {
      this.#state = 'finished';
      this.#target.end();
      this.#handlers.ended();
      return true;
    }
    this.#target.destroySoon();
    this.drop();
    return false;
  }

  /** How much may pass, by every condition. When nothing may, asks again at the right time. */
  #allowance(bytes: number, nowMs: number): number {
    let allowedBytes = bytes;
    for (const condition of [...this.#conditions]) {
      const byThis = condition.allowance?.(allowedBytes, nowMs) ?? allowedBytes;
      if (byThis === 0) {
        const waitMs = condition.waitMs?.(allowedBytes) ?? 0;
        if (Number.isFinite(waitMs)) this.#wait(waitMs);
        return 0;
      }
      allowedBytes = byThis;
    }
    return allowedBytes;
  }

  #wait(delayMs: number): false {
    this.#cancelWaiting?.();
    this.#cancelWaiting = this.#timers.after(delayMs, this.#pump);
    return false;
  }

  #mustPause(): boolean {
    const pauses = this.#conditions.flatMap(({ pauseMs }) => (pauseMs === undefined ? [] : [pauseMs]));
    if (pauses.length === 0) return false;
    this.#notBeforeMs = this.#timers.now() + Math.max(...pauses);
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.#pump();
    });
    return true;
  }
}
