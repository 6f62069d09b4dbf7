/**
 * The life of a `Client` as a pure state machine. The order of the effects is the order of the events.
 *
 * | state          | input      | next    | effects, in order                              |
 * | -------------- | ---------- | ------- | ---------------------------------------------- |
 * | idle           | connect    | dialing | dial                                           |
 * | idle           | close      | closed  | emitClose                                      |
 * | dialing        | opened     | open    | emitConnect, and emitReconnect unless it is the first |
 * | dialing        | failed     | waiting | emitConnectError, startRetryTimer              |
 * | dialing        | close      | closing | abortDial                                      |
 * | waiting        | elapsed    | dialing | dial                                           |
 * | waiting        | close      | closed  | cancelTimer, emitClose                         |
 * | open           | ended      | draining |                                               |
 * | open, draining | lost       | waiting | emitDisconnect, startReconnectTimer            |
 * | open, draining | close      | closing | startCloseTimer, endConnection                 |
 * | closing        | elapsed    | closing | destroyConnection                              |
 * | closing        | failed     | closed  | emitClose                                      |
 * | closing        | lost       | closed  | cancelTimer, emitClose                         |
 * | all but idle   | connect    | same    | refuseConnect                                  |
 *
 * Whatever the table does not name leaves the state as it is and has no effect.
 */

/** What a client is doing. Facts that hold in one state only are kept in it. */
export type ClientState =
  | { readonly name: 'idle' }
  /** An attempt is under way. `again`: there was a connection before. `attempt`: waits since the last healthy one. */
  | { readonly name: 'dialing'; readonly again: boolean; readonly attempt: number }
  /** Between attempts. */
  | { readonly name: 'waiting'; readonly again: boolean; readonly attempt: number }
  /** Connected. */
  | { readonly name: 'open'; readonly attempt: number }
  /** The server has finished sending; the connection is about to be gone. */
  | { readonly name: 'draining'; readonly attempt: number }
  /** `close()` was called; an attempt or a connection has yet to end. */
  | { readonly name: 'closing' }
  | { readonly name: 'closed' };

/** What can happen. `healthy`: the lost connection carried a message or outlived the wait before it. */
export type ClientInput =
  | { readonly name: 'connect' | 'close' | 'opened' | 'failed' | 'elapsed' | 'ended' }
  | { readonly name: 'lost'; readonly healthy: boolean };

/** What is to be done. `emit...` are events, the others act on the transport or the clock. */
export type ClientEffect =
  | 'dial'
  | 'abortDial'
  | 'startRetryTimer'
  | 'startReconnectTimer'
  | 'startCloseTimer'
  | 'cancelTimer'
  | 'endConnection'
  | 'destroyConnection'
  | 'refuseConnect'
  | 'emitConnect'
  | 'emitReconnect'
  | 'emitConnectError'
  | 'emitDisconnect'
  | 'emitClose';

/** What follows from an input: the next state, and the effects in order. */
export interface ClientStep {
  readonly next: ClientState;
  readonly effects: readonly ClientEffect[];
}

/** The table above. A state without a case would be a missing return, which does not compile. */
export function stepClient(state: ClientState, input: ClientInput): ClientStep {
  if (input.name === 'connect') {
    return state.name === 'idle'
      ? { next: { name: 'dialing', again: false, attempt: 0 }, effects: ['dial'] }
      : { next: state, effects: ['refuseConnect'] };
  }
  switch (state.name) {
    case 'idle':
      return input.name === 'close' ? { next: { name: 'closed' }, effects: ['emitClose'] } : stay(state);
    case 'dialing':
      switch (input.name) {
        case 'opened':
          return {
            next: { name: 'open', attempt: state.attempt },
            effects: state.again ? ['emitConnect', 'emitReconnect'] : ['emitConnect'],
          };
        case 'failed':
          return {
            next: { name: 'waiting', again: state.again, attempt: state.attempt + 1 },
            effects: ['emitConnectError', 'startRetryTimer'],
          };
        case 'close':
          return { next: { name: 'closing' }, effects: ['abortDial'] };
        default:
          return stay(state);
      }
    case 'waiting':
      switch (input.name) {
        case 'elapsed':
          return { next: { name: 'dialing', again: state.again, attempt: state.attempt }, effects: ['dial'] };
        case 'close':
          return { next: { name: 'closed' }, effects: ['cancelTimer', 'emitClose'] };
        default:
          return stay(state);
      }
    case 'open':
    case 'draining':
      switch (input.name) {
        case 'ended':
          return { next: { name: 'draining', attempt: state.attempt }, effects: [] };
        case 'lost':
          return {
            next: { name: 'waiting', again: true, attempt: input.healthy ? 1 : state.attempt + 1 },
            effects: ['emitDisconnect', 'startReconnectTimer'],
          };
        case 'close':
          return { next: { name: 'closing' }, effects: ['startCloseTimer', 'endConnection'] };
        default:
          return stay(state);
      }
    case 'closing':
      switch (input.name) {
        case 'elapsed':
          return { next: state, effects: ['destroyConnection'] };
        case 'failed':
          return { next: { name: 'closed' }, effects: ['emitClose'] };
        case 'lost':
          return { next: { name: 'closed' }, effects: ['cancelTimer', 'emitClose'] };
        default:
          return stay(state);
      }
    case 'closed':
      return stay(state);
  }
}

function stay(state: ClientState): ClientStep {
  return { next: state, effects: [] };
}
