/** Takes one order from the parent process, answers it and exits; see processes.ts. */
export function takeOrder<Order, Measured>(run: (order: Order) => Promise<Measured>): void {
  process.once('message', (order: Order) => {
    run(order).then(
      (measured) => process.send?.({ measured }, () => process.exit(0)),
      (error) => process.send?.({ error: textOf(error) }, () => process.exit(1)),
    );
  });
  process.on('disconnect', () => process.exit(1));
}

/** Opens something by the first order, takes further orders in turn and exits when the parent closes; see processes.ts. */
export function takeOrders<First, Opened, Order, Measured>(
  open: (first: First) => Promise<{ readonly opened: Opened; take(order: Order): Promise<Measured> }>,
): void {
  const answer = (work: Promise<unknown>) =>
    work.then(
      (measured) => process.send?.({ measured }),
      (error) => process.send?.({ error: textOf(error) }, () => process.exit(1)),
    );
  process.once('message', (first: First) => {
    const opening = open(first);
    process.on('message', (order: Order) => answer(opening.then(({ take }) => take(order))));
    answer(opening.then(({ opened }) => opened));
  });
  process.on('disconnect', () => process.exit(0));
}

function textOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : String(error);
}
