// The bugs that scripts/sabotage.mjs plants. `find` must stand in the file exactly once.

const core = (file) => `src/core/${file}.ts`;
const transports = (file) => `src/transports/${file}.ts`;
const testing = (file) => `src/testing/${file}.ts`;

export const bugs = [
  {
    name: 'reconnect comes before its connect',
    file: core('client-lifecycle'),
    find: "['emitConnect', 'emitReconnect']",
    replace: "['emitReconnect', 'emitConnect']",
  },
  {
    name: 'reconnect is emitted on the first connect too',
    file: core('client-lifecycle'),
    find: 'effects: state.again ? ',
    replace: 'effects: state.again || true ? ',
  },
  {
    name: 'disconnect follows close()',
    file: core('client-lifecycle'),
    find: "return { next: { name: 'closed' }, effects: ['cancelTimer', 'emitClose'] };\n        default:\n          return stay(state);\n      }\n    case 'closed'",
    replace:
      "return { next: { name: 'closed' }, effects: ['cancelTimer', 'emitDisconnect', 'emitClose'] };\n        default:\n          return stay(state);\n      }\n    case 'closed'",
  },
  {
    name: 'a loss gives two disconnects',
    file: core('client-lifecycle'),
    find: "['emitDisconnect', 'startReconnectTimer']",
    replace: "['emitDisconnect', 'emitDisconnect', 'startReconnectTimer']",
  },
  {
    name: 'the retry timer is left running after close',
    file: core('client-lifecycle'),
    find: "effects: ['cancelTimer', 'emitClose'] };\n        default:\n          return stay(state);\n      }\n    case 'open'",
    replace: "effects: ['emitClose'] };\n        default:\n          return stay(state);\n      }\n    case 'open'",
  },
  {
    name: 'a dial is not aborted by close',
    file: core('client'),
    find: 'this.#dial?.abort();',
    replace: '',
  },
  {
    name: 'the attempt count is reset by connect alone',
    file: core('client-lifecycle'),
    find: 'attempt: input.healthy ? 1 : state.attempt + 1',
    replace: 'attempt: 1',
  },
  {
    name: 'the client does not bound its close',
    file: core('client-lifecycle'),
    find: "['startCloseTimer', 'endConnection']",
    replace: "['endConnection']",
  },
  {
    name: 'the close timer of the client is left running',
    file: core('client'),
    find: 'this.#timer?.cancel();',
    replace: '',
  },
  {
    name: 'close is emitted from inside close()',
    file: core('client'),
    find: "this.#dispatch({ name: 'close' });\n    this.#outbox.flushLater();",
    replace: "this.#dispatch({ name: 'close' });\n    this.#outbox.flush();",
  },
  {
    name: 'errors are emitted from inside send()',
    file: core('client'),
    find: "this.#queue('error', error);\n    this.#outbox.flushLater();",
    replace: "this.#emitNow('error', error);",
  },
  {
    name: 'close comes before closed',
    file: core('client'),
    find: "this.#queue('closed');\n    this.#queue('close');",
    replace: "this.#queue('close');\n    this.#queue('closed');",
  },
  {
    name: 'sending after close is not refused',
    file: core('client'),
    find: "if (this.#state.name === 'closing' || this.#state.name === 'closed') {",
    replace: "if (this.#state.name === 'closed') {",
  },
  {
    name: 'a message that is still being encoded is dropped by close without a word',
    file: core('client'),
    find: 'for (const { message, topic } of this.#encoding.abandon()) {',
    replace: 'for (const { message, topic } of [] as { message: unknown; topic: string }[]) {',
  },
  {
    name: 'a retry delay of zero counts as none',
    file: core('client'),
    find: 'if (isDelayMs(given)) {',
    replace: 'if (isDelayMs(given) && given !== 0) {',
  },
  {
    name: 'the last frame is not flushed by end',
    file: core('channel'),
    find: "this.#flush();\n      this.#state = 'ending';",
    replace: "this.#state = 'ending';",
  },
  {
    name: 'drain never comes',
    file: core('channel'),
    find: 'this.#drainOwed = false;\n      this.#handlers.drained();',
    replace: 'this.#drainOwed = false;',
  },
  {
    name: 'the backlog has no limit',
    file: core('channel'),
    find: 'return this.bufferedBytes >= this.#options.maxBufferedBytes;',
    replace: 'return false;',
  },
  {
    name: 'the connection is lost before its last message is decoded',
    file: core('channel'),
    find: 'this.#decoding.whenIdle(() => this.#lose());',
    replace: 'this.#lose();',
  },
  {
    name: 'a malformed frame leaves the connection open',
    file: core('channel'),
    find: 'this.#handlers.error(error);\n    this.destroy();',
    replace: 'this.#handlers.error(error);',
  },
  {
    name: 'messages before a malformed frame are dropped',
    file: core('channel'),
    find: 'for (const wrapper of wrappers) {',
    replace: 'for (const wrapper of error ? [] : wrappers) {',
  },
  {
    name: 'a decoder that never answers keeps the end of a connection waiting',
    file: core('channel'),
    find: 'if (this.#decoding.pending > 0) {\n      const { runtime',
    replace: 'if (this.#decoding.pending < 0) {\n      const { runtime',
  },
  {
    name: 'work is let out in the order in which it finishes',
    file: core('sequencer'),
    find: "if (slot.state === 'pending') {\n        return;",
    replace:
      "if (slot.state === 'pending') {\n        this.#slots.push(this.#slots.splice(this.#head, 1)[0] as never);\n        return;",
  },
  {
    name: 'an encoder that calls back twice is not reported',
    file: core('sequencer'),
    find: 'this.#handlers.repeated(job);',
    replace: '',
  },
  {
    name: 'a listener that throws loses the rest of the chunk',
    file: core('outbox'),
    find: 'this.#attempt(emission);',
    replace: 'emission();',
  },
  {
    name: 'an exception of a listener is swallowed',
    file: core('outbox'),
    find: 'throw error;',
    replace: '',
  },
  {
    name: 'the decoder keeps its state across connections',
    file: core('json-transcoder'),
    find: '  const framing = new Framing();\n  return',
    replace: '  return',
    also: {
      find: 'const encode: Encoder',
      replace: 'const framing = new Framing();\n\nconst encode: Encoder',
    },
  },
  {
    name: 'invalid UTF-8 is replaced without a word',
    file: core('json-transcoder'),
    find: ' || text.includes(REPLACEMENT)',
    replace: ' || (false && text.includes(REPLACEMENT))',
  },
  {
    name: 'an unfinished message has no limit',
    file: core('json-transcoder'),
    find: 'framing.pendingBytes > maxMessageBytes',
    replace: 'framing.pendingBytes < 0',
  },
  {
    name: 'a delimiter cut by the end of a chunk is not found',
    file: core('framing'),
    find: 'return straddles ? 1 : 0;',
    replace: 'return straddles && chunk.length > 1 ? 1 : 0;',
  },
  {
    name: 'an odd NUL is given to the wrong frame',
    file: core('framing'),
    find: 'found + 2 - (runLength % 2)',
    replace: 'found + 2',
  },
  {
    name: 'an empty topic is sent as it is',
    file: core('encoding'),
    find: "topic === '' || topic === null",
    replace: 'topic === null',
  },
  {
    name: 'topics get the event name of another',
    file: core('message-event'),
    find: 'names.set(topic, name);',
    replace: 'names.set(topic.slice(0, 3), name);',
  },
  {
    name: 'exponential grows without bound',
    file: core('backoff'),
    find: 'Math.min(max, initial * factor ** (attempt - 1))',
    replace: 'initial * factor ** (attempt - 1)',
  },
  {
    name: 'the server closes before its clients are gone',
    file: core('server-lifecycle'),
    find: 'return bound || peers > 0',
    replace: 'return bound',
  },
  {
    name: 'the server leaves its clients connected',
    file: core('server-lifecycle'),
    find: "['unbind', 'startCloseTimer', 'endPeers']",
    replace: "['unbind', 'startCloseTimer']",
  },
  {
    name: 'the server does not bound its close',
    file: core('server-lifecycle'),
    find: "['unbind', 'startCloseTimer', 'endPeers']",
    replace: "['unbind', 'endPeers']",
  },
  {
    name: 'errors of the listener are not repeated',
    file: core('server-lifecycle'),
    find: "return { next: state, effects: ['emitError'] };",
    replace: 'return { next: state, effects: [] };',
  },
  {
    name: 'a client that is gone still gets broadcasts',
    file: core('server'),
    find: 'this.#peers.delete(clientId);',
    replace: '',
  },
  {
    name: 'a stuck client gives an error for each broadcast',
    file: core('server'),
    find: 'this.#reported.add(clientId);',
    replace: '',
  },
  {
    name: 'a decode error does not say whose it was',
    file: core('server'),
    find: 'error.clientId = clientId;',
    replace: '',
  },
  {
    name: 'message.<topic> comes before message',
    file: core('server'),
    find: "this.#queue('message', message, topic, clientId);\n    this.#queue(messageEvent(topic), message, clientId);",
    replace:
      "this.#queue(messageEvent(topic), message, clientId);\n    this.#queue('message', message, topic, clientId);",
  },
  {
    name: 'the socket file is unlinked by name',
    file: transports('owned-socket'),
    find: 'if (isAt(this.#path, this.#identity)) {',
    replace: 'if (this.#identity !== undefined) {',
  },
  {
    name: 'the owner lock is released while serving',
    file: transports('socket-claim'),
    find: 'return new OwnedSocket(server, request.absolutePath, staged.identity, ownerLock);',
    replace:
      'ownerLock.release();\n        return new OwnedSocket(server, request.absolutePath, staged.identity, undefined);',
  },
  {
    name: 'the mode is not set',
    file: transports('staged-socket'),
    find: 'chmodSync(file, plan.mode);',
    replace: 'void chmodSync;',
  },
  {
    name: 'what killed claims left is not swept',
    file: transports('socket-claim'),
    find: '    sweepStagings(request.absolutePath);\n',
    replace: '    void sweepStagings;\n',
  },
  {
    name: 'a file that is no socket is overwritten',
    file: transports('path-occupant'),
    find: ": { kind: 'other', description: describe(stats) }",
    replace: ": { kind: 'socket', identity: { dev: stats.dev, ino: stats.ino + BigInt(0 * describe(stats).length) } }",
  },
  {
    name: 'the law of the client lets anything follow a lost connection',
    file: testing('event-laws'),
    find: "lost: { connectError: 'lost',",
    replace: "lost: { disconnect: 'lost', connectError: 'lost',",
  },
];
