/** Records of a trace, all of them or those of one actor, and the ways to look at them. */

import type { TraceRecord } from './trace.js';

/** An ordered list of records. */
export class TraceSlice {
  /** Oldest first. */
  readonly records: readonly TraceRecord[];

  constructor(records: readonly TraceRecord[]) {
    this.records = records;
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
    return new TraceSlice(this.records.slice(-count));
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
    for (const { at, kind, actor, name, detail } of this.records) {
      text += `{"at":${at},"kind":"${kind}","actor":${JSON.stringify(actor)},"name":${JSON.stringify(name)},"detail":${JSON.stringify(detail)}}\n`;
    }
    return text;
  }

  /** One line a record: time, actor, what happened. */
  toString(): string {
    const width = this.records.reduce((widest, { actor }) => Math.max(widest, actor.length), 0);
    return this.records
      .map(({ at, kind, actor, name, detail }) => {
        const mark = kind === 'fault' ? '! ' : '';
        return `${at.toFixed(3).padStart(12)} ms  ${actor.padEnd(width)}  ${mark}${name}${detail === '' ? '' : ` ${detail}`}`;
      })
      .join('\n');
  }
}
