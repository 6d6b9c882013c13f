import type { Outgoing } from '../channel.ts';
import type { Offer } from './state.ts';

/** A message as WeChat shows it, and the choices that its numbers or words mean. */
export type NumberedText = { readonly text: string } & Omit<Offer, 'id'>;

/** How a place is sent by hand. `button`: the words that name a button for it, which WeChat has not; `instead`: others for them. */
export type SharePlace = { readonly how: string; readonly button: string; readonly instead: string };
type Limits = { readonly maxBytes: number; readonly links: boolean; readonly offer: string };

/**
 * Writes the buttons of a message below its text: numbered, and as links where they fit. A question whose answer may be a
 * number has its buttons as words, linked too. The place is sent by hand, so its button becomes a sentence.
 */
export function numberedText(
  message: Outgoing,
  { how, button, instead }: SharePlace,
  { maxBytes, links, offer }: Limits,
): NumberedText {
  const { choices = [], menu, asksNumber, severalNumbers, pin } = message;
  const buttons = choices
    .flat()
    .map(({ id, label, url }) => ({ label: withoutTags(label), url, means: { choice: id } }));
  // The menu of the account stands below the chat; only a question's own entries belong to the message.
  const own = menu?.some((row) => row.some(({ shares }) => shares)) ? menu.flat() : [];
  const entries = own
    .filter(({ shares }) => !shares)
    .map(({ label }) => ({ label: withoutTags(label), url: undefined, means: { text: label } }));
  const all = [...buttons, ...entries];
  const asksPlace = own.some(({ shares }) => shares === 'location');
  const said = asksPlace ? message.text.replaceAll(button, instead) : message.text;
  const head = withoutTags(pin ? `${said}\n${mapLink(pin)}`.trim() : said);
  const numbered = all.filter(({ url }) => url === undefined);
  const linesOf = (tappable: boolean) => {
    let n = 0;
    return all.map(({ label, url }) => {
      if (url !== undefined) return `<a href="${url.replace(/["<>]/g, '')}">${label}</a>`;
      n += 1;
      const line = asksNumber ? `「${label}」` : `${n}. ${label}`;
      const sends = asksNumber ? wordsOf(label) : n;
      return tappable ? `<a href="weixin://bizmsgmenu?msgmenucontent=${sends}&msgmenuid=${offer}">${line}</a>` : line;
    });
  };
  const textOf = (tappable: boolean) =>
    [head, ...(asksPlace ? [how] : []), linesOf(tappable).join('\n'), severalNumbers ?? '']
      .filter((part) => part !== '')
      .join('\n\n');
  const tappable = textOf(links);
  const text = Buffer.byteLength(tappable) <= maxBytes ? tappable : textOf(false);
  const words = asksNumber ? { words: numbered.map(({ label }) => wordsOf(label)) } : {};
  return { text, choices: numbered.map(({ means }) => means), ...words };
}

/** What a tap on a label sends: clients differ in how they decode signs. */
function wordsOf(label: string): string {
  return label.replace(/[^\p{L}\p{N}]/gu, '');
}

/** Words of people must not become links: `<` before a tag of a link is written full-width. */
function withoutTags(text: string): string {
  return text.replace(/<(?=\/?a\b)/gi, '＜');
}

function mapLink({ latitude, longitude }: NonNullable<Outgoing['pin']>): string {
  const url = `https://uri.amap.com/marker?position=${longitude.toFixed(5)},${latitude.toFixed(5)}&coordinate=wgs84`;
  return `<a href="${url}">📍</a>`;
}
