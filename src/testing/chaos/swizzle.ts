/** A part of the connections stalls one by one and is released in another order: what finds most bugs elsewhere. */

import type { FaultOf } from '../faults/fault.js';
import type { SeededRandom } from '../seeded-random.js';
import type { ActiveFault } from './active-fault.js';
import type { Condition } from './condition.js';
import type { ProxiedConnection } from './proxied-connection.js';
import type { World } from './world.js';

/** Over by itself when the last one is released. */
export function beginSwizzle(active: ActiveFault, { fraction, spread }: FaultOf<'swizzle'>, world: World): void {
  const chosen = [...world.connections()].filter(
    ({ number }) => active.appliesTo(number) && active.random.stream(`connection-${number}/chosen`).chance(fraction),
  );
  const order = active.random.stream('order');
  const stallOrder = shuffle(chosen, order);
  const releaseOrder = shuffle(chosen, order);
  const stepMs = spread / Math.max(1, chosen.length);
  const conditions = new Map<ProxiedConnection, Condition>();

  stallOrder.forEach((connection, index) => {
    const stall = (): void => {
      const condition: Condition = { blocks: true, stopsReading: true };
      conditions.set(connection, condition);
      for (const way of active.ways) connection.add(way, condition);
      world.log('link', connection.name, 'stalled', `by ${active.name}`);
    };
    active.onHeal(world.timers.after(index * stepMs, stall));
  });
  const release = (connection: ProxiedConnection): void => {
    const condition = conditions.get(connection);
    if (condition === undefined) return;
    conditions.delete(connection);
    for (const way of active.ways) connection.remove(way, condition);
    world.log('link', connection.name, 'released', `by ${active.name}`);
  };
  releaseOrder.forEach((connection, index) => {
    active.onHeal(world.timers.after(spread + index * stepMs, () => release(connection)));
  });
  // An undo runs before those that were left earlier, and cancelling a timer does not release what has stalled.
  active.onHeal(() => releaseOrder.forEach(release));
}

function shuffle<Item>(items: readonly Item[], random: SeededRandom): Item[] {
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    const item = shuffled[index] as Item;
    shuffled[index] = shuffled[other] as Item;
    shuffled[other] = item;
  }
  return shuffled;
}
