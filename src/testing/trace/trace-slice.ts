/** Records of a trace, all of them or those of one actor, and the ways to look at them. */

import type { TraceRecord } from './trace.js';
import { oneLine, renderChart } from './trace-chart.js';
import { renderHtml } from './trace-html.js';
import { renderMermaid } from './trace-mermaid.js';

/** An ordered list of records. */
export class TraceSlice {
  readonly #records: readonly TraceRecord[];

  constructor(records: readonly TraceRecord[]) {
    this.#records = records;
  }

  /** Oldest first. */
  get records(): readonly TraceRecord[] {
    return this.#records;
  }

  /** The events' names, in order. Links, bytes and faults are left out. */
  names(): string[] {
    return this.records.filter(({ kind }) => kind === 'event').map(({ name }) => name);
  }

  /** The records of one actor. */
  of(actor: string): TraceSlice {
    return new TraceSlice(this.records.filter((record) => record.actor === actor));
  }

  /** The records that a predicate picks. */
  filter(predicate: (record: TraceRecord) => boolean): TraceSlice {
    return new TraceSlice(this.records.filter(predicate));
  }

  /** The last `count` records. */
  last(count: number): TraceSlice {
    return new TraceSlice(count > 0 ? this.records.slice(-count) : []);
  }

  /** One line a record, parts separated by tabs: what is hashed. */
  toLines(): string {
    let text = '';
    for (const { at, kind, actor, name, detail } of this.records)
      text += `${at}\t${kind}\t${actor}\t${name}\t${detail}\n`;
    return text;
  }

  /** One JSON object a line. */
  toJsonLines(): string {
    let text = '';
    for (const { at, kind, actor, peer, name, detail } of this.records) {
      text += `${JSON.stringify({ at, kind, actor, peer, name, detail })}\n`;
    }
    return text;
  }

  /** A sequence chart for a terminal: a column for each actor, arrows for bytes. */
  toChart(): string {
    return renderChart(this.records);
  }

  /** A Mermaid sequence diagram. */
  toMermaid(): string {
    return renderMermaid(this.records);
  }

  /** One HTML file with a timeline: lanes, faults as bands, details under the pointer. */
  toHtml(title: string = 'Trace'): string {
    return renderHtml(this.records, title);
  }

  /** One line a record: time, actor, what happened. */
  toString(): string {
    const width = this.records.reduce((widest, { actor }) => Math.max(widest, actor.length), 0);
    return this.records
      .map(({ at, kind, actor, name, detail }) => {
        const what = `${kind === 'fault' ? '! ' : ''}${name}${detail === '' ? '' : ` ${detail}`}`;
        return `${at.toFixed(3).padStart(12)} ms  ${actor.padEnd(width)}  ${oneLine(what)}`;
      })
      .join('\n');
  }
}
