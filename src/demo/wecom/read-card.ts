import type { ChatCard } from '../tencent/chat-world.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { fieldsIn, listIn, textIn } from '../tencent/platform-json.ts';
import { refuse } from './errors.ts';

const BUTTONS_MAX = 6;
const ROWS_MAX = 6;
const KEY_MAX_BYTES = 1024;
/** The phone shows so many characters of a label. */
const LABEL_SHOWN = 10;

/** Reads a card with buttons; refuses any other kind of card. */
export function readCard(card: Fields | undefined): ChatCard {
  if (textIn(card, 'card_type') !== 'button_interaction') throw refuse(40035, ' card_type');
  const title = textIn(fieldsIn(card, 'main_title'), 'title');
  const line = textIn(card, 'sub_title_text');
  if (title === '' && line === '') throw refuse(40035, ' main_title.title');
  const pairs = listIn(card, 'horizontal_content_list') ?? [];
  if (pairs.length > ROWS_MAX) throw refuse(40035, ' horizontal_content_list');
  const rows = pairs.map((pair) => ({ label: textIn(pair, 'keyname'), value: textIn(pair, 'value') }));
  const description = [textIn(fieldsIn(card, 'main_title'), 'desc'), line].filter(Boolean);
  const url = textIn(fieldsIn(card, 'card_action'), 'url');
  return {
    title,
    rows: [...description.map((value) => ({ label: '', value })), ...rows],
    ...(url ? { url } : {}),
    buttons: readButtons(listIn(card, 'button_list') ?? []),
  };
}

function readButtons(list: readonly Fields[]) {
  if (list.length === 0 || list.length > BUTTONS_MAX) throw refuse(40016);
  const keys = list.filter(({ type }) => type !== 1).map((button) => textIn(button, 'key'));
  if (new Set(keys).size < keys.length) throw refuse(40035, ' button_list.key repeated');
  return list.map((button) => {
    const text = textIn(button, 'text');
    if (text.trim() === '') throw refuse(40018);
    const shown = [...text].length > LABEL_SHOWN ? `${[...text].slice(0, LABEL_SHOWN).join('')}…` : text;
    if (button.type === 1) {
      const url = textIn(button, 'url');
      if (!/^https?:\/\//.test(url)) throw refuse(40020);
      return { text: shown, url };
    }
    const key = textIn(button, 'key');
    if (key === '' || Buffer.byteLength(key) > KEY_MAX_BYTES) throw refuse(40019);
    return { text: shown, key };
  });
}
