import type { Chat } from './chat.ts';

/** Pause before the server is told again, ms. */
const AGAIN_MS = 3000;

/** The last announcement that the server knows to be shown. */
let told = 0;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Tells the server which announcements are on the screen: they count as delivered. It is told of nothing else. */
export async function tellSeen(shown: () => Chat): Promise<void> {
  clearTimeout(retry);
  const { bubbles, last } = shown();
  // The chat was deleted: its numbers begin anew.
  if (last < told) told = 0;
  const n = Math.max(0, ...bubbles.map(({ counts, from }) => (counts ? from : 0)));
  if (document.hidden || n <= told) return;
  const before = told;
  told = n;
  const body = JSON.stringify({ n });
  const answer = await fetch('/w/seen', { method: 'POST', body }).catch(() => undefined);
  // The sender of the announcement has not counted it yet, or the net is away.
  if (answer && answer.status < 500) return;
  told = Math.min(before, told);
  retry = setTimeout(() => void tellSeen(shown), AGAIN_MS);
}
