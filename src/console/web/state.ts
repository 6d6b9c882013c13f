import { signal } from '@preact/signals';
import type { Me } from '../sign-in/me.ts';

/** The signed-in organiser. */
export const me = signal<Me | undefined>(undefined);
/** A sentence about what was just done, for eyes and screen readers. */
export const notice = signal('');

/** How far the server's clock is ahead of this machine's, ms. */
const ahead = signal(0);

/** Takes over who is signed in, with the server's clock. */
export function takeMe(answer: Me): void {
  ahead.value = answer.now - Date.now();
  me.value = answer;
}

/** The server's clock, ms since the epoch: deadlines are counted by it. */
export function serverNow(): number {
  return Date.now() + ahead.value;
}
