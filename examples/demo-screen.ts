/** Prints what happens in the demo: a line each, with the time and the name of the process. */

/** ANSI colours by name; nobody else has one. */
const COLOURS: Record<string, number> = { demo: 1, 'server 1': 36, 'server 2': 36, ada: 32, ben: 33, cleo: 35 };

const isColourful = process.stdout.isTTY === true && !process.env.NO_COLOR;

/** Lines with the seconds since it was made. */
export class Screen {
  readonly #start: number = performance.now();

  /** Seconds since the beginning. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  line(name: string, text: string): void {
    console.log(`${this.seconds.toFixed(3).padStart(7)}  ${paint(name.padEnd(8), COLOURS[name])}  ${text}`);
  }

  /** A table with a heading; the first column to the left, numbers to the right. */
  table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    const widths = heading.map((title, column) =>
      Math.max(...[heading, ...rows].map((row) => String(row[column] ?? title).length)),
    );
    const print = (row: readonly (string | number)[]) =>
      row.map((cell, column) =>
        column === 0 ? String(cell).padEnd(widths[column] ?? 0) : String(cell).padStart(widths[column] ?? 0),
      );
    console.log('');
    console.log(paint(print(heading).join('  '), 1));
    for (const row of rows) {
      console.log(print(row).join('  '));
    }
    console.log('');
  }
}

function paint(text: string, colour: number | undefined): string {
  return isColourful && colour !== undefined ? `\x1b[${colour}m${text}\x1b[0m` : text;
}
