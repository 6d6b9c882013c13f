import { newId } from '../../channels/web/page/new-id.ts';
import type { Answered } from './call.ts';
import { call } from './call.ts';
import { change, fetchList, isOffline, json, keepPhoto, photos, removePhoto, takesPhotos, visit } from './state.ts';

const PAUSES_MS = [2000, 5000, 15_000, 30_000] as const;
let isSending = false;
/** Another call came while one was under way. */
let isAsked = false;
let tries = 0;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Puts the sheet into a packet of its own and sends it as soon as there is a network. */
export async function handIn(): Promise<void> {
  await change({ state: 'waiting', packet: newId(), refused: undefined });
  await pump();
}

/** Lets the checker change the sheet again. A packet that has arrived meanwhile stays the one that counts. */
export async function takeBack(): Promise<void> {
  await change({ state: 'filling' });
}

/** Fetches the list and sends the packet, whichever waits. Of several tabs, one does so at a time. */
export async function pump(): Promise<void> {
  if (isSending) {
    isAsked = true;
    return;
  }
  isSending = true;
  isAsked = false;
  clearTimeout(retry);
  try {
    const isDone = await (navigator.locks ? navigator.locks.request('anlin-visit', advance) : advance());
    tries = isDone ? 0 : tries + 1;
    if (!isDone) retry = setTimeout(pump, PAUSES_MS[Math.min(tries, PAUSES_MS.length) - 1]);
  } finally {
    isSending = false;
    if (isAsked) void pump();
  }
}

/** False: try again later. */
async function advance(): Promise<boolean> {
  if (!(await fetchList())) return false;
  const { id, list, keys, packet, marks = {}, password, state } = visit.value ?? {};
  if (state !== 'waiting' || !id || !list || !keys || !packet) return true;
  const at = `visit=${id}&page=${list.page}`;
  const own = () => photos.value.filter(({ place }) => takesPhotos(place));
  for (const photo of own().filter(({ file }) => !file)) {
    const sent = await call(`photo?${at}`, photo.blob, keys);
    if (sent.type !== 'ok') return settle(sent, packet);
    await keepPhoto({ ...photo, file: (sent.body as { readonly file: string }).file }); // the server's own answer
  }
  const sent = await call(
    `send?${at}`,
    json({
      id: packet,
      password,
      marks: Object.entries(marks).map(([place, one]) => ({ place: Number(place), ...one })),
      photos: own().map(({ place, file }) => ({ place, file })),
    }),
    keys,
  );
  if (sent.type === 'refused' && sent.why === 'photos') {
    // The server lost them: they go again.
    for (const photo of photos.value) await keepPhoto({ ...photo, file: undefined });
    return false;
  }
  return settle(sent, packet);
}

/** Keeps the result of a packet, unless the checker took it back meanwhile. */
async function settle(sent: Answered, packet: string): Promise<boolean> {
  isOffline.value = sent.type === 'later';
  if (sent.type === 'later') return false;
  if (sent.type === 'refused') {
    if (visit.value?.packet === packet) await change({ state: 'filling', refused: sent.why });
    return true;
  }
  const { cases, hidden } = sent.body as { readonly cases: number; readonly hidden: boolean }; // the server's own answer
  await change({ state: 'sent', cases, hidden, marks: {}, password: '', refused: undefined });
  for (const { id } of photos.value) await removePhoto(id);
  return true;
}
