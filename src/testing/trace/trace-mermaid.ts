/** A trace as a Mermaid sequence diagram, which most forges and editors draw. */

import type { TraceRecord } from './trace.js';
import { actorsOf } from './trace-chart.js';

/** Bytes are messages, events are notes over their actor, faults are notes over all. */
export function renderMermaid(records: readonly TraceRecord[]): string {
  const actors = actorsOf(records);
  const idOf = (actor: string): string => `a${actors.indexOf(actor)}`;
  const everybody = actors.length > 1 ? `a0,a${actors.length - 1}` : 'a0';
  const lines = [
    'sequenceDiagram',
    ...actors.map((actor) => `  participant ${idOf(actor)} as ${escapeMermaid(actor)}`),
  ];
  for (const { at, kind, actor, name, detail, peer } of records) {
    const what = escapeMermaid(detail === '' ? name : `${name} ${detail}`);
    if (kind === 'bytes' && peer !== undefined) {
      lines.push(`  ${idOf(actor)}->>${idOf(peer)}: ${at} ms ${escapeMermaid(detail)}`);
    } else if (kind !== 'fault' && kind !== 'note') {
      lines.push(`  Note over ${idOf(actor)}: ${at} ms ${what}`);
    } else if (actors.length > 0) {
      lines.push(`  Note over ${everybody}: ${at} ms ${kind === 'fault' ? 'FAULT ' : ''}${what}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Mermaid has no quotes; what it would take for syntax goes by its number. */
function escapeMermaid(text: string): string {
  return text.replace(/[#;:<>&"{}]/g, (character) => `#${character.charCodeAt(0)};`).replace(/\s+/g, ' ');
}
