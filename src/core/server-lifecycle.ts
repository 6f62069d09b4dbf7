/**
 * The life of a `Server` as a pure state machine. The order of the effects is the order of the events.
 *
 * | state        | input     | next      | effects, in order                                    |
 * | ------------ | --------- | --------- | ---------------------------------------------------- |
 * | idle         | listen    | binding   | bind                                                 |
 * | idle, failed | close     | closed    | emitClose                                            |
 * | binding      | bound     | listening | emitListening                                        |
 * | binding      | failed    | failed    | emitError                                            |
 * | binding      | close     | closing   | unbind                                               |
 * | listening    | accepted  | listening | adopt, emitConnection                                |
 * | listening    | lost      | listening | forget, emitDisconnect                               |
 * | listening    | faulted   | listening | emitError                                            |
 * | listening    | close     | closing   | unbind, and with peers startCloseTimer, endPeers     |
 * | closing      | accepted  | closing   | reject                                               |
 * | closing      | elapsed   | closing   | destroyPeers                                         |
 * | closing      | lost      | closing   | forget, emitDisconnect; the last to go adds cancelTimer, emitClose |
 * | closing      | unbound, failed | closing | the last to go: cancelTimer, emitClose           |
 * | all but idle | listen    | same      | refuseListen                                         |
 *
 * `closing` becomes `closed` when the listener and every peer are gone. Whatever the table does not name leaves the
 * state as it is and has no effect.
 */

/** What a server is doing. Facts that hold in one state only are kept in it. */
export type ServerState =
  | { readonly name: 'idle' }
  | { readonly name: 'binding' }
  /** `peers`: connections that are not gone yet. */
  | { readonly name: 'listening'; readonly peers: number }
  /** `listen()` could not be done; only `close()` is left. */
  | { readonly name: 'failed' }
  /** `close()` was called; the listener while `bound`, or some peers, have yet to go. */
  | { readonly name: 'closing'; readonly bound: boolean; readonly peers: number }
  | { readonly name: 'closed' };

/** What can happen. `accepted` and `lost` are about one peer. */
export type ServerInput =
  | 'listen'
  | 'close'
  | 'bound'
  | 'failed'
  | 'faulted'
  | 'unbound'
  | 'accepted'
  | 'lost'
  | 'elapsed';

/** What is to be done. `emit...` are events, the others act on the transport, the clock or the table of peers. */
export type ServerEffect =
  | 'bind'
  | 'unbind'
  | 'adopt'
  | 'reject'
  | 'forget'
  | 'startCloseTimer'
  | 'cancelTimer'
  | 'endPeers'
  | 'destroyPeers'
  | 'refuseListen'
  | 'emitListening'
  | 'emitConnection'
  | 'emitDisconnect'
  | 'emitError'
  | 'emitClose';

/** What follows from an input: the next state, and the effects in order. */
export interface ServerStep {
  readonly next: ServerState;
  readonly effects: readonly ServerEffect[];
}

/** The table above. A state without a case would be a missing return, which does not compile. */
export function stepServer(state: ServerState, input: ServerInput): ServerStep {
  if (input === 'listen') {
    return state.name === 'idle'
      ? { next: { name: 'binding' }, effects: ['bind'] }
      : { next: state, effects: ['refuseListen'] };
  }
  switch (state.name) {
    case 'idle':
    case 'failed':
      return input === 'close' ? { next: { name: 'closed' }, effects: ['emitClose'] } : stay(state);
    case 'binding':
      switch (input) {
        case 'bound':
          return { next: { name: 'listening', peers: 0 }, effects: ['emitListening'] };
        case 'failed':
          return { next: { name: 'failed' }, effects: ['emitError'] };
        case 'close':
          return { next: { name: 'closing', bound: true, peers: 0 }, effects: ['unbind'] };
        default:
          return stay(state);
      }
    case 'listening':
      switch (input) {
        case 'accepted':
          return { next: { name: 'listening', peers: state.peers + 1 }, effects: ['adopt', 'emitConnection'] };
        case 'lost':
          return { next: { name: 'listening', peers: state.peers - 1 }, effects: ['forget', 'emitDisconnect'] };
        case 'faulted':
          return { next: state, effects: ['emitError'] };
        case 'close':
          return {
            next: { name: 'closing', bound: true, peers: state.peers },
            effects: state.peers > 0 ? ['unbind', 'startCloseTimer', 'endPeers'] : ['unbind'],
          };
        default:
          return stay(state);
      }
    case 'closing':
      switch (input) {
        case 'accepted':
          return { next: state, effects: ['reject'] };
        case 'elapsed':
          return { next: state, effects: ['destroyPeers'] };
        case 'lost':
          return closing(state.bound, state.peers - 1, ['forget', 'emitDisconnect']);
        case 'unbound':
        case 'failed':
          return closing(false, state.peers, []);
        default:
          return stay(state);
      }
    case 'closed':
      return stay(state);
  }
}

/** Still closing, or closed when nothing is left. */
function closing(bound: boolean, peers: number, effects: readonly ServerEffect[]): ServerStep {
  return bound || peers > 0
    ? { next: { name: 'closing', bound, peers }, effects }
    : { next: { name: 'closed' }, effects: [...effects, 'cancelTimer', 'emitClose'] };
}

function stay(state: ServerState): ServerStep {
  return { next: state, effects: [] };
}
