/** Satisfies `Watch`: a line that is written over in a terminal; elsewhere a line for each drill, and one a minute. */
export class Progress {
  isStopped = false;
  #name = '';
  #startedMs = 0;
  #toldMs = 0;

  begin({ name, threat }) {
    this.#name = name;
    this.#startedMs = performance.now();
    this.#toldMs = this.#startedMs;
    console.log(`${name}: ${threat}`);
  }

  progress(done, of, what) {
    const now = performance.now();
    const seconds = (now - this.#startedMs) / 1000;
    const left = Math.round(((of - done) / Math.max(1, done)) * seconds);
    const text = `  ${this.#name}: ${done} of ${of} ${what}, ${left} s left`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\u001b[K${text}`);
    } else if (now - this.#toldMs > 60_000) {
      this.#toldMs = now;
      console.error(text);
    }
  }

  note(text) {
    this.#clear();
    console.log(`  ${this.#name}: ${text}`);
  }

  end(verdict) {
    this.#clear();
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(0);
    console.log(`  ${verdict}, ${seconds} s`);
  }

  #clear() {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
}
