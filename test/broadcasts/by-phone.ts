import { loadBroadcasts } from '../../src/broadcasts/broadcast-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Phone } from '../phone.ts';

type Composing = {
  readonly buttons?: readonly string[];
  readonly who?: string;
  readonly spare?: readonly string[];
  readonly kind?: string;
  /** Answers when it is sent, and all that this leads to. */
  readonly when?: () => Promise<void>;
};

/** Everything from the first word to the draft, as an organiser taps and types it. */
export async function compose(
  phone: Phone,
  title: string,
  words: string | { readonly text: string; readonly entities: readonly object[] },
  { buttons = ['知道了'], who = '所有人', spare = [], kind = '一般公告', when }: Composing = {},
): Promise<void> {
  await phone.say('写公告');
  await phone.sees(/哪一类公告/);
  await phone.tap('反诈');
  await phone.sees(/标题写什么/);
  await phone.say(title);
  await phone.sees(/正文写什么/);
  await phone.send(typeof words === 'string' ? { text: words } : words);
  await phone.sees(/有英文的吗/);
  await phone.tap('跳过');
  await phone.sees(/要配一张图吗/);
  await phone.tap('跳过');
  await phone.tick(/要放按钮吗/, buttons);
  await phone.sees(/发给哪一片/);
  await phone.tap('就发这一级');
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

/** Opens the announcement from the newest message about it and does something with it. */
export async function deed(phone: Phone, what: string): Promise<void> {
  await phone.tap('看这条');
  await phone.sees(/人数：/);
  await phone.tap(what);
}

/** The announcement that was made last. */
export async function newestIn(store: Store) {
  const [kept] = await loadBroadcasts(store);
  if (!kept) throw new Error('There is no announcement.');
  return kept.record;
}
