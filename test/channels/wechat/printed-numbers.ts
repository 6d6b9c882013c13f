import { expect } from 'vitest';
import type { Inbound, Outgoing } from '../../../src/channels/channel.ts';
import { numberedText } from '../../../src/channels/wechat/numbered-text.ts';
import { meantBy } from '../../../src/channels/wechat/offered-number.ts';
import type { Offer } from '../../../src/channels/wechat/state.ts';
import { cityOf } from '../../../src/city/city.ts';
import { NEW_CITY } from '../../../src/city/new-city.ts';
import { readTyped } from '../../../src/conversation/intent/typed-option.ts';
import { labelsOf } from '../../../src/conversation/question-wording.ts';
import { renderQuestion } from '../../../src/conversation/render-question.ts';
import { demoCityData } from '../../../src/demo/city.ts';
import type { Question } from '../../../src/engine/question.ts';
import type { StepKind } from '../../../src/engine/step.ts';
import { DEFAULT_LANGUAGE, openWording } from '../../../src/i18n.ts';
import { readerOf } from '../../../src/notify/notify.ts';
import { WORDS } from './stage.ts';

const wording = openWording();
const city = cityOf({ ...NEW_CITY, ...demoCityData() }, wording.languageNames);
const reader = readerOf(DEFAULT_LANGUAGE, { wording, city });
const LINK = /<a href="weixin:\/\/bizmsgmenu\?msgmenucontent=([^&]*)&msgmenuid=7">([^<]*)<\/a>/g;
const PRINTED = /^(\d+)\. (.*)$/gm;

/** The kinds of step whose questions were checked. */
export const KINDS_TYPED = new Set<StepKind>();

/**
 * Checks a question as WeChat prints it: a typed number, or a tap on its link, is the button of that line. Where a number may
 * be the answer, nothing is numbered: a typed number stays a text, and a tap sends the words of its button.
 */
export async function expectTyped(question: Question): Promise<void> {
  if (question.kind !== 'leave') KINDS_TYPED.add(question.kind);
  const message = renderQuestion(question, reader);
  if (question.kind === 'text' && question.part !== 'screened') expect(message.asksNumber).toBe(true);
  const buttons = buttonsOf(message);
  const { text, ...offered } = numberedText(message, WORDS.sharePlace, { maxBytes: 1e9, links: true, offer: '7' });
  const offer: Offer = { id: '7', ...offered };
  const name = `${question.flow} ${question.step}.${question.part}`;
  const lines = text.slice(text.lastIndexOf(message.text) + message.text.length);
  const links = [...lines.matchAll(LINK)];
  expect(links.length, name).toBe(buttons.length);
  const means = async (said: string, tap?: string) => (await meantBy(typed(said), tap, async () => offer)).content;
  if (message.asksNumber) {
    expect(lines, name).not.toMatch(PRINTED);
    for (const [i, [, sends = '']] of links.entries()) {
      expect(await means(String(i + 1)), name).toEqual({ type: 'text', text: String(i + 1) });
      expect(await means(sends, '7'), name).toEqual(buttons[i]);
    }
  } else {
    for (const [i, [, sends = '', line = '']] of links.entries()) {
      expect([sends, line], name).toEqual([String(i + 1), expect.stringMatching(new RegExp(`^${i + 1}\\. `))]);
      for (const said of [String(i + 1), `第${i + 1}个`]) expect(await means(said), name).toEqual(buttons[i]);
    }
    // One more than was printed is a text.
    expect(await means(String(links.length + 1)), name).toMatchObject({ type: 'text' });
  }
  // An entry of a menu has no id: its words are the button.
  for (const { option, label } of message.menu ? labelsOf(question, reader) : [])
    expect(readTyped(label, question, reader), name).toBe(option);
}

/** The buttons of a message in their order, as a tap on each arrives. */
function buttonsOf({ choices = [], menu = [] }: Outgoing): readonly Inbound['content'][] {
  return [
    ...choices.flat().flatMap(({ id, url }) => (url === undefined ? [{ type: 'choice', id } as const] : [])),
    ...menu.flat().flatMap(({ label, shares }) => (shares ? [] : [{ type: 'text', text: label } as const])),
  ];
}

function typed(text: string): Inbound {
  return { id: 'wechat:1', from: 'wechat:o1', at: 0, content: { type: 'text', text } };
}
