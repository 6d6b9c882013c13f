import * as v from 'valibot';
import { tidyText } from '../engine/tidy-text.ts';
import { MARKS } from '../inspections/visits/read-marks.ts';
import type { Packet } from '../inspections/visits/take-packet.ts';

/** Longest words of one item, UTF-16 units. */
export const WORDS_MAX = 500;
/** Longest list of items, and most photos of one of them. */
const [PLACES_MAX, PHOTOS_MAX] = [99, 4] as const;

const place = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PLACES_MAX));
const coordinate = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

/** The first call of a page: its link, and its public key. */
const Opening = v.object({
  visit: v.pipe(v.string(), v.regex(/^visit_\w{8}$/)),
  token: v.string(),
  key: v.object({ x: coordinate, y: coordinate }),
});
export type Opening = v.InferOutput<typeof Opening>;

/** Control characters cannot be stored: a commit's arguments end with one. */
const words = v.pipe(
  v.string(),
  v.maxLength(WORDS_MAX),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  v.transform((text) => tidyText(text.replace(/[\u0000-\u001f\u007f\s]+/g, ' '))),
);
const SentPacket = v.object({
  id: v.pipe(v.string(), v.uuid()),
  password: v.pipe(v.string(), v.maxLength(40)),
  marks: v.pipe(v.array(v.object({ place, mark: v.picklist(MARKS), words })), v.maxLength(PLACES_MAX)),
  photos: v.pipe(
    v.array(v.object({ place, file: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
    v.maxLength(PLACES_MAX * PHOTOS_MAX),
  ),
});

/** Reads the first call of a page; undefined if no page can have sent it. */
export function readOpening(body: string): Opening | undefined {
  return read(Opening, body);
}

/** Reads a packet; undefined if no page can have sent it. A place that comes twice has its last mark, as in a typed line. */
export function readPacket(body: string): (Packet & { readonly files: readonly string[] }) | undefined {
  const sent = read(SentPacket, body);
  if (!sent) return undefined;
  return {
    id: sent.id,
    password: sent.password,
    marks: new Map(sent.marks.map(({ place, mark, words }) => [place, { mark, ...(words ? { words } : {}) }])),
    photos: sent.photos.map(({ place, file }) => ({ place, photo: { file: `web:${file}`, same: file.slice(0, 22) } })),
    files: sent.photos.map(({ file }) => file),
  };
}

function read<Schema extends v.GenericSchema>(schema: Schema, body: string): v.InferOutput<Schema> | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(body));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
