import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadEvents } from '../../src/cases/case-store.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { caseOf, STREET, shown, staff } from './desk.ts';

let app: TestApp;
let number: string;
let auditor: Phone;
beforeAll(async () => {
  app = await openTestApp();
  const zhou = await app.phone('周阿姨');
  await report(zhou);
  number = (await caseOf(app, zhou)).number;
  auditor = await staff(app, '审计老马', 'auditor', STREET);
});
afterAll(() => app.close());

const buttonsOf = async (phone: Phone, text: RegExp) => (await phone.sees(text)).buttons.flat().map((b) => b.text);

test('an auditor lists and reads the cases of the own street', async () => {
  await auditor.say('审计');
  await auditor.tap('案件');
  await auditor.tap(shown(number).slice(0, 4));
  const buttons = await buttonsOf(auditor, new RegExp(`编号 ${shown(number)}`));
  expect(buttons.join()).not.toMatch(/立案|不受理|派遣|请志愿者|隐去/);
});

test('an auditor of another street does not see the case', async () => {
  const other = await staff(app, '审计老牛', 'auditor', '990101002000');
  await other.say(shown(number));
  await other.hears(/不归您|没有/);
  expect((await other.fromBot()).some(({ text }) => text?.includes(`编号 ${shown(number)}`))).toBe(false);
});

test('a forged action of an auditor changes nothing', async () => {
  const { store } = app.running;
  const id = (await store.redis.get(store.keys.caseNumber(number))) ?? '';
  const before = (await loadEvents(store, id)).length;
  for (const action of ['accepted', 'rejected', 'redacted']) {
    await auditor.forge((await auditor.sees(/./)).message_id, `go/my-work/${number}.${action}`);
    await app.settle();
  }
  expect((await loadEvents(store, id)).length).toBe(before);
});

test('an auditor’s trail holds all events of own cases by pseudonym; the log needs the whole city', async () => {
  const { store } = app.running;
  const filesOf = async (phone: Phone, n: number) => {
    await phone.sees(/您要看什么/);
    await phone.tap('留痕文件');
    await expect.poll(() => namesOf(phone), { timeout: PATIENCE_MS }).toHaveLength(n);
    return (await namesOf(phone)).sort();
  };
  const namesOf = async (phone: Phone) => (await phone.messages()).flatMap(({ document }) => document ?? []);
  await auditor.say('审计');
  expect(await filesOf(auditor, 1)).toEqual(['case-events.csv']);
  const all = await staff(app, '市审计', 'auditor', '*');
  await all.say('审计');
  expect(await filesOf(all, 2)).toEqual(['audit.csv', 'case-events.csv']);
  expect(await store.redis.xlen(store.keys.audit)).toBeGreaterThan(0);
});

test('an auditor reads announcements and may not write, submit or approve one', async () => {
  await auditor.say('公告');
  await auditor.hasNew(/公告/);
  await auditor.say('写公告');
  await auditor.hasNew(/受理员|负责人|平安办/);
});
