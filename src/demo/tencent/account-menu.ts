import type { Errcode } from './errcode.ts';
import type { Fields } from './platform-json.ts';
import { listIn, textIn } from './platform-json.ts';

const BUTTONS_MAX = 3;
const SUB_BUTTONS_MAX = 5;
const NAME_MAX_BYTES = 16;
const SUB_NAME_MAX_BYTES = 60;
const KEY_MAX_BYTES = 128;
const URL_MAX_BYTES = 1024;

type Refuse = (errcode: number) => Errcode;

/** Checks the menu below every chat: at most three buttons, each with at most five below it. */
export function checkMenu(body: Fields, refuse: Refuse): void {
  const buttons = listIn(body, 'button') ?? [];
  if (buttons.length === 0 || buttons.length > BUTTONS_MAX) throw refuse(40016);
  for (const button of buttons) {
    checkName(button, NAME_MAX_BYTES, refuse(40018));
    const below = listIn(button, 'sub_button') ?? [];
    if (below.length > SUB_BUTTONS_MAX) throw refuse(40023);
    if (below.length === 0) checkAction(button, refuse);
    for (const sub of below) {
      checkName(sub, SUB_NAME_MAX_BYTES, refuse(40025));
      checkAction(sub, refuse);
    }
  }
}

/** Returns the buttons of the menu that a person can tap. */
export function menuButtons(menu: Fields | undefined): readonly Fields[] {
  const buttons = listIn(menu, 'button') ?? [];
  return buttons.flatMap((button) => {
    const below = listIn(button, 'sub_button') ?? [];
    return below.length > 0 ? below : [button];
  });
}

function checkName(button: Fields, maxBytes: number, refusal: Errcode): void {
  const bytes = Buffer.byteLength(textIn(button, 'name'));
  if (bytes === 0 || bytes > maxBytes) throw refusal;
}

function checkAction(button: Fields, refuse: Refuse): void {
  const size = (name: string) => Buffer.byteLength(textIn(button, name));
  switch (button.type) {
    case 'click':
      if (size('key') === 0 || size('key') > KEY_MAX_BYTES) throw refuse(40019);
      return;
    case 'view':
      if (!/^https?:\/\//.test(textIn(button, 'url')) || size('url') > URL_MAX_BYTES) throw refuse(40020);
      return;
    default:
      throw refuse(40017);
  }
}
