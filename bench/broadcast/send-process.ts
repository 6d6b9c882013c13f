import type { SenderEnvironment } from './sender.ts';
import { openSender } from './senders.ts';
import { takeOrder } from './take-order.ts';

/** The parent's order: send to all enqueued chats. */
export type Order = { readonly sender: string; readonly environment: SenderEnvironment };
/** Chats with an unknown outcome. */
export type Sent = { readonly unknown: readonly number[] };

takeOrder<Order, Sent>(async ({ sender, environment }) => {
  const opened = await openSender(sender, environment);
  return { unknown: await opened.send() };
});
