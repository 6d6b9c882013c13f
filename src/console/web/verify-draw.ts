import { drawVisits, listText, twoDigits } from '../../inspections/draw/draw-visits.ts';
import type { Frame } from '../../inspections/draw/frame.ts';
import { readFrame } from '../../inspections/draw/frame.ts';
import type { DrawPage } from '../inspections.ts';

/** The steps of a verification; each is true if the browser's own result equals the published hash. */
export type Verified = Readonly<Record<'frame' | 'office' | 'auditor' | 'list', boolean>>;

/** Repeats a finished draw in the browser from its published parts alone, by WebCrypto's SHA-256. */
export async function verifyDraw({ hashes, open }: Pick<DrawPage, 'hashes' | 'open'>): Promise<Verified | undefined> {
  if (!open) return undefined;
  const [office, auditor] = open.halves;
  const frameHash = await sha256(open.frame);
  const seed = await sha256([frameHash, office, auditor].join(' '));
  const frame = readFrame(open.frame);
  const names = lotNames(frame);
  // All lots at once: the draw itself is the same code as on the server, and asks for them one by one.
  const lots = new Map(await Promise.all(names.map(async (name) => [name, await sha256(`${seed} ${name}`)] as const)));
  const list = listText(drawVisits(frame, (name) => lots.get(name) ?? ''));
  return {
    frame: frameHash === hashes.frame,
    office: (await sha256(office)) === hashes.office,
    auditor: (await sha256(auditor)) === hashes.auditor,
    list: (await sha256(list)) === hashes.list,
  };
}

function lotNames({ premises, checkers, items }: Frame): readonly string[] {
  return premises.flatMap(({ id, series }) => [
    id,
    ...checkers.map(({ code }) => `${id} ${code}`),
    ...items.flatMap((item) => (item.series === series ? [`${id} ${twoDigits(item.no)}`] : [])),
  ]);
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
