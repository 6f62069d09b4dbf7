/** Node's EventEmitter, with the names and arguments of the events in its type. */

import { EventEmitter } from 'node:events';

type Name<Events> = keyof Events & string;

type Listener<Arguments> = [Arguments] extends [unknown[]] ? (...args: Arguments) => void : never;

type Values<Arguments> = [Arguments] extends [unknown[]] ? Arguments : never;

/** An `EventEmitter` that knows its events: `Events` maps their names to tuples of arguments. */
export interface TypedEmitter<Events> extends EventEmitter {
  addListener<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
  on<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
  once<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
  prependListener<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
  prependOnceListener<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
  off<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
  removeListener<E extends Name<Events>>(event: E, listener: Listener<Events[E]>): this;
  removeAllListeners(event?: Name<Events>): this;
  emit<E extends Name<Events>>(event: E, ...values: Values<Events[E]>): boolean;
  listenerCount(event: Name<Events>): number;
}

/** The class behind the interface is EventEmitter itself: `instanceof EventEmitter` holds. */
export const TypedEmitter: new <Events>() => TypedEmitter<Events> = EventEmitter as unknown as new <
  Events,
>() => TypedEmitter<Events>;
