import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPerson } from '../../src/people/person-store.ts';
import { EVERYWHERE } from '../../src/people/role.ts';
import { importQuestionnaire } from '../../src/surveys/survey-cli.ts';
import { loadWaves } from '../../src/surveys/wave/wave-store.ts';
import { STREET, staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const UNSURE = { value: '9', text: '说不清', anlinRole: 'dont_know' };
const radio = (name: string, title: string, ...texts: readonly string[]) => ({
  type: 'radiogroup',
  name,
  title,
  choices: [...texts.map((text, i) => ({ value: String(i + 1), text })), UNSURE],
});
const FORM = {
  title: '路灯问卷',
  anlinKey: 'lamps',
  pages: [
    {
      elements: [
        radio('A1', '路灯够亮吗？', '够亮', '太暗'),
        { type: 'comment', name: 'A2', title: '哪儿太暗？', visibleIf: "{A1} = '2'" },
        radio('C1', '有人告诉过您怎么答吗？', '有', '没有'),
      ],
    },
  ],
};
const WORDS = '老槐树下第七块砖那儿';

let app: TestApp;
let lead: Phone;

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  lead = await staff(app, '负责人陈主任', 'lead', STREET);
  const kept = await importQuestionnaire(
    app.running.store,
    Buffer.from(JSON.stringify(FORM)),
    app.running.services.now(),
  );
  expect(kept).toMatchObject({ type: 'kept', key: 'lamps' });
}, 60_000);
afterAll(() => app.close());

/** All that the store holds, as text. */
async function everything(): Promise<string> {
  const { redis } = app.running.store;
  const found: string[] = [];
  for (const key of await redis.keys('*'))
    found.push(key, ((await redis.dumpBuffer(key)) ?? Buffer.alloc(0)).toString('latin1'));
  return found.join('\n');
}

test('an organiser taps through the questions of a questionnaire, and nothing is stored or counted', {
  timeout: 60_000,
}, async () => {
  await lead.say('问卷调查');
  await lead.sees(/看哪一期/);
  await lead.tap('开一期新的');
  await lead.sees(/哪一片/);
  await lead.tap('整个街道');
  await lead.sees(/用哪一份问卷/);
  await lead.tap('路灯问卷');
  await lead.sees(/哪一套指标/);
  await lead.tap('点着试答一遍');
  const begin = await lead.sees(/^👀 预览/);
  // The words of the survey itself.
  expect(begin.text).toMatch(/不保存、不计数.*这份问卷问的是您自己的感受/s);
  await lead.tap('开始');
  await lead.sees(/^👀 预览 1\/3\n\n路灯够亮吗？/m);
  await lead.tap('太暗');
  await lead.sees(/👀 预览 2\/3\n\n哪儿太暗？/);
  await lead.tap('上一步');
  await lead.sees(/👀 预览 1\/3/);
  // An answer that ends the condition skips the question, as in the survey.
  await lead.tap('够亮');
  await lead.sees(/👀 预览 3\/3/);
  await lead.tap('上一步');
  await lead.sees(/👀 预览 1\/3/);
  await lead.tap('太暗');
  await lead.sees(/👀 预览 2\/3/);
  await lead.say(WORDS);
  await lead.sees(/👀 预览 3\/3/);
  await lead.tap('没有');
  await lead.sees(/👀 预览\n\n都问完了/);
  await lead.tap('交上去');
  await lead.hasSeen(/这是预览，没有保存/);
  // The wave that was being made goes on.
  await lead.tap('接着填');
  await lead.sees(/哪一套指标/);
  await app.settle();
  const person = await loadPerson(app.running.store, `telegram:${lead.id}`);
  expect(person.talks).toMatchObject({ active: { flow: 'my-surveys' }, paused: [] });
  expect(await loadWaves(app.running.store)).toEqual([]);
  expect(await everything()).not.toContain(Buffer.from(WORDS).toString('latin1'));
});

test('the preview is typed for as well, and closed to residents', { timeout: 60_000 }, async () => {
  await lead.say('预览问卷');
  await lead.sees(/预览哪一份问卷/);
  await lead.tap('平安感受');
  await lead.sees(/^👀 预览：/m);
  await lead.tap('这次不答');
  await lead.hasSeen(/这是预览，没有保存/);
  const zhou = await app.phone('周阿姨');
  await zhou.say('/start');
  const { message_id } = await zhou.sees(/./);
  await zhou.forge(message_id, 'go/preview-survey/lamps');
  await zhou.hasSeen(/问卷由街道、市的负责人来开/);
});

test('a page of the console plays it too', { timeout: 60_000 }, async () => {
  const browser = await signIn(app, await staff(app, '平安办', 'office', EVERYWHERE));
  const play = (inputs: readonly { readonly step: string; readonly option: string }[]) =>
    browser.form('preview-survey', {
      argument: 'lamps',
      inputs: [...inputs],
      op: `preview-${inputs.length}-${'x'.repeat(16)}`,
    });
  expect(await play([{ step: 'begin', option: 'start' }])).toMatchObject({
    type: 'asks',
    question: { step: 'q1', text: expect.stringContaining('👀 预览 1/3') },
  });
  expect(
    await play([
      { step: 'begin', option: 'start' },
      { step: 'q1', option: '1' },
      { step: 'q3', option: '2' },
      { step: 'send', option: 'yes' },
    ]),
  ).toMatchObject({ type: 'done', says: [{ text: '👀 预览到这里。这是预览，没有保存。' }] });
});
