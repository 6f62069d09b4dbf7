/** What one turn broadcasts: encoded once, and written as the same bytes to every connection. */

import { Batch } from './batch.js';
import type { Channel } from './channel.js';
import type { ResolvedOptions } from './options.js';
import { FIRST_BATCH_BYTES, LARGEST_BATCH_BYTES } from './writer.js';

/**
 * Its members are the channels that what it holds will be written to. A member must not be written to by others before
 * `flush()`, or the messages would change places.
 */
export class SharedBatch {
  readonly #runtime: ResolvedOptions['runtime'];
  readonly #batch: Batch;
  #members: Channel<string>[] = [];
  #limit = FIRST_BATCH_BYTES;
  #turnEndDue = false;

  constructor({ transcoder, runtime }: Pick<ResolvedOptions, 'transcoder' | 'runtime'>) {
    this.#runtime = runtime;
    this.#batch = new Batch(transcoder.socketEncoding ?? 'utf8');
  }

  /**
   * Sends data to every channel, joined with what else is sent to all in this turn.
   *
   * @param refused called for each channel that is full and does not get it.
   */
  send(
    channels: ReadonlyMap<string, Channel<string>>,
    data: string | Uint8Array,
    refused: (channel: Channel<string>) => void,
  ): void {
    if (this.#members.length === 0) {
      this.#gather(channels);
    }
    for (const channel of channels.values()) {
      if (channel.sharing === undefined && channel.sendable) {
        sendApart(channel, data, refused);
      }
    }
    if (this.#members.length > 0) {
      this.#add(data);
    }
  }

  /** Makes members of the channels that have room for a whole batch. */
  #gather(channels: ReadonlyMap<string, Channel<string>>): void {
    for (const channel of channels.values()) {
      if (channel.sendable && channel.writer.hasRoomFor(LARGEST_BATCH_BYTES)) {
        channel.sharing = this;
        this.#members.push(channel);
      }
    }
  }

  #add(data: string | Uint8Array): void {
    this.#batch.add(data);
    if (!this.#turnEndDue) {
      this.#turnEndDue = true;
      this.#runtime.defer(this.#turnEnded);
    }
    if (this.#batch.bytes >= this.#limit) {
      this.flush();
      this.#limit = Math.min(2 * this.#limit, LARGEST_BATCH_BYTES);
    }
  }

  /** Hands everything to the members, of whom there are none then. */
  flush(): void {
    const members = this.#members;
    const pieces = this.#batch.take();
    this.#members = [];
    for (const member of members) {
      member.sharing = undefined;
      if (member.sendable) {
        member.writer.addShared(pieces);
      }
    }
    // Apart from that: a connection within the process may bring its peer to send more from inside of a write.
    for (const member of members) {
      if (member.sendable) {
        member.writer.flushUnlessBehind();
      }
    }
  }

  readonly #turnEnded = (): void => {
    this.#turnEndDue = false;
    this.#limit = FIRST_BATCH_BYTES;
    this.flush();
  };
}

/** To a channel that has a backlog, or came when the members had been gathered. */
function sendApart(
  channel: Channel<string>,
  data: string | Uint8Array,
  refused: (channel: Channel<string>) => void,
): void {
  if (channel.writer.isFull()) {
    refused(channel);
  } else {
    channel.writer.write(data);
  }
}
