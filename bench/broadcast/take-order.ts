/** Takes one order from the parent process, answers it and exits; see processes.ts. */
export function takeOrder<Order, Measured>(run: (order: Order) => Promise<Measured>): void {
  process.once('message', (order: Order) => {
    run(order).then(
      (measured) => process.send?.({ measured }, () => process.exit(0)),
      (error) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }, () => process.exit(1)),
    );
  });
  process.on('disconnect', () => process.exit(1));
}
