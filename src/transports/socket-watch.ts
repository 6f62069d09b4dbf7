/** Looking after a socket file while it is served: whether it is still ours, and whether those who connect can be let in. */

import { closeSync, openSync } from 'node:fs';
import { SocketFileError } from '../core/errors.js';
import { adviceFor, codeOf, ListenError } from './listen-error.js';
import { type FileIdentity, holds, inspectPath, type PathOccupant } from './path-occupant.js';

/**
 * How often to look.
 *
 * A timer, and not fs.watch, which would tell sooner: that takes one of the few inotify instances of the user (often 128)
 * and a descriptor that is never given back, must be allowed to read the file, or else be woken for every neighbour in
 * its directory, and misses that a directory above was moved; so a timer would be needed beside it. This one works on
 * every system, and a look takes three system calls.
 */
const INTERVAL_MS = 1000;

/** What is wrong at the moment. */
interface Troubles {
  readonly file?: Error | undefined;
  readonly descriptors?: Error | undefined;
}

/** Looks every second, which does not keep the process alive. */
export class SocketWatch {
  readonly #path: string;
  readonly #identity: FileIdentity;
  readonly #report: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;
  #troubles: Troubles = {};

  /** @param report is told of each trouble once, when it begins, and again only after it has been over. */
  constructor(path: string, identity: FileIdentity, report: (error: Error) => void) {
    this.#path = path;
    this.#identity = identity;
    this.#report = report;
    this.#timer = setInterval(() => this.look(), INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What the timer does. */
  look(): void {
    const former = this.#troubles;
    const { file, descriptors } = { file: this.#lossOfFile(), descriptors: this.#lackOfDescriptors() };
    this.#troubles = { file, descriptors };
    if (file !== undefined && former.file === undefined) {
      this.#report(file);
    }
    if (descriptors !== undefined && former.descriptors === undefined) {
      this.#report(descriptors);
    }
  }

  #lossOfFile(): Error | undefined {
    let occupant: PathOccupant;
    try {
      occupant = inspectPath(this.#path);
    } catch (error) {
      // Something else than a directory stands above it now. Any other failure hides the file from us, and perhaps from
      // nobody else: a process that has given up its privileges, for instance.
      return codeOf(error) === 'ENOTDIR' ? SocketFileError.removed(this.#path) : undefined;
    }
    if (holds(occupant, this.#identity)) {
      return undefined;
    }
    return occupant.kind === 'nothing' ? SocketFileError.removed(this.#path) : SocketFileError.replaced(this.#path);
  }

  /**
   * Without descriptors, libuv accepts whoever connects only to hang up, by means of one that it keeps in reserve, and
   * tells nobody. So this has to be found out by trying.
   */
  #lackOfDescriptors(): Error | undefined {
    try {
      closeSync(openSync('/dev/null', 'r'));
      return undefined;
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'EMFILE' && code !== 'ENFILE') {
        return undefined;
      }
      const text = `clients that connect are cut off at once: ${adviceFor(code, this.#path)}`;
      return new ListenError(code, this.#path, text, { cause: error });
    }
  }
}
