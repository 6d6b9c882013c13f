import type { Choice, Outgoing } from '../channels/channel.ts';
import type { LocalizedMessage } from '../delivery/outcome.ts';
import type { Mark } from '../engine/input.ts';
import type { Say } from '../i18n.ts';
import { barsPicture } from './bars-picture.ts';
import type { Button } from './button.ts';
import { writeButton } from './button.ts';
import { certificatePdf } from './certificate-pdf.ts';
import { qrPicture } from './qr-picture.ts';
import type { Reader } from './reader.ts';
import { sayAny, sayValues } from './reader.ts';

/** Renders a message. The `code` value is marked, so that one tap copies it. */
export function renderMessage(said: LocalizedMessage, reader: Reader): Outgoing {
  // Organisers read the names of other regions.
  if (!said.many || reader.roles.length > 0) return wordMessage(said, reader);
  const known = WORDED.get(said) ?? new Map<Say, Outgoing>();
  WORDED.set(said, known);
  const message = known.get(reader.say) ?? { ...wordMessage(said, reader), many: true };
  known.set(reader.say, message);
  return message;
}

/** Messages that are said to many, by the wording of language and channel. */
const WORDED = new WeakMap<LocalizedMessage, Map<Say, Outgoing>>();

function wordMessage(said: LocalizedMessage, reader: Reader): Outgoing {
  if (said.wordedBy) return said.wordedBy(reader);
  const text = reader.say(said.key, sayValues(said.values ?? {}, reader));
  const offset = said.code ? text.indexOf(said.code) : -1;
  const marks: readonly Mark[] =
    said.code && offset >= 0 ? [{ type: 'code', offset, length: said.code.length }] : (said.marks ?? []);
  const links = said.links?.map(({ label, url }): Choice[] => [{ id: '', label: reader.say(label), url }]) ?? [];
  const buttons = said.buttons?.map(({ label, flow, argument }) => [
    buttonChoice({ type: 'go', flow, argument }, reader.say(label)),
  ]);
  const choices = buttons || links.length > 0 ? [...links, ...(buttons ?? [])] : undefined;
  return {
    text,
    ...(said.apart ? { apart: true } : {}),
    ...(marks.length > 0 ? { marks } : {}),
    ...(choices ? { choices } : {}),
    ...(said.page ? { page: said.page } : {}),
    ...(said.file ? { file: said.file } : {}),
    ...(said.qr ? { file: { name: 'qr.png', text: qrPicture(String(sayAny(said.qr, reader))), base64: true } } : {}),
    ...(said.bars ? { file: { name: 'result.png', text: barsPicture(said.bars), base64: true, picture: true } } : {}),
    ...(said.sheet ? { file: sheetOf(said.sheet, reader) } : {}),
    ...(said.photo ? { photo: said.photo } : {}),
    ...(said.copy ? { copy: said.copy } : {}),
    ...(said.pin ? { pin: said.pin } : {}),
    ...(said.voice ? { voice: said.voice } : {}),
  };
}

function sheetOf(
  { name, lines }: NonNullable<LocalizedMessage['sheet']>,
  reader: Reader,
): NonNullable<Outgoing['file']> {
  const text = certificatePdf(lines.map(({ said, ...where }) => ({ ...where, text: String(sayAny(said, reader)) })));
  return { name, text };
}

/** Builds an inline button. */
export function buttonChoice(button: Button, label: string): Choice {
  return { id: writeButton(button), label };
}
