import type { InlineKeyboardMarkup, MessageEntity, ReplyKeyboardMarkup } from '@grammyjs/types';
import { asObject } from './params.ts';
import { badRequest } from './refusal.ts';

/** A message's reply markup: inline buttons, a reply keyboard, or the removal of the keyboard. */
export type Markup = {
  readonly inline?: InlineKeyboardMarkup;
  readonly keyboard?: ReplyKeyboardMarkup;
  readonly remove?: true;
};

/** Telegram's limit on a button's callback data. */
export const CALLBACK_DATA_MAX_BYTES = 64;
const BUTTONS_MAX = 100;
const PLACEHOLDER_MAX = 64; // characters
/** A button with only these fields, and neither callback data nor URL, has no action. */
const FIELDS_WITHOUT_ACTION: readonly string[] = ['text', 'style', 'icon_custom_emoji_id', 'callback_data', 'url'];

/** Reads a message's reply markup and refuses invalid markup in Telegram's words. */
export function readMarkup(value: unknown): Markup {
  const markup = asObject<Record<string, unknown>>(value, 'reply keyboard markup');
  if (!markup) return {};
  if (Array.isArray(markup)) throw badRequest('object expected as reply markup');
  if ('inline_keyboard' in markup) return { inline: checkInline(markup as unknown as InlineKeyboardMarkup) };
  const keyboard = 'keyboard' in markup ? checkKeyboard(markup as unknown as ReplyKeyboardMarkup) : undefined;
  if (keyboard && keyboard.keyboard.length > 0) return { keyboard };
  return markup.remove_keyboard === true ? { remove: true } : {};
}

function checkInline(markup: InlineKeyboardMarkup): InlineKeyboardMarkup {
  const rows = rowsOf(markup.inline_keyboard, '"inline_keyboard" of the InlineKeyboardMarkup');
  for (const button of rows.flat()) {
    checkText(button);
    const {
      callback_data: data,
      url,
      web_app: app,
    } = button as { callback_data?: unknown; url?: unknown; web_app?: unknown };
    const hasOtherAction = Object.keys(button).some((key) => !FIELDS_WITHOUT_ACTION.includes(key));
    if (!data && !url && app === undefined && !hasOtherAction) {
      throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
    }
    if (!data) continue;
    const bytes = typeof data === 'string' ? Buffer.byteLength(data) : 0;
    if (bytes < 1 || bytes > CALLBACK_DATA_MAX_BYTES) throw badRequest('BUTTON_DATA_INVALID');
  }
  return { inline_keyboard: rows as InlineKeyboardMarkup['inline_keyboard'] };
}

function checkKeyboard(markup: ReplyKeyboardMarkup): ReplyKeyboardMarkup {
  const rows = rowsOf(markup.keyboard, '"keyboard"');
  for (const button of rows.flat()) if (typeof button !== 'string') checkText(button);
  const placeholder = markup.input_field_placeholder;
  if (placeholder !== undefined && (placeholder.length < 1 || placeholder.length > PLACEHOLDER_MAX)) {
    throw badRequest('input field placeholder is too long');
  }
  return markup;
}

function rowsOf(value: unknown, what: string): readonly (readonly object[])[] {
  if (!Array.isArray(value) || !value.every(Array.isArray))
    throw badRequest(`field ${what} must be an Array of Arrays`);
  const rows = (value as object[][]).filter((row) => row.length > 0);
  if (rows.flat().length > BUTTONS_MAX) throw badRequest('reply markup is too long');
  return rows;
}

function checkText(button: object): void {
  const { text } = button as { text?: unknown };
  if (typeof text !== 'string' || text.trim() === '')
    throw badRequest("can't parse keyboard button: Text buttons must be non-empty");
}

/** Reads a text's entities; their bounds are in UTF-16 units. */
export function readEntities(value: unknown, text: string): readonly MessageEntity[] {
  const list = asObject<MessageEntity[]>(value, 'entities');
  if (!list) return [];
  if (!Array.isArray(list)) throw badRequest("can't parse entities: expected an Array of MessageEntity");
  for (const { type, offset, length } of list) {
    const whole = Number.isInteger(offset) && Number.isInteger(length);
    if (typeof type !== 'string' || !whole || offset < 0 || length < 1 || offset + length > text.length) {
      throw badRequest('ENTITY_BOUNDS_INVALID');
    }
  }
  return list;
}
