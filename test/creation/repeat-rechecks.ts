import { createHash } from 'node:crypto';
import type { PublishedDraw } from '../../src/console/public/published-draw.ts';

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const DAY_MS = 86_400_000;

/** Repeats a year's re-checks from what the page publishes alone, without the product's code. Returns the four hashes. */
export function repeatRechecks({ open }: Pick<PublishedDraw, 'open'>): Required<PublishedDraw['hashes']> {
  if (!open) throw new Error('The draw is sealed.');
  const { frame, halves } = open;
  const seed = sha([sha(frame), ...halves].join(' '));
  const byLot = (ids: readonly string[], suffix = '') =>
    ids.toSorted((a, b) => (sha(`${seed} ${a}${suffix}`) < sha(`${seed} ${b}${suffix}`) ? -1 : 1));
  const of = (kind: string) =>
    frame.split('\n').flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
  const [from = ''] = of('from');
  const left = [1, 2, 3, 4].filter((n) => n * 3 >= Number(from.slice(5, 7)));
  const drawn = byLot(of('lot')).slice(0, Math.ceil(0.2 * of('lot').length * (left.length / 4)));
  const list = byLot([...of('due'), ...drawn], ' when').map((id, i) => {
    const n = left[i % left.length] ?? 0;
    const first = Math.max(Date.parse(from), Date.UTC(Number(from.slice(0, 4)), n * 3 - 3));
    const days = Math.max(0, (Date.UTC(Number(from.slice(0, 4)), n * 3, -10) - first) / DAY_MS) + 1;
    const day = Math.floor((Number.parseInt(sha(`${seed} ${id} day`).slice(0, 8), 16) * days) / 2 ** 32);
    return `${id} ${from.slice(0, 4)}Q${n} ${new Date(first + day * DAY_MS).toISOString().slice(0, 10)}`;
  });
  return { frame: sha(frame), first: sha(halves[0]), second: sha(halves[1]), list: sha(list.join('\n')) };
}
