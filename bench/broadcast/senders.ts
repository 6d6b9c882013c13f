import type { OpenSender, Sender, SenderEnvironment } from './sender.ts';

/** All senders by their printed names; the product is first. */
export const SENDERS: Readonly<Record<string, () => Promise<{ readonly open: OpenSender }>>> = {
  anlin: () => import('./anlin-sender.ts'),
  'mark-floor': () => import('../peers/mark-floor.ts'),
  'send-only': () => import('../peers/send-only.ts'),
  'bullmq-per-recipient': () => import('../peers/bullmq-per-recipient.ts'),
  'bullmq-chunk': () => import('../peers/bullmq-chunk.ts'),
  'packed-chunks': () => import('../peers/packed-chunks.ts'),
  'naive-grammy': () => import('../peers/naive-grammy.ts'),
};

/** Opens a sender by name. */
export async function openSender(name: string, environment: SenderEnvironment): Promise<Sender> {
  const sender = await SENDERS[name]?.();
  if (!sender) throw new Error(`There is no sender ${name}.`);
  return sender.open(environment);
}
