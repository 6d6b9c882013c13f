import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf, momentOf } from '../../src/calendar.ts';
import type { CaseEvent } from '../../src/cases/case-event.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { addHistory, changeCase, loadCase, loadCases, newCaseId, submissionEvent } from '../../src/cases/case-store.ts';
import { listCases } from '../../src/cases/desk/case-list.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { responsibleRegions } from '../../src/cases/routing.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { openCase, STREET, shown, staff } from './desk.ts';

const CASES = 1000;
const REGION = '990101001001005';

let app: TestApp;
let desk: Phone;
const filed: Report[] = [];

beforeAll(async () => {
  app = await openTestApp();
  const { store, services } = app.running;
  const now = app.simulator.world.now();
  // After working hours: no limit has passed by ten in the morning, whichever day of the week it is.
  const lastEvening = momentOf(`${dayOf(now - DAY_MS)}T20:00`);
  for (let n = 0; n < CASES; n += 1) {
    filed.push({
      id: newCaseId(randomInt),
      number: newCaseNumber(randomInt),
      category: n % 2 === 0 ? 'flooding' : 'stairwell_clutter',
      place: { region: REGION, text: `${(n % 40) + 1}栋楼下` },
      description: { text: n === 700 ? '井盖旁边的水管爆了' : '过不去人' },
      photos: [],
      urgent: n === 900,
      // The first five and the urgent one have missed their deadlines; the last three are of today.
      filedAt: n < 5 ? now - 40 * DAY_MS : n < CASES - 3 ? lastEvening - n * 1000 : now - n,
      ...responsibleRegions(REGION, services.city.regions),
    });
  }
  await bulkWrite(
    store,
    filed.flatMap((report, n) => {
      const accepted = {
        type: 'accepted',
        to: 'filed',
        at: now,
        as: 'dispatcher',
        by: 'x',
        clock: { cure: '3wd' },
      } as const;
      const isAccepted = n >= 800 && n < 850 && n % 2 === 1;
      return addHistory(store, [submissionEvent(report), ...(isAccepted ? [accepted] : [])], `test:${n}`, now);
    }),
  );
  desk = await staff(app, '调度小陈', 'dispatcher', STREET);
}, 60_000);
afterAll(() => app.close());

/** Buttons of the list that appears or changes now; notes about deadlines may come after it. */
const labels = async (what: RegExp) => {
  await desk.hasNew(what);
  const list = (await desk.fromBot()).findLast(({ text }) => what.test(text ?? ''));
  return list?.buttons.flat().map(({ text }) => text) ?? [];
};
const casesIn = (buttons: readonly string[]) => buttons.filter((text) => /[0-9A-Z]{4}-[0-9A-Z]{4}/.test(text));
const open = async () => {
  await desk.say('/cancel');
  await desk.say('我的待办');
  return labels(/这些等您办，一共 1000 件/);
};

test('a search that comes again reads whole records only of changed cases', async () => {
  const { store, services } = app.running;
  const { redis, keys } = store;
  const reader = { grants: [{ role: 'office', scope: '*', since: 0 }], me: 'x' } as const;
  const now = app.simulator.world.now();
  const search = async (words: string) => {
    const found = await listCases(store, services.city, reader, { words, stage: 'intake', page: 0 }, now);
    return found.cases.map(({ number }) => number);
  };
  const bytesOut = async () => Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1]);
  const start = await bytesOut();
  expect(await search('水管')).toEqual([filed[700]?.number]);
  const first = await bytesOut();
  expect(await search('水管')).toEqual([filed[700]?.number]);
  expect((await bytesOut()) - first).toBeLessThan((first - start) / 3);

  const changed = filed[702]?.id ?? '';
  const added: CaseEvent = { type: 'added', at: now, as: 'reporter', by: '', words: { text: '水管也漏了' } };
  const [case702] = await loadCases(store, [changed]);
  if (!case702) throw new Error('A case is missing.');
  await bulkWrite(store, changeCase(store, case702, added).writes);
  expect(await search('水管也漏')).toEqual([filed[702]?.number]);
  expect((await search('水管')).toSorted()).toEqual([filed[700]?.number, filed[702]?.number].toSorted());
  await redis.zrem(keys.casesNews, `${changed} 2`);
});

