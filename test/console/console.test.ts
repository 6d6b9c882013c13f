import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { makeApiKey } from '../../src/cases/api-key.ts';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import {
  addCase,
  changeCase,
  loadCase,
  loadCases,
  loadEvents,
  newCaseId,
  redactCase,
  removeCase,
} from '../../src/cases/case-store.ts';
import { loadRemembered } from '../../src/cases/desk/case-memory.ts';
import { idsAtStage } from '../../src/cases/desk/stage-order.ts';
import type { HazardCase } from '../../src/cases/hazard-case.ts';
import { responsibleRegions } from '../../src/cases/routing.ts';
import { makeWebhook } from '../../src/cases/webhook.ts';
import { loadCityData, saveCityData, undoCityChange } from '../../src/city/city-store.ts';
import type { PostedForm } from '../../src/console/forms.ts';
import type { CaseCard, CasePage } from '../../src/console/pages/cases.ts';
import type { CategoryPage, ImportAnswer } from '../../src/console/pages/city-data.ts';
import type { PeoplePage } from '../../src/console/pages/people.ts';
import type { AuditPage, SettingsPage } from '../../src/console/pages/settings.ts';
import type { StandardList } from '../../src/console/pages/standards.ts';
import type { TaskRow } from '../../src/console/pages/tasks.ts';
import { PAGES, ROLES_OF_PAGE } from '../../src/console/pages.ts';
import { writeXlsx } from '../../src/files/write-xlsx.ts';
import { defaultStandard } from '../../src/inspections/standards/default-standards.ts';
import { STANDARD_COLUMNS, standardRows } from '../../src/inspections/standards/standard-rows.ts';
import { loadStandard, loadVersion } from '../../src/inspections/standards/standard-store.ts';
import type { Role } from '../../src/people/role.ts';
import { EVERYWHERE, ROLES } from '../../src/people/role.ts';
import { colleagueId } from '../../src/people/staff-list.ts';
import { randomFrom } from '../../src/random.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { connect } from '../../src/store/connect.ts';
import type { Change, Kept } from '../../src/store/records/versioned-record.ts';
import { keepTask } from '../../src/volunteers/tasks/task-store.ts';
import { caseOf, enlist, STREET, shown, staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { crowd, giveTask } from '../volunteers/crowd.ts';
import { Browser, leaveStaff, signIn, stepUp } from './browser.ts';

const OTHER_STREET = '990102001000';

let app: TestApp;
/** One organiser of each role for the whole city. */
const ofCity = new Map<Role, Browser>();
const phones = new Map<Role, Phone>();
let desk: Browser;
let laoWu: Phone;
let elsewhere: Browser;
let filed: HazardCase;

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example.org' });
  const zhou = await app.phone('周阿姨');
  for (const role of ROLES) {
    const phone = await staff(app, role, role, EVERYWHERE);
    phones.set(role, phone);
    ofCity.set(role, await signIn(app, phone));
  }
  laoWu = await staff(app, '老吴', 'dispatcher', STREET);
  desk = await signIn(app, laoWu);
  elsewhere = await signIn(app, await staff(app, '远处', 'dispatcher', OTHER_STREET));
  await report(zhou);
  filed = await caseOf(app, zhou);
}, 90_000);
afterAll(() => app.close());

const phoneOf = (role: Role): Phone => {
  const phone = phones.get(role);
  if (!phone) throw new Error(`There is no phone of a ${role}.`);
  return phone;
};
const browserOf = (role: Role): Browser => ofCity.get(role) ?? new Browser(app);
const list = async (browser: Browser, query = '') => (await browser.get(`/cases?${query}`)).body as unknown as CasePage;
const form = (argument: string, inputs: PostedForm['inputs'] = [], op: string = randomUUID()) => ({
  argument,
  inputs,
  op,
});

