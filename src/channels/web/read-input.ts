import * as v from 'valibot';
import type { InboundContent } from '../channel.ts';
import { CHOICE_ID_MAX_BYTES } from '../channel.ts';
import { readStart } from '../read-start.ts';

/** Longest text of one input, UTF-16 units: as in other messengers. */
const TEXT_MAX = 4096;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(TEXT_MAX));
const ref = v.pipe(v.string(), v.regex(/^\d{1,9}$/));
const file = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const coordinate = (most: number) => v.pipe(v.number(), v.minValue(-most), v.maxValue(most));

/** One act of a person on the page. */
const WebInput = v.intersect([
  v.object({ id: v.pipe(v.string(), v.uuid()), language: v.optional(v.pipe(v.string(), v.maxLength(35))) }),
  v.variant('kind', [
    v.object({ kind: v.literal('start'), payload: v.pipe(v.string(), v.regex(/^[\w-]{0,64}$/)) }),
    v.object({ kind: v.literal('text'), text }),
    v.object({ kind: v.literal('choice'), choice: v.pipe(v.string(), v.maxBytes(CHOICE_ID_MAX_BYTES)), ref }),
    v.object({ kind: v.literal('location'), latitude: coordinate(90), longitude: coordinate(180) }),
    v.object({
      kind: v.literal('photo'),
      file,
      caption: v.optional(text),
      album: v.optional(v.pipe(v.string(), v.uuid())),
    }),
    v.object({ kind: v.literal('voice'), file, seconds: v.pipe(v.number(), v.minValue(0), v.maxValue(600)) }),
  ]),
]);
export type WebInput = v.InferOutput<typeof WebInput>;

/** Reads the JSON of an act; undefined if the page cannot have sent it. */
export function readWebInput(body: unknown): WebInput | undefined {
  const read = v.safeParse(WebInput, body);
  return read.success ? read.output : undefined;
}

/** The act in the product's terms, with the message whose button was tapped. */
export function contentOf(input: WebInput): { readonly content: InboundContent; readonly tapped?: string } {
  switch (input.kind) {
    case 'start':
      return { content: { type: 'start', payload: input.payload } };
    case 'text':
      return { content: readStart(input.text) ?? { type: 'text', text: input.text } };
    case 'choice':
      return { content: { type: 'choice', id: input.choice }, tapped: input.ref };
    case 'location':
      return { content: { type: 'location', point: { latitude: input.latitude, longitude: input.longitude } } };
    case 'photo': {
      const { file, caption, album } = input;
      const photo = { file: `web:${file}`, same: file.slice(0, 22) };
      const said = caption === undefined ? {} : { caption };
      return { content: { type: 'photo', photo, ...said, ...(album === undefined ? {} : { album }) } };
    }
    case 'voice': {
      const { file, seconds } = input;
      return { content: { type: 'voice', voice: { file: `web:${file}`, same: file.slice(0, 22) }, seconds } };
    }
  }
}
