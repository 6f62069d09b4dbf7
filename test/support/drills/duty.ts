/** What every program of a drill does: it obeys its parent, reports to it, leaves when told to, and never outlives it. */

export interface Order {
  readonly order: string;
  readonly count?: number;
  readonly bytes?: number;
  /** Names of those who have to keep up. */
  readonly mind?: readonly string[];
}

/** What is done on each order; what it gives is reported. Undefined: a report comes of itself, when it is time. */
export type Duties = Readonly<
  Record<string, (order: Required<Order>) => object | undefined | Promise<object | undefined>>
>;

export function tell(report: string, more: object = {}): void {
  process.send?.({ report, ...more });
}

export function takeOrders(duties: Duties): void {
  // Not caught: what fails here ends the process, and its parent shows why.
  process.on('message', async ({ order, count = 0, bytes = 0, mind = [] }: Order) => {
    if (order === 'leave') {
      process.off('disconnect', abandoned);
      // The last thing that keeps it, if everything else is closed.
      process.disconnect();
      return;
    }
    const done = await duties[order]?.({ order, count, bytes, mind });
    if (done !== undefined) tell(order, done);
  });
  process.on('disconnect', abandoned);
  tell('ready');
}

/** The parent is gone, and nobody else would end this. */
function abandoned(): void {
  process.exit(1);
}
