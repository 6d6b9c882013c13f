import type { Choice, Outgoing } from '../channel.ts';

/** Limits of a card: buttons, characters of a label that the phone shows, characters of its text. */
const [BUTTONS_MAX, LABEL_MAX, TEXT_MAX] = [6, 10, 112];

/** A card with buttons, in WeCom's words. */
export type Card = {
  readonly card_type: 'button_interaction';
  readonly main_title: { readonly title: string };
  readonly sub_title_text?: string;
  readonly task_id: string;
  readonly button_list: readonly object[];
};

/** True if a message's buttons fit on a card. */
export function fitsCard({ choices = [] }: Outgoing): boolean {
  const all = choices.flat();
  return all.length > 0 && all.length <= BUTTONS_MAX && all.every(({ label }) => [...bare(label)].length <= LABEL_MAX);
}

/** True if the text of a message fits on the card itself. */
export function fitsOnCard({ text, photo, voice, file, pin }: Outgoing): boolean {
  return [...text].length <= TEXT_MAX && !photo && !voice && !file && !pin;
}

/** Writes a card. `text`: what stands above the buttons. */
export function cardOf(text: string, choices: readonly (readonly Choice[])[], title: string, task: string): Card {
  return {
    card_type: 'button_interaction',
    main_title: { title },
    ...(text ? { sub_title_text: text } : {}),
    task_id: task,
    button_list: choices
      .flat()
      .map(({ id, label, url }) =>
        url === undefined ? { text: bare(label), style: 1, key: id } : { text: bare(label), type: 1, url },
      ),
  };
}

/** Limits of a text card, bytes of UTF-8, and characters of the words that open it. */
const [TITLE_MAX_BYTES, DESCRIPTION_MAX_BYTES, OPENS_MAX] = [128, 512, 4];

/** A card without buttons that opens one page. */
export type TextCard = {
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly btntxt?: string;
};

/** Writes a message whose only button opens a page as a text card; undefined for any other, or too long a text. */
export function textCardOf(message: Outgoing): TextCard | undefined {
  const { text, choices = [], edits, closes, photo, voice, file, pin } = message;
  const [only, ...more] = choices.flat();
  if (only?.url === undefined || more.length > 0) return undefined;
  if (edits || closes || photo || voice || file || pin) return undefined;
  const [title = '', ...lines] = text.split('\n');
  const description = lines.join('\n').trim() || bare(only.label);
  if (Buffer.byteLength(title) > TITLE_MAX_BYTES || Buffer.byteLength(description) > DESCRIPTION_MAX_BYTES)
    return undefined;
  const opens = bare(only.label);
  return { title, description, url: only.url, ...([...opens].length <= OPENS_MAX ? { btntxt: opens } : {}) };
}

/** Writes a list as a text card that opens its page, as many whole lines as fit; undefined without a title that fits. */
export function listCardOf(text: string, url: string, words: ListWords): TextCard | undefined {
  const title = /^[^\n。]+。?/.exec(text)?.[0] ?? '';
  if (title === '' || Buffer.byteLength(title) > TITLE_MAX_BYTES) return undefined;
  const lines = text
    .slice(title.length)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const fits = (all: readonly string[]) => Buffer.byteLength(all.join('\n')) <= DESCRIPTION_MAX_BYTES;
  const shown = fits(lines) ? lines : [words.goesOn];
  for (const line of fits(lines) ? [] : lines) {
    if (!fits([...shown, line])) break;
    shown.splice(-1, 0, line);
  }
  return { title, description: shown.join('\n') || words.console, url, btntxt: words.console };
}

type ListWords = { readonly goesOn: string; readonly console: string };

/** Variation selectors count as characters and show nothing. */
function bare(label: string): string {
  return label.replaceAll('\ufe0f', '').trim();
}