describe('who may see what', () => {
  const ROUTES = PAGES.map((page) => [page, page === 'settings' ? '/settings/audit' : `/${page}`] as const);

  test.each(ROUTES)('%s is open to its roles only', async (page, path) => {
    expect((await new Browser(app).get(path)).status).toBe(401);
    for (const role of ROLES) {
      const { status, body } = await browserOf(role).get(path);
      expect([role, status], JSON.stringify(body).slice(0, 200)).toEqual([
        role,
        ROLES_OF_PAGE[page].includes(role) ? 200 : 403,
      ]);
    }
  });

  test.each([
    '/me',
    '/stream',
    '/home/charts',
    '/home/map',
    '/cases/export/csv',
    '/cases/X/photos/Y',
    '/sessions',
    '/no-such-route',
  ])('%s is closed without a session', async (path) => {
    const { status, headers } = await new Browser(app).get(path);
    expect(status).toBe(401);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('the pages of people and tasks count and list what the reader can open', async () => {
    const { store } = app.running;
    const now = app.simulator.world.now();
    const applicant = await app.phone('报名的人');
    await crowd(store, [`telegram:${applicant.id}`], now, { state: 'applied' });
    const [near, far] = [
      await signIn(app, await staff(app, '本街道负责人', 'lead', STREET)),
      await signIn(app, await staff(app, '别处负责人', 'lead', OTHER_STREET)),
    ];
    const appliedOn = async (browser: Browser) =>
      ((await browser.get('/people')).body as unknown as PeoplePage).applied;
    expect([await appliedOn(near), await appliedOn(far)]).toEqual([1, 0]);
    // A task may be given ninety days ahead.
    const task = { ...(await giveTask(store, 1, now)), from: now + 85 * DAY_MS, until: now + 85 * DAY_MS + HOUR_MS };
    await bulkWrite(store, keepTask(store, task).writes);
    const listed = async (browser: Browser) => ((await browser.get('/tasks')).body as unknown as TaskRow[]).length;
    expect([await listed(near), await listed(far)]).toEqual([1, 0]);
  });

  test('premises in a street that an import adds are on their page at once', async () => {
    const { store } = app.running;
    // The page is open before the import.
    expect((await browserOf('office').get('/units')).status).toBe(200);
    const { regions, premises } = await loadCityData(store);
    const [first] = premises;
    const street = regions.find(({ id }) => id === STREET);
    if (!first || !street) throw new Error('The city has no premises or no street.');
    const added = { ...street, id: '990101099000', names: { 'zh-CN': '新街道' } };
    const school = { ...first, id: 'new-school', region: added.id };
    const parts = { regions: [...regions, added], premises: [...premises, school] };
    await saveCityData(store, parts, 'test', app.simulator.world.now());
    await app.tick('city-reload');
    const lead = await signIn(app, await staff(app, '新街道负责人', 'lead', added.id));
    expect((await lead.get(`/units/${school.id}`)).status).toBe(200);
    await undoCityChange(store, app.simulator.world.now());
    await app.tick('city-reload');
  });

  test('a case outside the scope is unknown: its card, its photos and its deeds', async () => {
    const path = `/cases/${filed.number}`;
    expect((await desk.get(path)).status).toBe(200);
    expect((await elsewhere.get(path)).status).toBe(404);
    expect((await elsewhere.get(`${path}/photos/x`)).status).toBe(404);
    expect((await list(elsewhere, 'stage=intake')).total).toBe(0);
    expect((await list(elsewhere, `q=${filed.number}`)).rows).toEqual([]);
    const tried = await elsewhere.form(
      'my-work',
      form(`${filed.number}.accepted`, [{ step: 'risk', option: 'usual' }]),
    );
    expect(tried).toMatchObject({ type: 'done', outcome: 'refused' });
    expect((await loadCase(app.running.store, filed.id))?.record.state).toBe('submitted');
  });

  test('flows of residents are no forms of the console', async () => {
    for (const flow of ['answer-survey', 'report-hazard', 'forget-me', 'no-such-flow'])
      expect((await desk.post(`/talks/${flow}`, form('all'))).status, flow).toBe(404);
  });
});

describe('the list of hazards', () => {
  test('counts, filters and finds what the scope holds', async () => {
    const whole = await list(browserOf('office'), 'stage=intake');
    expect(whole).toMatchObject({
      total: 1,
      counts: { intake: 1, work: 0, check: 0, shelved: 0, ended: 0 },
      cut: false,
    });
    expect(whole.rows[0]).toMatchObject({
      number: filed.number,
      shown: shown(filed.number),
      stage: 'intake',
      urgent: false,
    });
    for (const query of [
      `q=${shown(filed.number).toLowerCase()}`,
      'q=飞线',
      'only=unassigned',
      `region=${STREET}`,
      'category=fire',
    ])
      expect(
        (await list(desk, query)).rows.map(({ number }) => number),
        query,
      ).toEqual([filed.number]);
    for (const query of ['q=没有这样的', 'only=overdue', 'stage=ended', 'region=990102001000', 'category=flooding'])
      expect((await list(desk, query)).rows, query).toEqual([]);
    expect((await list(desk, 'page=-3')).page).toBe(0);
    expect((await list(desk, 'page=9')).rows).toEqual([]);
  });

  test('its pages are those of all lists merged, at any depth and with many cases at one moment', async () => {
    const { store } = app.running;
    const owners = ['desk:a', 'desk:b', 'desk:c', 'unit:d', 'desk:none'];
    const random = randomFrom(7);
    for (const stage of ['work', 'ended'] as const) {
      const lists = owners.map((owner, i) =>
        Array.from({ length: i === 4 ? 0 : 900 + 700 * i }, (_, n) => {
          // A third lies at one moment, the others over a month.
          const score = 1_800_000_000_000 + (n % 3 === 0 ? 1e9 : Math.floor(random() ** 3 * 2.6e9));
          return { id: `case_${owner}${String(n).padStart(5, '0')}`, score };
        }),
      );
      for (const [i, list] of lists.entries())
        if (list.length > 0)
          await store.redis.zadd(
            store.keys.casesAtStage(owners[i] ?? '', stage),
            ...list.flatMap(({ id, score }) => [score, id]),
          );
      const sizes = lists.map(({ length }) => length);
      const sign = stage === 'ended' ? -1 : 1;
      const merged = lists
        .flatMap((list) => list.toSorted((a, b) => sign * (a.score - b.score || (a.id < b.id ? -1 : 1))))
        .toSorted((a, b) => sign * (a.score - b.score))
        .map(({ id }) => id);
      const all = await idsAtStage(store, owners, stage, sizes, [0, merged.length]);
      expect(all).toEqual(merged);
      for (const from of [0, 50, 1000, 1001, 2450, 4000, merged.length - 30, merged.length, 1e9])
        expect(await idsAtStage(store, owners, stage, sizes, [from, from + 50]), `${stage} ${from}`).toEqual(
          merged.slice(from, from + 50),
        );
      await store.redis.del(...owners.map((owner) => store.keys.casesAtStage(owner, stage)));
    }
  });

  test('a process that remembers cases sees at once what others wrote, and reads nothing else again', async () => {
    const { store, services } = app.running;
    const { region } = filed.place;
    const now = services.now();
    // Processes remember by their connections.
    const redis = connect(app.redis.url);
    const other = { ...store, redis };
    const reports = Array.from({ length: 3 }, () => ({
      ...{ id: newCaseId(randomInt), number: newCaseNumber(randomInt), category: 'stairwell_clutter' },
      ...{
        place: { region: region ?? '' },
        description: { text: '过不去人' },
        photos: [],
        urgent: false,
        filedAt: now,
      },
      ...responsibleRegions(region, services.city.regions),
    }));
    const ids = reports.map(({ id }) => id);
    let known: Awaited<ReturnType<typeof loadCases>> = [];
    /** Versions of the cases, and how many of them were read again. */
    const seen = async () => {
      const found = await loadRemembered(other, ids);
      expect(found).toEqual(await loadCases(store, ids));
      const read = found.filter((kept) => !known.includes(kept)).length;
      known = found;
      return { versions: found.map(({ version }) => version), read };
    };
    const write = ({ writes }: Pick<Change, 'writes'>) => bulkWrite(store, writes);
    const keptOf = async (id = '') => (await loadCase(store, id)) as Kept<HazardCase>; // written here
    const note = async (id?: string) =>
      write(changeCase(store, await keptOf(id), { type: 'noted', at: now, as: 'dispatcher', by: 'x' }));
    const [first, second] = ids;
    for (const report of reports.slice(0, 2)) await write(addCase(store, report, 'telegram:1'));
    expect(await seen()).toEqual({ versions: [1, 1], read: 2 });
    expect(await seen()).toEqual({ versions: [1, 1], read: 0 });
    for (const report of reports.slice(2)) await write(addCase(store, report, 'telegram:1'));
    // Two events in one millisecond.
    await note(first);
    expect(await seen()).toEqual({ versions: [2, 1, 1], read: 2 });
    await note(first);
    expect(await seen()).toEqual({ versions: [3, 1, 1], read: 1 });
    // A redaction is no event, and a deletion leaves no record.
    const events = await loadEvents(store, second ?? '');
    await write(redactCase(store, await keptOf(second), { events, redaction: { words: true }, now }));
    expect(await seen()).toEqual({ versions: [3, 2, 1], read: 1 });
    await write(removeCase(store, await keptOf(first), now));
    expect(await seen()).toEqual({ versions: [2, 1], read: 0 });
    // Once the store does not name every write any more, all are read.
    await note(second);
    await store.redis.del(store.keys.caseWrites);
    expect(await seen()).toEqual({ versions: [3, 1], read: 2 });
    // A search that read an old record, before a second one saw that it was written, does not remember it.
    await note(second);
    const [held, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const pipeline = redis.pipeline.bind(redis);
    redis.pipeline = () => {
      const reads = pipeline();
      const exec = reads.exec.bind(reads);
      // The answers of Redis itself, handed on late.
      reads.exec = async () => {
        const answers = await exec();
        begun.resolve();
        await held.promise;
        return answers;
      };
      return reads;
    };
    const late = loadRemembered(other, ids);
    await begun.promise;
    redis.pipeline = pipeline;
    await note(second);
    await loadRemembered(other, ids);
    held.resolve();
    await late;
    expect((await seen()).versions).toEqual([5, 1]);
    for (const id of ids.slice(1)) await write(removeCase(store, await keptOf(id), now));
    redis.disconnect();
  });

  test('the exported file holds what the screen shows under the same filter, needs a number, and is audited', async () => {
    const { rows } = await list(desk, 'q=飞线');
    expect((await desk.get('/cases/export/csv?q=飞线')).body).toEqual({ error: 'step_up' });
    await stepUp(laoWu, desk);
    const { body } = await desk.get('/cases/export/csv?q=飞线');
    const lines = String(body.text).trim().split('\r\n');
    expect(lines).toHaveLength(rows.length + 1);
    expect(lines[1]).toContain(`${rows[0]?.shown},${rows[0]?.category}`);
    const { headers } = await desk.get('/cases/export/xlsx?q=飞线');
    expect(headers.get('content-type')).toContain('spreadsheetml');
    const { body: audit } = await browserOf('auditor').get('/settings/audit?what=cases_exported');
    expect((audit as unknown as AuditPage).entries.map(({ what }) => what)).toEqual([
      'cases_exported:1',
      'cases_exported:1',
    ]);
  });
});

describe('a deed', () => {
  test('takes effect once, however often its call comes', async () => {
    const posted = form(`${filed.number}.accepted`, [{ step: 'risk', option: 'usual' }]);
    const first = await Promise.all([desk.form('my-work', posted), desk.form('my-work', posted)]);
    const again = await desk.form('my-work', posted);
    expect(first.map(({ type }) => type).toSorted()).toEqual(['done', expect.stringMatching(/^done/)]);
    expect(again.type).toBe('done_before');
    const events = await loadEvents(app.running.store, filed.id);
    expect(events.filter(({ type }) => type === 'accepted')).toHaveLength(1);
    await expectInvariants(app.running.store);
  });

  test('asks step by step, shows what the resident will read, and says what is missing', async () => {
    const asked = await desk.form('my-work', form(`${filed.number}.dispatched`));
    expect(asked).toMatchObject({ type: 'asks', title: '我的待办', question: { step: 'unit', kind: 'choice' } });
    if (asked.type !== 'asks') return;
    const unit = asked.question.options[0]?.id ?? '';
    const sure = await desk.form('my-work', form(`${filed.number}.dispatched`, [{ step: 'unit', option: unit }]));
    expect(sure).toMatchObject({ type: 'asks', question: { step: 'sure' }, preview: expect.stringMatching(/派给/) });
    const wrong = await desk.form('my-work', form(`${filed.number}.noted`, [{ step: 'words', text: '好' }]));
    expect(wrong).toMatchObject({ type: 'asks', question: { step: 'words', lead: expect.stringMatching(/./) } });
  });

  test('of two people on one case, the second learns what the first did, and nothing is lost', async () => {
    const card = (await desk.get(`/cases/${filed.number}`)).body as unknown as CaseCard;
    const unit = { step: 'unit', option: `office_${STREET}` };
    const open = await desk.form('my-work', form(`${filed.number}.dispatched`, [unit]));
    if (open.type !== 'asks') throw new Error('The card does not ask.');
    const { seal, options } = open.question;
    const yes = { step: 'sure', option: options[0]?.id ?? '', seal };
    const other = browserOf('dispatcher');
    expect(await other.form('my-work', form(`${filed.number}.dispatched`, [unit, yes]))).toMatchObject({
      type: 'done',
      outcome: 'case_dispatched',
    });
    const late = await desk.form('my-work', form(`${filed.number}.dispatched`, [unit, yes]));
    // The case may still go to another unit, so the form asks again, and the first dispatch stands.
    expect(late).toMatchObject({ type: 'asks', question: { step: 'unit' }, used: 1 });
    const events = await loadEvents(app.running.store, filed.id);
    expect(events.filter(({ type }) => type === 'dispatched')).toHaveLength(1);
    const now = (await desk.get(`/cases/${filed.number}`)).body as unknown as CaseCard;
    expect(now.version).toBeGreaterThan(card.version);
    expect(now.stage).toBe('work');
  });

  test('a body that is no form is refused', async () => {
    for (const body of [
      {},
      { inputs: [], op: 'short' },
      { inputs: 'x', op: randomUUID() },
      { inputs: [{ step: 'a' }], op: randomUUID() },
    ])
      expect((await desk.post('/talks/my-work', body)).status).toBe(400);
  });
});

test('the stream tells of a new case at once, and only in its scope', async () => {
  const follow = async (browser: Browser) => {
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const stop = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${app.running.web.port}/console/api/stream`, {
      headers: { cookie },
      signal: stop.signal,
    });
    let text = '';
    const reading = (async () => {
      for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => {});
    const end = () => {
      stop.abort();
      return reading;
    };
    return { text: () => text, stop: end };
  };
  const [here, there] = [await follow(desk), await follow(elsewhere)];
  const emma = await app.phone('小陈');
  await report(emma);
  const { number } = await caseOf(app, emma);
  await expect
    .poll(here.text, { timeout: PATIENCE_MS })
    .toMatch(new RegExp(`{"number":"${number}","version":\\d+,"stage":"intake","is_new":true}`));
  expect(there.text()).not.toContain(number);
  await Promise.all([here.stop(), there.stop()]);
});

describe('dangerous deeds', () => {
  const invite = () =>
    form('', [
      { step: 'role', option: 'grid_worker' },
      ...['region', 'part', 'community'].map((step) => ({ step, option: 'here' })),
    ]);

  test('an invitation needs a number tapped in the chat', async () => {
    const office = browserOf('office');
    const { store } = app.running;
    const count = async () => (await store.redis.keys(store.keys.invitation('*'))).length;
    const before = await count();
    expect(await office.form('invite-staff', invite())).toEqual({ type: 'step_up' });
    expect(await count()).toBe(before);
    await stepUp(phoneOf('office'), office);
    expect(await office.form('invite-staff', invite())).toMatchObject({ type: 'done', outcome: 'staff_invited' });
    expect(await count()).toBe(before + 1);
  });

  test('a role that is taken away ends at once, in the chat and in the console', async () => {
    const office = browserOf('office');
    const people = (await office.get('/people')).body as unknown as PeoplePage;
    const one = people.staff.find(({ role, scope }) => role === 'dispatcher' && scope !== '全市');
    expect(one).toMatchObject({ me: false, who: expect.stringMatching(/^.{4}$/) });
    const gone = await office.form('remove-staff', form(one?.id ?? '', [{ step: 'sure', option: 'yes' }]));
    expect(gone).toMatchObject({ type: 'done', outcome: 'role_taken_away' });
    const left = [await desk.get('/me'), await elsewhere.get('/me')].map(({ status }) => status);
    expect(left.toSorted()).toEqual([200, 401]);
    const own = people.staff.find(({ role }) => role === 'office');
    expect(await office.form('remove-staff', form(own?.id ?? ''))).toMatchObject({
      type: 'asks',
      question: { step: 'who' },
    });
    await expectInvariants(app.running.store);
  });

  test('a person is told which role was taken away, and the console keeps what is left', async () => {
    const office = browserOf('office');
    const he = await enlist(app, await staff(app, '小何', 'dispatcher', STREET), 'grid_worker', STREET);
    const browser = await signIn(app, he);
    const who = app.running.store.pseudonym(`telegram:${he.id}`).slice(0, 4);
    const idOf = async (role: Role) => {
      const { staff: all } = (await office.get('/people')).body as unknown as PeoplePage;
      return all.find((one) => one.role === role && one.who === who)?.id ?? '';
    };
    const [boss, told] = [phones.get('office'), /不用您做了/];
    await boss?.forge((await boss.messages()).at(-1)?.message_id ?? 0, `go/remove-staff/${await idOf('dispatcher')}`);
    await boss?.sees(/收回『.+』受理员的角色/);
    await boss?.tap('收回');
    await he.sees(/『.+』受理员的工作，从现在起不用您做了.*您别的角色不变/s);
    expect((await browser.get('/me')).body).toMatchObject({ roles: [{ role: 'grid_worker' }] });
    expect((await browser.get('/broadcasts')).status).toBe(403);
    const gone = form(await idOf('grid_worker'), [{ step: 'sure', option: 'yes' }]);
    for (let i = 0; i < 2; i += 1) await office.form('remove-staff', gone);
    await he.sees(/『.+』网格员的工作，从现在起不用您做了/);
    expect((await browser.get('/me')).status).toBe(401);
    await app.settle();
    expect((await he.fromBot()).filter(({ text = '' }) => told.test(text))).toHaveLength(2);
  });

  test('the open cases of a lost colleague go to another one, and to no one without the right', async () => {
    const { store } = app.running;
    const [gone, next, outside] = [
      await staff(app, '走的人', 'dispatcher', STREET),
      await staff(app, '接的人', 'dispatcher', STREET),
      await staff(app, '外面的人', 'dispatcher', OTHER_STREET),
    ];
    const whoOf = ({ id }: Phone) => store.pseudonym(`telegram:${id}`);
    const zhao = await app.phone('赵阿姨');
    await report(zhao);
    const { id, number } = await caseOf(app, zhao);
    const accepted = await (await signIn(app, gone)).form(
      'my-work',
      form(`${number}.accepted`, [{ step: 'risk', option: 'usual' }]),
    );
    expect(accepted).toMatchObject({ outcome: 'case_accepted' });
    await leaveStaff(gone);
    const office = browserOf('office');
    const move = (to: string, op: string = randomUUID()) =>
      office.form('hand-over', {
        argument: colleagueId(whoOf(gone)),
        inputs: [
          { step: 'to', option: colleagueId(to) },
          { step: 'move', option: 'yes' },
        ],
        op,
      });
    // A colleague of another street is not offered, and a forged choice changes nothing.
    expect(await move(whoOf(outside))).toMatchObject({ type: 'asks', question: { step: 'to' } });
    // A dispatcher moves no one's cases: the flow knows no such colleague.
    const tried = await browserOf('dispatcher').form('hand-over', form(colleagueId(whoOf(gone))));
    expect(tried).toMatchObject({ type: 'done', outcome: 'refused' });
    const op = randomUUID();
    const [moved] = [await move(whoOf(next), op), await move(whoOf(next), op)];
    expect(moved).toMatchObject({ type: 'done', outcome: 'cases_moved' });
    const [event] = (await loadEvents(store, id)).slice(-1);
    expect(event).toMatchObject({ type: 'handed_over', as: 'office', holder: whoOf(next) });
    expect((await loadCase(store, id))?.record.holder).toBe(whoOf(next));
    await next.sees(/1 件案件现在请您接着办/);
    await app.settle();
    expect((await next.fromBot()).filter(({ text = '' }) => text.includes('接着办'))).toHaveLength(1);
    await expectInvariants(store);
  });

  test('city data are tried first, saved as they were looked at, and taken back', async () => {
    const office = browserOf('office');
    const units = new Blob(['单位代码,名称,电话\nu_lamp,路灯所,12345\n']);
    const dry = await office.upload('/settings/imports', { file: units });
    expect(dry.body).toMatchObject({ type: 'good', changes: 1, done: false });
    expect(app.running.services.city.units.has('u_lamp')).toBe(false);
    const planned = String(dry.body.planned);
    const wrong = await office.upload('/settings/imports', {
      file: new Blob(['单位代码,名称,电话\n,无名,1\n']),
      planned,
    });
    expect(wrong.body).toMatchObject({ type: 'bad', done: false });
    // Another import came between the look and the click: nothing is saved.
    const stale = await office.upload('/settings/imports', { file: units, planned: 'older' });
    expect(stale.body).toMatchObject({ done: false, planned });
    const saved = await office.upload('/settings/imports', { file: units, planned });
    expect(saved.body).toMatchObject({ done: true });
    expect((await browserOf('lead').upload('/settings/imports', { file: units, planned })).status).toBe(403);
    const list = (await office.get('/settings/imports')).body as unknown as readonly { undone: boolean }[];
    expect(list.at(-1)).toMatchObject({ parts: expect.stringMatching(/./), undone: false });
    expect((await office.post('/settings/imports/undo')).body).toEqual({ undone: expect.any(String) });
  });

  test('a standard is tried first, its differences are shown, and it becomes the next version', async () => {
    const { store } = app.running;
    const office = browserOf('office');
    const say = app.running.services.wording.in('zh-CN');
    const rows = standardRows(defaultStandard('bank'), say).map((row) => [...row]);
    const max = STANDARD_COLUMNS.indexOf('max');
    const [first = [], second = []] = rows.slice(1);
    [first[max], second[max]] = [Number(first[max]) + 1, Number(second[max]) - 1];
    const file = new Blob([Uint8Array.from(await writeXlsx([{ name: 'bank', rows }]))]);
    const dry = (await office.upload('/units/standards', { file })).body as unknown as ImportAnswer;
    expect(dry).toMatchObject({ type: 'good', changes: 2, done: false });
    expect(dry.differences[0]).toMatch(/^～ 第 \d+ 条 分值：\d+ → \d+$/);
    expect((await loadStandard(store, 'bank')).version).toBe(2);
    const stale = await office.upload('/units/standards', { file, planned: 'other' });
    expect(stale.body).toMatchObject({ done: false });
    expect((await loadStandard(store, 'bank')).version).toBe(2);
    const bad = await office.upload('/units/standards', { file: new Blob(['x']), planned: dry.planned });
    expect(bad.body).toMatchObject({ type: 'bad', done: false });
    const saved = await office.upload('/units/standards', { file, planned: dry.planned });
    expect(saved.body).toMatchObject({ done: true });
    expect((await loadStandard(store, 'bank')).version).toBe(3);
    // The version that rounds may use stays as it was.
    expect(await loadVersion(store, 'bank', 2)).toEqual(defaultStandard('bank'));
    const again = await office.upload('/units/standards', { file, planned: dry.planned });
    expect(again.body).toMatchObject({ changes: 0, done: false });
    const { series } = (await office.get('/units/standards')).body as unknown as StandardList;
    expect(series.find(({ id }) => id === 'bank')?.versions.map(({ version }) => version)).toEqual([3, 2, 1]);
    for (const role of ['lead', 'auditor'] as const)
      expect((await browserOf(role).upload('/units/standards', { file, planned: dry.planned })).status).toBe(403);
  });

  test('the editor of categories saves one row by the same import, and shows its difference first', async () => {
    const office = browserOf('office');
    const page = async () => (await office.get('/settings/categories')).body as unknown as CategoryPage;
    const all = (await page()).categories;
    const before = all.find(({ code }) => code === 'manhole_cover');
    const file = (row: object) => new Blob([JSON.stringify([row])]);
    const edited = file({ ...before, contain: '45min', emergency: '' });
    const dry = (await office.upload('/settings/imports', { file: edited, as: 'categories' }))
      .body as unknown as ImportAnswer;
    expect(dry).toMatchObject({ type: 'good', changes: 1, done: false });
    expect(dry.lines.at(-1)).toMatch(/^～ .*井盖.*（manhole_cover）：.*管控时限 \S+ → 45min/);
    const bad = await office.upload('/settings/imports', {
      file: file({ ...before, cure: '3 days' }),
      as: 'categories',
      planned: dry.planned,
    });
    expect(bad.body).toMatchObject({ type: 'bad', done: false });
    expect(JSON.stringify(bad.body)).toContain('不是时限');
    const saved = { file: edited, as: 'categories', planned: dry.planned };
    expect((await office.upload('/settings/imports', saved)).body).toMatchObject({ done: true });
    const after = (await page()).categories;
    expect(after.find(({ code }) => code === 'manhole_cover')).toMatchObject({ contain: '45min' });
    // All other rows, and the other fields of this one, stay as they were.
    const { emergency: _none, ...rest } = before ?? {};
    expect(after).toEqual(all.map((one) => (one.code === 'manhole_cover' ? { ...rest, contain: '45min' } : one)));
    expect((await office.post('/settings/imports/undo')).body).toMatchObject({ undone: expect.any(String) });
    expect((await page()).categories).toEqual(all);
    for (const role of ['auditor', 'lead', 'dispatcher'] as const)
      expect((await browserOf(role).get('/settings/categories')).status).toBe(403);
  });

  test('a row that the editor does not touch differs in nothing', async () => {
    const { categories } = (await browserOf('office').get('/settings/categories')).body as unknown as CategoryPage;
    const file = new Blob([JSON.stringify(categories)]);
    const { body } = await browserOf('office').upload('/settings/imports', { file, as: 'categories' });
    expect(body).toMatchObject({ type: 'good', changes: 0 });
  });

  test('a shown table becomes a file that holds its rows and no formula', async () => {
    const rows = [
      ['种类', '地点'],
      ['巡逻', '=1+1'],
    ];
    await stepUp(phoneOf('dispatcher'), browserOf('dispatcher'));
    const { body, status } = await browserOf('dispatcher').post('/export', { name: 'tasks', kind: 'csv', rows });
    expect(status).toBe(200);
    expect(String(body.text).trim().split('\r\n').at(-1)).toBe("巡逻,'=1+1");
    for (const table of [
      { name: '../x', kind: 'csv', rows },
      { name: 'x', kind: 'exe', rows },
      { name: 'x', kind: 'csv' },
    ])
      expect((await browserOf('dispatcher').post('/export', table)).status).toBe(400);
  });

  test('keys and webhooks are listed without their secrets, and revoked', async () => {
    const { store } = app.running;
    const office = browserOf('office');
    const secret = await makeApiKey(store, '地图', 0);
    const hook = await makeWebhook(store, 'https://example.org/hook', 0);
    const text = JSON.stringify((await office.get('/settings')).body);
    expect(text).toContain('地图');
    for (const hidden of [secret, hook.secret]) expect(text).not.toContain(hidden);
    const { keys } = (await office.get('/settings')).body as unknown as SettingsPage;
    expect((await browserOf('auditor').delete(`/settings/keys/${keys[0]?.id}`)).status).toBe(403);
    for (const path of [`/settings/keys/${keys[0]?.id}`, `/settings/webhooks/${hook.id}`])
      expect((await office.delete(path)).body).toEqual({ revoked: true });
    expect((await office.get('/settings')).body).toMatchObject({ keys: [], webhooks: [] });
  });

  test('the audit log is found by event, and its chain is checked', async () => {
    const auditor = browserOf('auditor');
    await app.tick('audit-seal');
    const { body } = await auditor.get('/settings/audit?what=role_taken_away');
    expect((body as unknown as AuditPage).entries).toHaveLength(3);
    // The page shows the words, which are found too; none of them is an English id.
    expect((body as unknown as AuditPage).entries.map(({ words }) => words)).toEqual(Array(3).fill('角色：收回'));
    const found = (await auditor.get(`/settings/audit?what=${encodeURIComponent('角色：收回')}`)).body;
    expect((found as unknown as AuditPage).entries).toHaveLength(3);
    const { entries } = (await auditor.get('/settings/audit')).body as unknown as AuditPage;
    expect(entries.filter(({ words }) => /[a-z]+_[a-z]+/.test(words)).map(({ what }) => what)).toEqual([]);
    expect((await auditor.get('/settings/audit/check')).body).toEqual({ faults: [] });
    expect((await auditor.get('/settings')).status).toBe(403);
  });
});
