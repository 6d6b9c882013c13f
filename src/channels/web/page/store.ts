import { openKept } from './kept.ts';

/** An act of the person: first in the queue, then part of the chat. Photos and recordings lie in it until they are sent. */
export type Act = {
  readonly id: string;
  readonly at: number; // ms since the epoch
  /** The last entry of the bot when the person acted. */
  readonly after: number;
  readonly kind: 'start' | 'text' | 'choice' | 'location' | 'photo' | 'voice';
  readonly fields: Readonly<Record<string, string | number>>;
  readonly blob?: Blob;
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly why?: string;
};

const KEPT_MAX = 200;

/** The acts of this browser, kept over reloads. What the browser does not keep lives as long as the page. */
export type ActStore = {
  all(): Promise<readonly Act[]>;
  put(act: Act): Promise<void>;
  remove(id: string): Promise<void>;
};

/** Opens the acts; beyond the limit, the oldest go. */
export async function openActs(): Promise<ActStore> {
  const kept = await openKept<Act>('anlin-chat', 'acts');
  return {
    ...kept,
    async all() {
      const acts = [...(await kept.all())].sort((a, b) => a.at - b.at);
      for (const { id } of acts.splice(0, Math.max(0, acts.length - KEPT_MAX))) await kept.remove(id);
      return acts;
    },
  };
}
