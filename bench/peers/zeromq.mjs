// zeromq: a router and dealers, and for a broadcast a publisher and subscribers. Only one send at a time may be under
// way on a socket, so what is sent meanwhile queues here.

import { Dealer, Router, Subscriber, XPublisher } from 'zeromq';

const WAITING = 1000;

class Outgoing {
  #socket;
  #queue = [];
  #isBusy = false;
  #wake = () => {};

  constructor(socket) {
    this.#socket = socket;
  }

  send(frames) {
    this.#queue.push(frames);
    if (!this.#isBusy) void this.#work();
    return this.#queue.length < WAITING;
  }

  drained() {
    return this.#isBusy ? new Promise((resolve) => (this.#wake = resolve)) : Promise.resolve();
  }

  async #work() {
    this.#isBusy = true;
    while (this.#queue.length > 0) {
      const frames = this.#queue;
      this.#queue = [];
      for (const each of frames) await this.#socket.send(each);
    }
    this.#isBusy = false;
    this.#wake();
  }
}

export async function listen(path, handlers) {
  // Without a limit, since a router and a publisher drop what is above it.
  const router = new Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0 });
  const publisher = new XPublisher({ sendHighWaterMark: 0 });
  // Told of every subscription, although all are equal: they are the clients that there are.
  publisher.verbosity = 'allSubs';
  await router.bind(`ipc://${path}`);
  await publisher.bind(`ipc://${path}.pub`);
  const [answers, news] = [new Outgoing(router), new Outgoing(publisher)];
  void (async () => {
    for await (const [id, data] of router) handlers.message(JSON.parse(data), id);
  })();
  void (async () => {
    for await (const _subscription of publisher) handlers.connected?.();
  })();
  return {
    send: (to, message) => answers.send([to, JSON.stringify(message)]),
    broadcast: (message) => news.send(JSON.stringify(message)),
    drained: () => news.drained(),
  };
}

export async function connect(path, handlers, { hears = false }) {
  const dealer = new Dealer();
  dealer.connect(`ipc://${path}`);
  const read = async (socket) => {
    for await (const [data] of socket) handlers.message(JSON.parse(data));
  };
  void read(dealer);
  if (hears) {
    const subscriber = new Subscriber({ receiveHighWaterMark: 0 });
    subscriber.connect(`ipc://${path}.pub`);
    subscriber.subscribe();
    void read(subscriber);
  }
  const outgoing = new Outgoing(dealer);
  return {
    send: (message) => outgoing.send(JSON.stringify(message)),
    drained: () => outgoing.drained(),
    close: async () => dealer.close(),
  };
}
