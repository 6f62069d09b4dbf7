/** What may be passed to a constructor. */

import { Client, type ClientOptions, type Delay, exponential, jsonTranscoder, Server, type Transport } from 'ipc';

declare const transport: Transport;

export function address(): void {
  new Server({ socketFile: './app.sock' });
  new Server({ transport });
  new Client({ transport });
  // @ts-expect-error one of the two is needed
  new Server({});
  // @ts-expect-error one of the two is needed
  new Client({ retryDelay: 5 });
  // @ts-expect-error not both
  new Server({ socketFile: './app.sock', transport });
  // @ts-expect-error not both
  new Client({ socketFile: './app.sock', transport });
  // @ts-expect-error options are needed
  new Client();
  // @ts-expect-error a path, not a port
  new Client({ socketFile: 8000 });
  // @ts-expect-error not a string
  new Client('./app.sock');
  // @ts-expect-error dial and listen are missing
  new Client({ transport: {} });
}

export function limits(maybe: number | undefined): void {
  new Server({
    socketFile: './app.sock',
    transcoder: jsonTranscoder,
    maxMessageBytes: 1024,
    maxBufferedBytes: 1024,
    closeTimeout: 100,
    mode: 0o600,
  });
  // Passing undefined is the same as leaving it out.
  new Server({ socketFile: './app.sock', maxMessageBytes: maybe, mode: maybe });
  // @ts-expect-error a number
  new Server({ socketFile: './app.sock', mode: '600' });
  // @ts-expect-error no such option
  new Server({ socketFile: './app.sock', retryDelay: 100 });
  // @ts-expect-error no such option
  new Client({ socketFile: './app.sock', mode: 0o600 });
  // @ts-expect-error misspelt
  new Client({ socketFile: './app.sock', maxMessagesBytes: 1 });
}

export function delays(): void {
  const base = { socketFile: './app.sock' };
  new Client({ ...base, retryDelay: 0, reconnectDelay: 0 });
  new Client({ ...base, retryDelay: { min: 10, max: 20 } });
  new Client({ ...base, retryDelay: (attempt) => attempt * 100 });
  new Client({ ...base, retryDelay: (attempt, random) => attempt * 100 * random() });
  new Client({ ...base, retryDelay: exponential(), reconnectDelay: exponential({ initial: 5, max: 100, jitter: 0 }) });
  const delay: Delay = { min: 1, max: 2 };
  const options: ClientOptions = { ...base, retryDelay: delay };
  new Client(options);
  // @ts-expect-error a range has both ends
  new Client({ ...base, retryDelay: { min: 10 } });
  // @ts-expect-error milliseconds, not a text
  new Client({ ...base, retryDelay: '1s' });
  // @ts-expect-error the delay is missing
  new Client({ ...base, retryDelay: () => {} });
  // @ts-expect-error no such option
  exponential({ base: 2 });
}
