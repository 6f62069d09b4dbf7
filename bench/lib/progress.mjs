// One line that says what is going on, on a terminal and nowhere else.

export class Progress {
  #stream = process.stderr;
  #start = performance.now();
  #done = 0;
  #total;

  constructor(total) {
    this.#total = total;
  }

  /** The next step begins. */
  step(text) {
    if (this.#stream.isTTY) {
      const spent = (performance.now() - this.#start) / 1000;
      const left = this.#done < 5 ? '' : `, ${Math.ceil((spent / this.#done) * (this.#total - this.#done))} s left`;
      this.#show(`${this.#done + 1}/${this.#total}  ${text}${left}`);
    }
    this.#done += 1;
  }

  end() {
    this.#show('');
  }

  #show(text) {
    if (!this.#stream.isTTY) return;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }
}
