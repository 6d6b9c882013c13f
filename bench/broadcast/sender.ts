import type { Surroundings } from '../subject.ts';

/** One way of sending a broadcast to many, under measurement. */
export type Sender = {
  /** Brings about what is there before any broadcast: the people of the city. Never measured. */
  prepare(chats: readonly number[]): Promise<void>;
  /** Lays the recipients down where this way keeps them until their turn. */
  lay(chats: readonly number[]): Promise<void>;
  /**
   * Sends to whom was laid down, by this process or by one that was killed meanwhile; resolves when each is settled, with
   * those of whom nobody knows whether it arrived.
   */
  send(): Promise<readonly number[]>;
  close(): Promise<void>;
};

export type SenderAround = Surroundings & {
  /** The rate to keep; without one it goes as fast as it can. */
  readonly perSecond?: number;
  /** How soon after a process died what it had in hand may be taken up, for those that can be told. */
  readonly stalledMs?: number;
};

export type OpenSender = (around: SenderAround) => Promise<Sender>;

/** All ways, by the name under which they are printed; the product first. */
export const SENDERS: Readonly<Record<string, () => Promise<{ readonly open: OpenSender }>>> = {
  anlin: () => import('./anlin-sender.ts'),
  'send-only': () => import('../peers/send-only.ts'),
  'bullmq-per-recipient': () => import('../peers/bullmq-per-recipient.ts'),
  'bullmq-chunk': () => import('../peers/bullmq-chunk.ts'),
  'packed-chunks': () => import('../peers/packed-chunks.ts'),
  'naive-grammy': () => import('../peers/naive-grammy.ts'),
};

/** Opens one of them by its name. */
export async function openSender(name: string, around: SenderAround): Promise<Sender> {
  const sender = await SENDERS[name]?.();
  if (!sender) throw new Error(`There is no sender ${name}.`);
  return sender.open(around);
}
