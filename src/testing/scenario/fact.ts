/** What those who play in a scenario report of what they did and saw, beside the events that stand in the trace. */

/** One thing. Plain data, since it may come from another process. */
export type Fact =
  /** Somebody was told to call this. */
  | { readonly fact: 'told'; readonly at: number; readonly actor: string; readonly to: 'connect' | 'listen' | 'close' }
  /** `error` or `connectError`. */
  | {
      readonly fact: 'failed';
      readonly at: number;
      readonly actor: string;
      readonly event: 'error' | 'connectError';
      readonly code: string;
    }
  /** `send` or `broadcast` is being called. */
  | { readonly fact: 'sent'; readonly streams: readonly string[]; readonly token: string }
  /** These may have been left out, since whom they were for does not read. */
  | { readonly fact: 'doubted'; readonly stream: string; readonly tokens: readonly string[] }
  /** An `error` said that this was not sent. */
  | { readonly fact: 'refused'; readonly stream: string; readonly token: string }
  /** A message arrived. */
  | {
      readonly fact: 'arrived';
      readonly at: number;
      readonly actor: string;
      readonly topic: string;
      readonly stream: string;
      readonly token: string;
    }
  /** The server has learned which connection of which client an id stands for. */
  | { readonly fact: 'introduced'; readonly clientId: string; readonly stream: string }
  /** A process has died, or was told to stop: nothing more is asked of its servers and clients. */
  | { readonly fact: 'ended'; readonly at: number; readonly process: string; readonly how: 'crash' | 'stop' }
  /** Somebody threw what nobody caught. */
  | { readonly fact: 'thrown'; readonly at: number; readonly process: string; readonly what: string };

/** Takes reports. */
export type Report = (fact: Fact) => void;

/** The process of a server or client: `crowd` of `crowd/client-3`. */
export function processOf(actor: string): string {
  const end = actor.indexOf('/');
  return end < 0 ? actor : actor.slice(0, end);
}

/** The client of a connection: `crowd/client-3` of `crowd/client-3#2`. */
export function clientOf(stream: string): string {
  return stream.slice(0, stream.lastIndexOf('#'));
}