test('a thousand cases are paged, the urgent one on top', async () => {
  const first = await open();
  expect(casesIn(first)).toHaveLength(10);
  expect(first[0]).toContain(shown(filed[900]?.number ?? ''));
  await desk.tap('后十件');
  const second = await labels(/这些等您办/);
  expect(casesIn(second)).toHaveLength(10);
  expect(casesIn(second).some((text) => casesIn(first).includes(text))).toBe(false);
  await desk.tap('前十件');
  expect(casesIn(await labels(/这些等您办/))).toEqual(casesIn(first));
});

test('typed words find by kind, place and description; all of them must match', async () => {
  await open();
  await desk.say('水管爆了');
  const found = await labels(/找到 1 件/);
  expect(casesIn(found)[0]).toContain(shown(filed[700]?.number ?? ''));
  await desk.say('积水 17栋');
  expect(casesIn(await labels(/找到 25 件/))).toHaveLength(10);
  await desk.say('长颈鹿');
  expect(casesIn(await labels(/没有找到/))).toEqual([]);
  await desk.tap('看全部');
  expect(casesIn(await labels(/一共 1000 件/))).toHaveLength(10);
});

test('a typed number opens the case, wherever in the list it is', async () => {
  await open();
  const { number } = filed[555] as Report;
  await desk.say(shown(number).toLowerCase());
  await desk.hasSeen(new RegExp(`编号 ${shown(number)}`));
  // Typed at this card, another number opens that case.
  const other = shown(filed[42]?.number ?? '');
  await desk.say(other);
  await desk.hasSeen(new RegExp(`编号 ${other}`));
});

test('a refusal repeats deed, reason and words before it is done; a case number is no explanation', async () => {
  await open();
  const { number } = filed[43] as Report;
  await desk.say(shown(number));
  await desk.hasSeen(new RegExp(`编号 ${shown(number)}`));
  await desk.tap('不予受理');
  await desk.hasNew(/什么理由/);
  await desk.tap('现场没有看到');
  await desk.hasNew(/请写一两句说明/);
  await desk.say(shown(filed[44]?.number ?? ''));
  await desk.hasNew(/请打字，或者发一段语音/);
  await desk.say('去了两次都没有看到');
  await desk.hasNew(/就这样办吗.*不予受理：.*理由：现场没有看到.*说明：去了两次都没有看到/s);
  // On second thoughts the card of the case comes back; the same deed then keeps what was said.
  await desk.tap('再想想');
  // Only this card has a button that changes nothing.
  await desk.withButton('不改了');
  await desk.tap('不予受理');
  await desk.hasNew(/就这样办吗.*说明：去了两次都没有看到/s);
  await desk.tap('关上');
  expect((await loadCase(app.running.store, filed[43]?.id as Report['id']))?.record.state).toBe('submitted');
});

test('buttons show the overdue, the unassigned and those of today', async () => {
  await open();
  await desk.tap('超期的');
  expect(casesIn(await labels(/一共 6 件/))).toHaveLength(6);
  await desk.tap('看全部');
  await labels(/这些等您办/);
  await desk.tap('今天报的');
  const today = casesIn(await labels(/一共 3 件/));
  expect(today.map((text) => text.slice(-9)).sort()).toEqual(
    filed
      .slice(-3)
      .map(({ number }) => shown(number))
      .sort(),
  );
});

