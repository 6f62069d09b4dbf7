/** The default wire format from encoders and decoders that answer at once, soon, later, or hardly ever not at all. */

import { jsonTranscoder, type Runtime, type Transcoder } from 'ipc';

/** `slow` answers at once or within 20 ms, `stuck` now and then never. */
export type TranscoderKind = 'json' | 'slow' | 'stuck';

/** Label of the timers that belong to the application: who closes a connection cannot cancel them. */
export const APPLICATION_TIMER = 'work of a transcoder';

export const LONGEST_WORK_MS = 20;

/** When each answer comes is drawn from the runtime. */
export function drawnTranscoder(kind: TranscoderKind, runtime: Runtime): Transcoder {
  if (kind === 'json') {
    return jsonTranscoder;
  }
  const answer = (callback: () => void): void => {
    const draw = runtime.random();
    if (draw < 0.3) {
      callback();
    } else if (draw < 0.5) {
      runtime.defer(callback);
    } else if (kind === 'slow' || draw < 0.99) {
      runtime.setTimer(Math.floor(runtime.random() * (LONGEST_WORK_MS + 1)), callback, APPLICATION_TIMER);
    }
  };
  return {
    socketEncoding: jsonTranscoder.socketEncoding,
    createEncoder: () => {
      const encode = jsonTranscoder.createEncoder();
      return (wrapper, callback) => encode(wrapper, (error, data) => answer(() => callback(error, data)));
    },
    createDecoder: (limits) => {
      const decode = jsonTranscoder.createDecoder(limits);
      return (chunk, callback) => decode(chunk, (error, wrappers) => answer(() => callback(error, wrappers)));
    },
  };
}
