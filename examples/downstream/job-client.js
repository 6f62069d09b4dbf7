/** Hands jobs to a server that does them, and loses none: a job is kept until its result is there. */

import { Client } from 'ipc';

export class JobClient {
  #client;
  #isConnected = false;
  #lastId = 0;
  /** Jobs without a result, by id, in the order in which they were given. */
  #jobs = new Map();

  /** @param options of the `Client` in it: `{ socketFile: '/run/jobs.sock' }`. */
  constructor(options) {
    this.#client = new Client(options);
    this.#client.on('connect', () => {
      this.#isConnected = true;
      // The server may have been lost with any of them, so all of them are sent again; the server knows them by their id.
      for (const [id, { task }] of this.#jobs) this.#client.send('job', { id, task });
    });
    this.#client.on('disconnect', () => {
      this.#isConnected = false;
    });
    this.#client.on('message.done', ({ id, result }) => {
      this.#jobs.get(id)?.resolve(result);
      this.#jobs.delete(id);
    });
    // What was not sent, or not understood, is sent again at the next connect.
    this.#client.on('error', () => {});
    this.#client.connect();
  }

  /** How many jobs have no result yet. */
  get pending() {
    return this.#jobs.size;
  }

  /** Resolves with the result, however often the connection is lost on the way. */
  run(task) {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#jobs.set(id, { task, resolve });
      if (this.#isConnected) this.#client.send('job', { id, task });
    });
  }

  close() {
    this.#client.close();
  }
}
