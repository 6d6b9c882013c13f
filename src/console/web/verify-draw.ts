import type { Redraw } from '../../inspections/draw/redraw.ts';
import type { DrawPart, PublishedDraw } from '../public/published-draw.ts';

/** The steps of a verification; each is true if the browser's own result equals the published hash. */
export type Verified = Readonly<Record<DrawPart, boolean>>;

/** Repeats a draw that is over in the browser from its published parts alone, by WebCrypto's SHA-256. */
export async function verifyDraw({ hashes, open }: PublishedDraw, redraw: Redraw): Promise<Verified | undefined> {
  if (!open) return undefined;
  const [first, second] = open.halves;
  const frameHash = await sha256(open.frame);
  const seed = await sha256([frameHash, first, second].join(' '));
  const names = redraw.names(open.frame);
  // All lots at once: the draw itself is the same code as on the server, and asks for them one by one.
  const lots = new Map(await Promise.all(names.map(async (name) => [name, await sha256(`${seed} ${name}`)] as const)));
  const list = redraw.list(open.frame, (name) => lots.get(name) ?? '');
  return {
    frame: frameHash === hashes.frame,
    first: (await sha256(first)) === hashes.first,
    second: (await sha256(second)) === hashes.second,
    list: (await sha256(list)) === hashes.list,
  };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
