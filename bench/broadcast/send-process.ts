import type { SenderAround } from './sender.ts';
import { openSender } from './sender.ts';
import { takeOrder } from './take-order.ts';

/** What the parent wants sent: whatever was laid down. */
export type Order = { readonly sender: string; readonly around: SenderAround };
/** Chats of which nobody knows whether it arrived. */
export type Sent = { readonly unknown: readonly number[] };

takeOrder<Order, Sent>(async ({ sender, around }) => {
  const opened = await openSender(sender, around);
  return { unknown: await opened.send() };
});
