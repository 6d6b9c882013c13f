import { loadBroadcasts } from '../../src/broadcasts/broadcast-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Phone } from '../phone.ts';

type Composing = {
  readonly buttons?: readonly string[];
  readonly who?: string;
  readonly spare?: readonly string[];
  readonly kind?: string;
  /** Answers the question about the time and its follow-up questions. */
  readonly when?: () => Promise<void>;
};

/** Writes an announcement as an organiser, from the first word to the saved draft. */
export async function composeDraft(
  phone: Phone,
  title: string,
  words: string | { readonly text: string; readonly entities: readonly object[] },
  { buttons = ['知道了'], who = '所有人', spare = [], kind = '一般公告', when }: Composing = {},
): Promise<void> {
  await phone.say('写公告');
  await phone.sees(/哪一类公告/);
  await phone.tap('自己写');
  await phone.sees(/哪方面的事/);
  await phone.tap('防骗');
  await phone.sees(/标题写什么/);
  await phone.say(title);
  await phone.sees(/正文写什么/);
  await phone.send(typeof words === 'string' ? { text: words } : words);
  await phone.sees(/有英文的吗/);
  await phone.tap('跳过');
  await phone.sees(/要配一张图吗/);
  await phone.tap('跳过');
  await phone.tick(/要放按钮吗/, buttons);
  const area = await phone.sees(/发给哪一片/);
  // The first button is the organiser's whole region.
  await phone.tap(area.buttons[0]?.[0]?.text ?? '');
  await phone.sees(/发给谁/);
  await phone.tap(who);
  await phone.tick(/少打扰/, spare);
  await phone.sees(/人命关天/);
  await phone.tap(kind);
  await phone.sees(/什么时候发/);
  await (when ?? (() => phone.tap('审好就发')))();
  await phone.sees(/现在还不会发出去/);
  await phone.tap('存成草稿');
  await phone.sees(/草稿存好了/);
}

/** Opens the newest announcement message and taps one of its actions. */
export async function chooseAction(phone: Phone, action: string): Promise<void> {
  await phone.tap('看这条');
  await phone.sees(/人数：/);
  await phone.tap(action);
}

/** The most recent announcement. */
export async function newestBroadcast(store: Store) {
  const [kept] = await loadBroadcasts(store);
  if (!kept) throw new Error('There is no announcement.');
  return kept.record;
}