test('typed words search outside any talk and at the card of a case; a whole sentence still reports', async () => {
  await open();
  await desk.tap('关上');
  await desk.sees(/好的/);
  await desk.say('楼梯间 17栋');
  await desk.sees(/没有找到/);
  await desk.tap('关上');
  await desk.sees(/好的/);
  await desk.say('积水');
  await labels(/找到 500 件有『积水』的/);
  await desk.say(shown(filed[45]?.number ?? ''));
  await desk.hears(new RegExp(`编号 ${shown(filed[45]?.number ?? '')}`));
  await desk.say('水管爆了');
  expect(casesIn(await labels(/找到 1 件有『水管爆了』的/))).toHaveLength(1);
  await desk.tap('关上');
  await desk.sees(/好的/);
  await desk.say('找一下 积水 17栋');
  await desk.sees(/找到 25 件/);
  await desk.tap('关上');
  await desk.sees(/好的/);
  await desk.say('人民路上的路灯坏了三天了');
  await desk.sees(/我是社区安全助手/);
  await desk.tap('不同意');
});

test('a button shows what is in one’s own hands', async () => {
  const { number } = filed[46] as Report;
  await openCase(desk, number);
  await desk.tap('立案');
  await desk.hasNew(/高风险/);
  await desk.tap('一般');
  await desk.hasNew(/立案了/);
  await desk.say('我的待办');
  await labels(/这些等您办/);
  await desk.tap('我手上的');
  expect(casesIn(await labels(/一共 1 件/))[0]).toContain(shown(number));
});

test('twenty accepted cases of one kind are dispatched with one confirmation', async () => {
  await desk.say('我的待办');
  await labels(/这些等您办/);
  await desk.tap('一起派');
  await desk.hasNew(/哪一类一起派/);
  await desk.tap('楼道');
  await desk.hasNew(/哪几件？都勾好了/);
  const ticked = await desk.withButton('✅ 选好了');
  expect(casesIn(ticked.buttons.flat().map(({ text }) => text))).toHaveLength(20);
  const [left = ''] = casesIn(ticked.buttons.flat().map(({ text }) => text));
  const number = left.slice(-9);
  await desk.tap(number);
  await desk.hasNew(/哪几件？都勾好了/);
  await desk.tap('选好了');
  await desk.hasNew(/派给谁/);
  await desk.tap('各按规矩派');
  await desk.hasNew(/就这样派吗？一共 19 件.*单位：📏 各按规矩派：\S*街道/s);
  await desk.tap('确定');
  await desk.hasNew(/派出去 19 件/);
  const accepted = filed.filter((_, n) => n >= 800 && n < 850 && n % 2 === 1);
  const after = await loadCases(
    app.running.store,
    accepted.map(({ id }) => id),
  );
  const dispatched = after.filter(({ record }) => record.state === 'dispatched');
  expect(dispatched).toHaveLength(19);
  expect(dispatched.every(({ record }) => record.unit !== undefined && record.route?.rule !== 'chosen')).toBe(true);
  expect(dispatched.map(({ record }) => shown(record.number))).not.toContain(number);
  await expectInvariants(app.running.store);
});

test('a lead sees the street: counts by state, overdue ones, the oldest, and a picture', async () => {
  const lead = await staff(app, '陈主任', 'lead', STREET);
  await lead.say('📈 街道一览');
  await expect.poll(async () => (await lead.fromBot()).at(-1)?.photo).toBeDefined();
  const card = (await lead.fromBot()).at(-1);
  expect(card?.caption).toMatch(/在办 1000 件，超期 \d+ 件。\n\n1\. 待受理：974 件，超期 6 件\n2\. /);
  expect(card?.caption).toMatch(/已派遣[^\n]*：19 件/);
  const oldest = filed.slice(0, 5).map(({ number }) => shown(number));
  const [, first = ''] = /最久的：\n(\S+) /.exec(card?.caption ?? '') ?? [];
  expect(oldest).toContain(first);
  await lead.tap('看最久的一件');
  await lead.sees(new RegExp(`编号 ${first}`));
});
