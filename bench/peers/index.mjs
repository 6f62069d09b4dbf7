// Who is measured. Each peer is a module with `listen` and `connect` of one shape, so that every work is the same
// program for all of them:
//
//   listen(path, handlers, options)  ->  { send(to, message), broadcast(message), drained() }
//   connect(path, handlers, options) ->  { send(message), drained(), close() }, some with sendTo(topic, message)
//
// `send` and `broadcast` return false when the sender should wait for `drained()`: by what the peer offers for it, or
// else by the backlog of its socket. Handlers are `message(message, from)` and, of a server, `connected()`.

/**
 * In the order of the table. `lacks` says which works a peer cannot do, and why; `isSlow` that --quick gives it fewer
 * messages, or most of its time would go to those.
 */
export const peers = {
  ours: { title: 'ipc', file: './ours.mjs' },
  floor: { title: 'floor', file: './floor.mjs' },
  'socket-ipc': { title: 'socket-ipc', file: './socket-ipc.mjs', package: '@crussell52/socket-ipc' },
  'node-ipc': { title: 'node-ipc', file: './node-ipc.mjs', package: 'node-ipc' },
  'net-ipc': { title: 'net-ipc', file: './net-ipc.mjs', package: 'net-ipc', isSlow: true },
  'vscode-jsonrpc': { title: 'vscode-jsonrpc', file: './vscode-jsonrpc.mjs', package: 'vscode-jsonrpc', isSlow: true },
  zeromq: {
    title: 'zeromq',
    file: './zeromq.mjs',
    package: 'zeromq',
    isSlow: true,
    lacks: ['connect', 'idle', 'stopped', 'endless'],
  },
  'child-json': { title: 'child, json', file: './child-json.mjs', isChild: true },
  'child-advanced': { title: 'child, advanced', file: './child-advanced.mjs', isChild: true, isSlow: true },
  bytes: { title: 'bytes', file: './bytes.mjs', isOpaque: true, lacks: ['burst', 'stopped', 'endless'] },
};

/** What the channel to a child process has not: other clients, a socket to dial, a second reader. */
const lacksOfChildren = ['broadcast', 'connect', 'idle', 'stopped', 'endless'];

export function canDo(peer, work) {
  const { isChild, lacks = [] } = peers[peer];
  return !(isChild ? lacksOfChildren : lacks).includes(work);
}

/** The module of a peer, with the properties of its entry above. Throws when its package does not load. */
export async function loadPeer(name) {
  const entry = peers[name] ?? peers.ours;
  const module = await import(entry.file);
  await module.load?.();
  return { ...entry, listen: module.listen, connect: module.connect, opening: module.opening ?? '' };
}
