import { computed, signal } from '@preact/signals';
import type { KeptStore } from '../../channels/web/page/kept.ts';
import { openKept } from '../../channels/web/page/kept.ts';
import { newId } from '../../channels/web/page/new-id.ts';
import { shrink } from '../../page-build/shrink.ts';
import type { ShownVisit } from '../visit-page.ts';
import { call, newKeys } from './call.ts';

export type Mark = 'full' | 'half' | 'none' | 'na';
export const MARKS: readonly Mark[] = ['full', 'half', 'none', 'na'];

/** A visit as this browser keeps it. */
export type KeptVisit = {
  readonly id: string;
  readonly keys: CryptoKeyPair;
  /** The link's token, until the list is there. */
  readonly token?: string | undefined;
  readonly list?: ShownVisit;
  readonly marks: Readonly<Record<number, { readonly mark: Mark; readonly words: string }>>;
  readonly password: string;
  readonly state: 'filling' | 'waiting' | 'sent';
  /** The operation id of the packet that waits. */
  readonly packet?: string;
  /** Why the server did not take the last packet, or the link. */
  readonly refused?: string | undefined;
  readonly cases?: number;
  readonly hidden?: boolean;
  readonly at: number; // ms since the epoch
};

/** A photo of an item; `file` is its name on the server, once it is there. */
export type KeptPhoto = {
  readonly id: string;
  readonly visit: string;
  readonly place: number;
  readonly blob: Blob;
  readonly file?: string | undefined;
};

/** The rule of the chat: more photos of an item change nothing. */
const PHOTOS_MAX = 4;

/** A list goes from the browser this long after it was opened, ms. */
const KEPT_MS = 60 * 24 * 3_600_000;

export const visit = signal<KeptVisit | undefined>(undefined);
/** The other lists that wait in this browser. */
export const others = signal<readonly KeptVisit[]>([]);
export const photos = signal<readonly KeptPhoto[]>([]);
export const isOffline = signal(false);
/** False where the browser refuses to keep what is filled. */
export const isKept = signal(true);
export const isLoaded = signal(false);
let visits: KeptStore<KeptVisit> | undefined;
let pictures: KeptStore<KeptPhoto> | undefined;

/** Places without a mark. */
export const missing = computed<readonly number[]>(() => {
  const { list, marks = {} } = visit.value ?? {};
  return (list?.items ?? []).flatMap((_, i) => (marks[i + 1] ? [] : [i + 1]));
});

/** True for an item that takes photos: it failed, or it is a ★ one. */
export function takesPhotos(place: number): boolean {
  const { list, marks = {} } = visit.value ?? {};
  return marks[place]?.mark === 'none' || list?.items[place - 1]?.critical === true;
}

/** Opens the visit that the address names, or the newest one, as this browser keeps it. */
export async function load(): Promise<void> {
  [visits, pictures] = await Promise.all([
    openKept<KeptVisit>('anlin-visits', 'visits'),
    openKept<KeptPhoto>('anlin-visit-photos', 'photos'),
  ]);
  const stored = [...(await visits.all())].sort((a, b) => b.at - a.at);
  const all = stored.filter(({ at }) => at > Date.now() - KEPT_MS);
  for (const { id } of stored.slice(all.length)) await visits.remove(id);
  const [, id, token] = /^#(visit_\w{8})(?:\.([\w-]{12}\.[\w-]{43}))?$/.exec(location.hash) ?? [];
  const found = all.find((one) => (id ? one.id === id : one.state !== 'sent'));
  others.value = all.filter((one) => one.id !== found?.id && one.list && one.state !== 'sent');
  if (found) visit.value = found;
  // Another link for a list that is here: what is filled stays.
  if (found && token) await change({ token, refused: undefined });
  if (!found && id && token) {
    const at = Date.now();
    visit.value = { id, token, keys: await newKeys(), marks: {}, password: '', state: 'filling', at };
    await change({});
  }
  // The token has no place in the history.
  if (visit.value) history.replaceState(null, '', `/visit/#${visit.value.id}`);
  const taken = await pictures.all();
  photos.value = taken.filter((one) => one.visit === visit.value?.id);
  for (const one of taken)
    if (one.visit !== visit.value?.id && !all.some(({ id }) => id === one.visit)) await pictures.remove(one.id);
  isLoaded.value = true;
}

/** Changes the visit and keeps it. */
export async function change(changed: Partial<KeptVisit>): Promise<void> {
  if (!visit.value) return;
  visit.value = { ...visit.value, ...changed };
  await visits?.put(visit.value);
  isKept.value = visits?.keeps() === true && pictures?.keeps() === true;
}

/** Sets the mark or the words of an item. */
export function setMark(place: number, changed: { readonly mark?: Mark; readonly words?: string }): void {
  const { marks = {} } = visit.value ?? {};
  const { mark = changed.mark, words = '' } = marks[place] ?? {};
  if (mark) void change({ marks: { ...marks, [place]: { mark, words, ...changed } } });
}

/** Adds photos to an item, as many as it takes. */
export async function addPhotos(place: number, files: readonly File[]): Promise<void> {
  for (const file of files) {
    if (!visit.value || photos.value.filter((one) => one.place === place).length >= PHOTOS_MAX) return;
    await keepPhoto({ id: newId(), visit: visit.value.id, place, blob: await shrink(file) });
  }
}

/** Keeps a photo. */
export async function keepPhoto(photo: KeptPhoto): Promise<void> {
  const others = photos.value.filter(({ id }) => id !== photo.id);
  photos.value = [...others, photo];
  await pictures?.put(photo);
  isKept.value = visits?.keeps() === true && pictures?.keeps() === true;
}

export async function removePhoto(id: string): Promise<void> {
  photos.value = photos.value.filter((one) => one.id !== id);
  await pictures?.remove(id);
}

/** Fetches the list with the link. False: try again later. */
export async function fetchList(): Promise<boolean> {
  const { id, token, keys } = visit.value ?? {};
  if (!id || !token || !keys) return true;
  const { x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const answer = await call('open', json({ visit: id, token, key: { x, y } }), keys);
  isOffline.value = answer.type === 'later';
  if (answer.type === 'refused') await change({ token: undefined, ...(visit.value?.list ? {} : { refused: 'link' }) });
  if (answer.type !== 'ok') return answer.type === 'refused';
  const shown = answer.body as ShownVisit; // the server's own answer
  const marks = Object.entries(shown.marks).map(([place, { mark, words = '' }]) => [place, { mark, words }]);
  await change({ list: shown, token: undefined, marks: { ...Object.fromEntries(marks), ...visit.value?.marks } });
  return true;
}

/** A body of a call. */
export function json(body: object): Blob {
  return new Blob([JSON.stringify(body)], { type: 'application/json' });
}
