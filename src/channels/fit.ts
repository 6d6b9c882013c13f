import type { Outgoing } from './channel.ts';
import { CHOICE_ID_MAX_BYTES } from './channel.ts';
import { splitText } from './split-text.ts';

/** Splits a long message; its photo, voice or file goes with the first part, its buttons and their form with the last. */
export function fitTo(
  message: Outgoing,
  { max, captionMax = max }: { readonly max: number; readonly captionMax?: number },
): readonly Outgoing[] {
  for (const row of message.choices ?? []) {
    for (const { id } of row)
      if (Buffer.byteLength(id) > CHOICE_ID_MAX_BYTES) throw new Error(`The choice id ${id} is too long.`);
  }
  // Most texts fit as they are.
  if (message.text.length <= Math.min(max, captionMax)) return [message];
  const { text: _text, marks: _marks, apart, isNews, choices, menu, edits, closes, ...rest } = message;
  const { asksNumber, severalNumbers, ...carried } = rest;
  // A pin is sent instead of its words.
  if (carried.pin) return [message];
  const isCaption = Boolean(carried.photo || carried.voice || carried.file);
  const pieces = splitText(message.text, message.marks ?? [], max, isCaption ? captionMax : max);
  if (pieces.length <= 1) return [message];
  return pieces.map(({ text, marks }, i) => {
    const last = i === pieces.length - 1;
    return {
      ...(i === 0 ? carried : {}),
      ...(apart ? { apart } : {}),
      ...(isNews ? { isNews } : {}),
      text,
      marks,
      ...(last && choices ? { choices } : {}),
      ...(last && menu ? { menu } : {}),
      ...(last && asksNumber ? { asksNumber } : {}),
      ...(last && severalNumbers ? { severalNumbers } : {}),
      ...(i === 0 && edits ? { edits } : {}),
      ...(i === 0 && closes ? { closes } : {}),
    };
  });
}
