/** Contract cases: what a listener owes whose address is a file, which others can take away. */

import { check, checkEqual, DialWitness, listening } from './contract-bench.js';
import type { CaseBody } from './transport-contract.js';

export const socketFileCases: Record<string, CaseBody> = {
  'tells once that its file was taken away, and serves on those who are connected': async (world) => {
    check(world.takeAway !== undefined, 'a world with the option socketFile needs takeAway()');
    const server = await listening(world);
    const dial = new DialWitness(world.transport, true);
    await world.until(() => server.accepted.length > 0 && dial.events.length > 0);
    world.takeAway();
    await world.until(() => server.events.length > 2);
    await world.quiet();
    const late = new DialWitness(world.transport, true);
    dial.client?.connection.write('still here');
    await world.until(() => server.accepted[0]?.received.length === 10 && late.events.length > 0);
    server.listener.close();
    await world.until(() => server.events.includes('closed'));

    checkEqual(server.events, ['listening', 'accepted', 'error IPC_SOCKET_REMOVED', 'closed'], 'listener');
    checkEqual(late.events, ['failed ENOENT'], 'dial to a file that is gone');
  },
};
