import { transportContract } from 'ipc/testing';
import { UnixTransport } from '#transports/unix.js';
import { realWorld, simulatedWorld } from '../support/contract-worlds.js';
import { netTransport } from '../support/net-transport.js';

describe('transport contract', () => {
  describe('over unix sockets', () => {
    const linuxUnixSocket = process.platform === 'linux';
    for (const { name, run } of transportContract(() => realWorld(netTransport), { linuxUnixSocket })) it(name, run);
  });

  describe('over unix sockets of the library', () => {
    const contract = transportContract(() => realWorld((path) => new UnixTransport(path)), { socketFile: true });
    for (const { name, run } of contract) it(name, run);
  });

  describe('over the simulation', () => {
    const contract = transportContract(() => simulatedWorld(1, 'typical'), {
      linuxUnixSocket: true,
      socketFile: true,
    });
    for (const { name, run } of contract) it(name, run);
  });

  describe('over the adversarial simulation', () => {
    let seed = 0;
    const contract = transportContract(
      () => {
        seed += 1;
        return simulatedWorld(seed, 'adversarial');
      },
      { socketFile: true },
    );
    for (const { name, run } of contract) {
      it(name, async () => {
        for (let round = 0; round < 20; round += 1) await run();
      });
    }
  });
});
