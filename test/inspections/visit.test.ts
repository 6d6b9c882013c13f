import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf } from '../../src/calendar.ts';
import { loadCases } from '../../src/cases/case-store.ts';
import { lookOf } from '../../src/cases/photos/photo-look.ts';
import { photoName } from '../../src/cases/photos/photo-name.ts';
import { photoPath } from '../../src/cases/photos/store-photo.ts';
import { limitsOf } from '../../src/cases/routing.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { Premises } from '../../src/city/premises.ts';
import { inspectionRoutes } from '../../src/console/pages/inspections.ts';
import type { ConsoleEnv, Organiser } from '../../src/console/sign-in/session.ts';
import { checkersOf, loadCheckers } from '../../src/inspections/draw/checkers.ts';
import type { InspectionDraw } from '../../src/inspections/draw/draw.ts';
import { checkerCode } from '../../src/inspections/draw/draw.ts';
import { drawProof } from '../../src/inspections/draw/draw-proof.ts';
import { keepDraw, keepFrame, keepHalf, loadDraws, loadFrameText } from '../../src/inspections/draw/draw-store.ts';
import { drawVisits, listText } from '../../src/inspections/draw/draw-visits.ts';
import { readFrame } from '../../src/inspections/draw/frame.ts';
import { keepPairing } from '../../src/inspections/draw/pairing.ts';
import { readInspectionMonth } from '../../src/inspections/figures/inspection-month.ts';
import { loadStandard } from '../../src/inspections/standards/standard-store.ts';
import type { Visit } from '../../src/inspections/visits/visit.ts';
import { newVisitId } from '../../src/inspections/visits/visit.ts';
import { addVisit, loadVisitsOf, photosOf } from '../../src/inspections/visits/visit-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { scanKeys } from '../../src/store/records/invariants.ts';
import { lotOf } from '../../src/surveys/wave/draw.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';
import { newTaskId } from '../../src/volunteers/tasks/task.ts';
import { keepTask, setPart } from '../../src/volunteers/tasks/task-store.ts';
import type { Volunteer } from '../../src/volunteers/volunteer/volunteer.ts';
import { newVolunteerId } from '../../src/volunteers/volunteer/volunteer.ts';
import { keepVolunteer } from '../../src/volunteers/volunteer/volunteer-store.ts';
import { staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import { faultsOf } from '../review/broken-data.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const COMMUNITY = '990101001001';
const ELSEWHERE = '990102001001';
const AT = { latitude: 31.2345, longitude: 121.4567 };
const PREMISES: readonly Premises[] = [
  { id: 'north_station', series: 'station', names: { 'zh-CN': '汽车北站' }, region: COMMUNITY, point: AT },
  { id: 'south_station', series: 'station', names: { 'zh-CN': '汽车南站' }, region: COMMUNITY },
];

let app: TestApp;
let office: Phone;
let auditor: Phone;
const checkers: Phone[] = [];
const contacts = new Map<string, Phone>();

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  await saveCityData(app.running.store, { premises: PREMISES }, 'premises', 1);
  await app.tick('city-reload');
  // Their pairing is in the frame, so that anybody sees why some people may not check.
  const paired = { weak: 'north_station', helper: 'south_station', from: now(), until: now() + 30 * DAY_MS };
  await bulkWrite(app.running.store, [keepPairing(app.running.store, paired)]);
  office = await staff(app, '平安办', 'office', '*');
  // A draw of the whole city gives checkers to premises outside their own community.
  for (const [name, community] of [
    ['网格员甲', COMMUNITY],
    ['网格员乙', ELSEWHERE],
    ['网格员丙', ELSEWHERE],
    ['网格员丁', ELSEWHERE],
    ['网格员戊', ELSEWHERE],
  ] as const)
    checkers.push(await staff(app, name, 'grid_worker', community));
  for (const { id } of PREMISES) contacts.set(id, await staff(app, `联系人${id}`, 'unit_staff', `premises:${id}`));
}, 90_000);
afterAll(() => app.close());

const now = () => app.simulator.world.now();
const draw = async () => {
  const kept = (await loadDraws(app.running.store)).find(({ record }) => !record.byLead);
  if (!kept) throw new Error('There is no draw.');
  return kept.record;
};
const visits = async () => (await loadVisitsOf(app.running.store, (await draw()).id)).map(({ record }) => record);

async function plan(): Promise<void> {
  await office.say('抽查');
  await office.sees(/看哪一次抽查/);
  await office.tap('新抽一次');
  await office.tick(/抽哪些系列/, ['平安车站']);
  await office.sees(/抽哪一片/);
  await office.tap('全市');
  await office.sees(/抽几家/);
  await office.say('1');
  await office.sees(/一定要去的/);
  await office.say('汽车南站');
  await office.sees(/最晚哪天/);
  await office.say(dayOf(now() + 5 * DAY_MS));
  await office.sees(/种子分两半/);
  await office.say('石榴树下');
  await office.sees(/都对就定/);
  await office.tap('定下来');
}

/** The console's page of a draw, as the office reads it. */
async function pageOf(id: string): Promise<object> {
  const grants = [{ role: 'office', scope: '*', since: 0 }] as const;
  const organiser = {
    urn: `telegram:${office.id}`,
    person: { contact: { language: 'zh-CN', grants } },
    grants,
  } as unknown as Organiser;
  const routes = new Hono<ConsoleEnv>()
    .use(async (c, next) => {
      c.set('organiser', organiser);
      await next();
    })
    .route('/', inspectionRoutes(app.running.services));
  return (await (await routes.request(`/${id}`)).json()) as object;
}

/** The phone of a checker by code, and its pseudonym. */
function phoneOf(visit: Visit, code: string | undefined): Phone {
  const { store } = app.running;
  const found = checkers.find(({ id }) => checkerCode(visit.of, store.pseudonym(`telegram:${id}`)) === code);
  if (!found) throw new Error(`No phone has the code ${code}.`);
  return found;
}

const visitOf = async (premises: string, repeats = false) => {
  const found = (await visits()).find((one) => one.premises === premises && (one.repeats !== undefined) === repeats);
  if (!found) throw new Error(`There is no visit to ${premises}.`);
  return found;
};

test('a draw waits for a half of an auditor, and no organiser can draw without one', { timeout: 60_000 }, async () => {
  await plan();
  await office.sees(/还没有审计员/);
  expect(await loadDraws(app.running.store)).toEqual([]);
  auditor = await staff(app, '审计员', 'auditor', '*');
  await plan();
  const fixed = await office.sees(/定下了：2 家，5 名检查员/);
  const committed = await draw();
  expect(committed).toMatchObject({ state: 'committed', named: ['south_station'] });
  expect(committed.halfHashes).toHaveLength(1);
  expect(fixed.text).toContain(committed.frameHash);
  expect(fixed.text).toContain(committed.halfHashes?.[0]);
  await app.advance(DAY_MS);
  await app.settle();
  expect((await draw()).state).toBe('committed');
  // A forged button gives the organiser no second half.
  await office.forge(fixed.message_id, `go/add-draw-half/${committed.id}`);
  await office.sees(/不等您这一半/);
  await auditor.hasSeen(/请您加一半种子/);
  await auditor.tap('加我这一半');
  const asked = await auditor.sees(/随便打一串字/);
  expect(asked.text).toContain(committed.halfHashes?.[0]);
  await auditor.say('老槐树下第七块砖');
  await auditor.hasSeen(/这就抽/);
  const told = await office.hasSeen(/抽好了：2 家/, 20_000);
  const drawn = await draw();
  expect(drawn.state).toBe('drawn');
  expect(told.text).toContain(drawn.listHash);
  // The list stays sealed: the organiser reads neither premises nor checkers.
  const seen = (await office.fromBot()).map(({ text }) => text).join('\n');
  expect(seen).not.toContain('汽车北站');
  expect([drawn.seed, drawn.halves]).toEqual([undefined, undefined]);
  // A drawn list stays, however little the organiser likes it.
  await office.forge(told.message_id, `go/my-draws/${drawn.id}.call_off`);
  await office.sees(/已经抽好/);
  expect((await draw()).state).toBe('drawn');
  const page = await pageOf(drawn.id);
  expect(page).toMatchObject({
    hashes: { list: drawn.listHash },
    coverage: [{ drawn: 1, named: 1, done: 0 }],
    items: [],
  });
  expect(page).not.toHaveProperty('open');
  expect(JSON.stringify(page)).not.toMatch(/station|汽车/);
  // Anybody reads the four hashes, and nothing that would warn the premises.
  const { status, text } = await fetchText(drawn.id);
  const hashes = [drawn.frameHash, ...(drawn.halfHashes ?? []), drawn.listHash];
  expect([status, [...text.matchAll(/^([0-9a-f]{64}) /gm)].map(([, hash]) => hash)]).toEqual([200, hashes]);
  expect(text).not.toMatch(new RegExp(`station|汽车|${drawn.region}|${drawn.until}`));
  expect([(await fetchText('draw_unknown1')).status, (await fetchText(`${drawn.id}x`)).status]).toEqual([404, 404]);
});

test('two checkers fill one list apart by typed lines, a third decides, and a failed item becomes a case', {
  timeout: 90_000,
}, async () => {
  const visit = await visitOf('north_station');
  const [a, b] = visit.checkers.map((code) => phoneOf(visit, code)) as [Phone, Phone];
  const n = visit.items.length;
  const { items: standardItems } = await loadStandard(app.running.store, 'station');
  const sheet = await a.hasSeen(/您抽到：汽车北站.*口令/s, 20_000);
  expect(sheet.text).toContain(visit.password);
  // The phone was offline: the line comes by itself, without a tap before it.
  await a.say(`1-${n - 1}对 3-1对 2错说张三没来 2错消防通道堵了`);
  await a.hasSeen(/2 写了两次/);
  await a.hasSeen(/『3-1』前后反了/);
  await a.sees(new RegExp(`2 错：消防通道堵了.*还差：${n}`, 's'));
  // Of many unknown numbers only the span is named.
  await a.say('999对 20-900错');
  await a.hasSeen(/单子上没有 20–900、999，没有记/);
  await a.send({ photo: 'stairwell', caption: '第2条' });
  await a.sees(/2 错：消防通道堵了 📷1/);
  await a.send({ photo: 'stairwell' });
  await a.hasSeen(/这张照片是哪一条的/);
  // The photo looks like that of an earlier visit; six bits of 64 differ. Seven are too many.
  await app.tick('photo-retention');
  const shown = await visitOf('north_station');
  const [photo] = Object.values(shown.sheets).flatMap(({ photos }) => Object.values(photos).flat());
  const look = await lookOf(photoPath(join(app.folder, 'photos'), photoName(shown.id, photo?.same ?? '')));
  const lookWith = (bits: bigint) => (BigInt(`0x${look}`) ^ bits).toString(16).padStart(16, '0');
  const looks = ['visit_earlier0 x', lookWith(127n), 'visit_earlier1 x', lookWith(63n)];
  const old = ['HSET', app.running.store.keys.looks, ...looks] as const;
  await commitAsSystem(app.running.store, { op: 'old look', what: 'test', checks: [], writes: [old] }, now());
  // Before the photo was fetched, the job may have put it off by a minute.
  await app.advance(60_000);
  await app.tick('photo-looks');
  await a.hasSeen(/照片像以前的一张/, 10_000);
  expect((await visitOf('north_station')).alike).toMatchObject([{ like: 'visit_earlier1' }]);
  await app.running.store.redis.hdel(app.running.store.keys.looks, 'visit_earlier0 x', 'visit_earlier1 x');
  // A photo of an item that is well proves nothing: it is dropped when the sheet is sent.
  const isPlain = (no: number) => !standardItems.find((item) => item.no === no)?.critical;
  const plain = visit.items.findIndex((no, i) => i !== 1 && isPlain(no)) + 1;
  await a.send({ photo: 'manhole', caption: `第${plain}条` });
  await a.sees(new RegExp(`${plain} 对 📷1`));
  const [dropped] = Object.values((await visitOf('north_station')).sheets).flatMap(
    ({ photos }) => photos[visit.items[plain - 1] ?? 0] ?? [],
  );
  const file = photoPath(join(app.folder, 'photos'), photoName(visit.id, dropped?.same ?? ''));
  const waitFor = (isThere: boolean) =>
    expect
      .poll(async () => {
        await app.tick('photo-retention');
        return existsSync(file);
      })
      .toBe(isThere);
  await waitFor(true);
  await app.advance(60_000);
  await app.tick('photo-looks');
  const { redis, keys } = app.running.store;
  const entry = `${visit.id} ${dropped?.same}`;
  expect(await redis.hexists(keys.looks, entry)).toBe(1);
  await a.tap('送出');
  await a.hasSeen(new RegExp(`还差 ${n}，填上再送`));
  // What a line says of the rest replaces no mark.
  await a.say('其余都对');
  await a.hasSeen(new RegExp(`没有写到的 ${n} 都记作对`));
  await a.sees(/2 错：消防通道堵了/);
  await a.say(`${n}无`);
  await a.hasSeen(new RegExp(`${n} 无`));
  await a.tap('送出');
  await a.sees(/1 条不合格已经立案/);
  await waitFor(false);
  expect(await redis.hexists(keys.looks, entry), 'its look goes with it').toBe(0);

  // Case: at once, with both clocks, from the inspection.
  const { store, services } = { store: app.running.store, services: app.running };
  const filed = await visitOf('north_station');
  expect(filed.state).toBe('arrived');
  expect(Object.keys(filed.sheets[visit.checkers[0] ?? '']?.photos ?? {})).toEqual([String(visit.items[1])]);
  const no = visit.items[1] ?? 0;
  const [kept] = await loadCases(store, [filed.cases?.[no] ?? '']);
  expect(kept?.record).toMatchObject({ source: 'inspection', state: 'submitted', community: COMMUNITY });
  expect(kept?.record.description).toMatchObject({ text: expect.stringContaining('消防通道堵了') });
  // Its card names the source, in chat and in the console.
  const desk = await staff(app, '受理员', 'dispatcher', '*');
  // The notice of the new case may come after the card.
  await desk.say(kept?.record.number ?? '');
  await desk.hasSeen(/上报：.*（来源：抽查）/);
  const { body } = await (await signIn(app, desk)).get(`/cases/${kept?.record.number}`);
  expect(body).toMatchObject({ facts: expect.arrayContaining([{ label: '来源', text: '抽查' }]) });
  const limits = kept && limitsOf(kept.record, services.services.city);
  expect(limits).toMatchObject({ contain: expect.any(String), cure: expect.any(String) });

  // The other one reads nothing of the first sheet.
  await b.say('我的检查');
  await b.sees(/看哪一家/);
  await b.tap('汽车北站');
  await b.sees(/口令/);
  await b.tap('出发');
  const blank = await b.sees(/口令/);
  expect(blank.text).not.toContain('消防通道堵了');
  // A location says near or far, and stays nowhere.
  await b.send({ location: { ...AT, latitude: AT.latitude + 0.01 } });
  await b.hasSeen(/离登记的位置有点远/);
  const near = async () => (await visitOf('north_station')).sheets[visit.checkers[1] ?? '']?.near;
  expect(await near()).toBeUndefined();
  await b.send({ location: AT });
  await b.hasSeen(/到了，位置不留/);
  expect(await near()).toBe(true);
  expect(JSON.stringify(await visits())).not.toContain('31.23');
  await b.say(`1-${n - 1}对 ${n}无`);
  await b.sees(/还可以拍/);
  await b.tap('送出');
  await b.sees(/送出了/);
  await app.settle();
  const differing = await visitOf('north_station');
  expect(differing).toMatchObject({ state: 'filled', disputed: [no] });
  const third = phoneOf(differing, differing.third);
  expect([a, b]).not.toContain(third);
  await third.hasSeen(/请您定一下：汽车北站/, 20_000);
  await third.say('1错确实堵着');
  await third.sees(/1 错：确实堵着/);
  await third.tap('送出');
  await third.sees(/送出了/);
  await app.settle();
  const agreed = await visitOf('north_station');
  expect(agreed).toMatchObject({ state: 'left', agreed: { [no]: { mark: 'none', words: '确实堵着' } } });
  // One case, not two: the item had one already.
  expect(agreed.cases).toEqual(filed.cases);
});

test('the premises get the result on the spot, object within two working days, and another person answers', {
  timeout: 60_000,
}, async () => {
  const contact = contacts.get('north_station');
  if (!contact) throw new Error('no contact');
  await contact.hasSeen(/汽车北站的抽查结果.*确实堵着.*有异议/s, 20_000);
  expect((await contacts.get('south_station')?.fromBot())?.some(({ text }) => text?.includes('抽查结果'))).toBe(false);
  const stranger = contacts.get('south_station');
  const [opener] = (await stranger?.fromBot()) ?? [];
  await stranger?.forge(opener?.message_id ?? 0, `go/object-visit/${(await visitOf('north_station')).id}`);
  await stranger?.sees(/异议已经收过/);
  await contact.tap('有异议');
  await contact.sees(/哪里不对/);
  await contact.say('当天在搬货，十分钟就清了');
  await contact.sees(/由没有参加检查的人/);
  await office.hasSeen(/汽车北站对抽查结果有异议/, 10_000);
  await office.tap('去答复');
  await office.sees(/怎么看/);
  await office.tap('结果不变');
  await office.sees(/写一句理由/);
  await office.say('通道任何时候都不能堵');
  await office.sees(/答复送到了/);
  await contact.hasSeen(/结果不变。答复：通道任何时候都不能堵/, 10_000);
});

test('a checker withdraws without a reason, and the next by lot takes over', { timeout: 60_000 }, async () => {
  const before = await visitOf('south_station');
  expect(before.named).toBe(true);
  const [first, second] = before.checkers;
  const phone = phoneOf(before, first);
  await phone.hasSeen(/您抽到：汽车南站/, 20_000);
  await phone.tap('有利害关系', (await phone.hasSeen(/您抽到：汽车南站/)).message_id);
  await phone.sees(/换下一位/);
  await phone.tap('换人');
  await phone.sees(/换下一位，谢谢您/);
  await app.settle();
  const after = await visitOf('south_station');
  expect(after).toMatchObject({ state: 'told', withdrawn: [first] });
  expect(after.checkers).not.toContain(first);
  expect(after.checkers).toContain(second);
  const [next] = after.checkers.filter((code) => code !== second);
  await phoneOf(after, next).hasSeen(/您抽到：汽车南站/, 20_000);
});

/** Waits for a message that carries a file under these words. */
async function captioned(phone: Phone, what: RegExp): Promise<void> {
  const has = async () => {
    await app.tick();
    return (await phone.fromBot()).some(({ caption }) => what.test(caption ?? ''));
  };
  await expect.poll(has, { timeout: 20_000 }).toBe(true);
}

/** The text at the public address of a draw, without signing in. */
async function fetchText(id: string) {
  const answer = await fetch(`http://127.0.0.1:${app.running.web.port}/draws/${id}.txt`);
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

/** Runs the public text with sh: each command prints the value that the comment above it states. */
async function repeatInShell(done: InspectionDraw): Promise<void> {
  const text = (await loadFrameText(app.running.store, done.id)) ?? '';
  const { text: proof, type } = await fetchText(done.id);
  expect(type).toMatch(/^text\/plain/);
  expect(proof).toBe(drawProof(done, text, (name) => lotOf(done.seed ?? '', name)));
  // A second reader gets the same from memory.
  expect((await fetchText(done.id)).text).toBe(proof);
  const printed = execFileSync('sh', ['-e'], { input: proof, cwd: app.folder, encoding: 'utf8' }).split('\n');
  const values = printed.map((line) => line.slice(0, 64));
  const stated = [...proof.matchAll(/^# ([0-9a-f]{64})/gm)].map(([, hash]) => hash);
  // The last one is that of the list which the script drew by itself.
  expect(stated).toHaveLength(6);
  expect(values.filter((value) => stated.includes(value))).toEqual(stated);
  expect(readFileSync(join(app.folder, `${done.id}-list-again.txt`), 'utf8').trim()).toBe(
    listText(drawVisits(readFrame(text), (name) => lotOf(done.seed ?? '', name))),
  );
  // The lot of the one stratum is printed with its premises.
  expect(printed.some((line) => line === `${lotOf(done.seed ?? '', 'north_station')} north_station`)).toBe(true);
}

test('a visit without a finding is repeated by others, and a finished draw is repeated by sha256sum alone', {
  timeout: 90_000,
}, async () => {
  const visit = await visitOf('south_station');
  const n = visit.items.length;
  for (const code of visit.checkers) {
    const phone = phoneOf(visit, code);
    await phone.say(`1-${n}对`);
    await phone.sees(/还可以拍/);
    await phone.tap('送出');
    await phone.sees(/送出了/);
  }
  await app.settle();
  const again = await visitOf('south_station', true);
  expect(again.state).toBe('told');
  expect(again.checkers.some((code) => visit.checkers.includes(code))).toBe(false);
  expect((await draw()).repeats).toHaveLength(1);
  await app.advance(10 * DAY_MS);
  await app.settle();
  expect((await visitOf('south_station', true)).state).toBe('missed');
  // The draw looks again within a minute of its last visit.
  await app.advance(60_000);
  // Two working days after the result no objection is taken.
  const south = contacts.get('south_station');
  await south?.forge((await south.fromBot())[0]?.message_id ?? 0, `go/object-visit/${visit.id}`);
  await app.settle();
  await south?.say('当天在搬货，十分钟就清了');
  await app.settle();
  expect((await visitOf('south_station')).objection).toBeUndefined();
  await captioned(office, /查完了：抽了 2 家，完成 2 家/);
  const done = await draw();
  expect(done.state).toBe('done');
  await office.say('抽查');
  await office.sees(/看哪一次/);
  await office.tap((await office.messages()).at(-1)?.buttons[1]?.[0]?.text ?? '');
  await office.sees(/都公开了/);
  await office.tap('公开的验算文本');
  await captioned(office, /用 sh 运行/);
  await repeatInShell(done);
  expect(await pageOf(done.id)).toMatchObject({
    open: { halves: done.halves },
    repeats: { all: 1, done: 0 },
    alike: 1,
  });
  const counts = [
    ...(await readInspectionMonth(app.running.store, visit.until.slice(0, 7), app.running.services.city)),
  ];
  // Designated premises and repeats do not count.
  expect(counts).toHaveLength(1);
  expect(counts[0]?.[1]).toMatchObject({ drawn: 1, done: 1, none: 1 });
});

test('all that this left behind holds together', async () => {
  expect(await faultsOf(app.running.store)).toEqual([]);
});

/** Makes a person a volunteer of a community who came to a drill, or did not. */
async function volunteer(name: string, region: string, came: boolean, more: Partial<Volunteer> = {}): Promise<Phone> {
  const { store } = app.running;
  const phone = await app.phone(name);
  const record: Volunteer = {
    id: newVolunteerId(),
    urn: `telegram:${phone.id}`,
    state: 'active',
    called: name,
    age: 'adult',
    region,
    skills: [],
    days: [],
    parts: [],
    appliedAt: now(),
    since: now(),
    ...more,
  };
  const from = now() - DAY_MS;
  const drill: Task = {
    ...{ id: newTaskId(), kind: 'drill', state: 'ended', words: '疏散演练', place: { region }, region },
    ...{ from, until: from + 3_600_000, needed: 1, skills: [], checkIn: 'code', code: '0000', proof: 'nothing' },
    ...{ by: 'test', madeAt: from, waves: 1 },
  };
  await bulkWrite(store, keepVolunteer(store, record).writes);
  await bulkWrite(store, [
    ...keepTask(store, drill).writes,
    ...setPart(store, drill.id, record.id, { state: came ? 'confirmed' : 'missed', at: from }),
  ]);
  await phone.say('/start');
  await phone.hasSeen(/您好，我是安邻/);
  return phone;
}

test('trained volunteers and leads of series check too, each without their own ground and series', {
  timeout: 60_000,
}, async () => {
  const { store, services } = app.running;
  const { city } = services;
  const near = await volunteer('志愿者近', COMMUNITY, true);
  const far = await volunteer('志愿者远', ELSEWHERE, true);
  const absent = await volunteer('志愿者没来', ELSEWHERE, false);
  const youth = await volunteer('少年志愿者', ELSEWHERE, true, { age: 'youth' });
  const stationLead = await staff(app, '车站牵头', 'unit_staff', 'series:station');
  const schoolLead = await staff(app, '校园牵头', 'unit_staff', 'series:campus');
  const [region = ''] = city.regions.all('city');
  const all = await loadCheckers(store, region, city, now());
  const listed = (phone: Phone) => all.some(({ urn }) => urn === `telegram:${phone.id}`);
  expect([near, far, absent, youth, stationLead, schoolLead].map(listed)).toEqual([
    true,
    true,
    false,
    false,
    true,
    true,
  ]);
  const frame = checkersOf('draw_x', all, [...city.premises.values()], {
    last: new Map(),
    pairings: [],
    ground: city,
  });
  const mayCheck = (phone: Phone) => {
    const code = checkerCode('draw_x', store.pseudonym(`telegram:${phone.id}`));
    return !frame.find((one) => one.code === code)?.not.includes('north_station');
  };
  expect([near, far, stationLead, schoolLead].map(mayCheck)).toEqual([false, true, false, true]);

  // A drawn volunteer gets the list, fills it by one line and hands it in.
  const { id: of } = await draw();
  const code = (phone: Phone) => checkerCode(of, store.pseudonym(`telegram:${phone.id}`));
  const before = await visitOf('north_station');
  const visit: Visit = {
    ...{ id: newVisitId(), of, premises: 'north_station', series: 'station', standard: 1, region: COMMUNITY },
    ...{ items: [1, 2, 3], checkers: [code(far), code(schoolLead)], password: '青石', state: 'drawn', sheets: {} },
    ...{ from: dayOf(now()), until: dayOf(now() + 3 * DAY_MS), repeats: before.id },
  };
  const [kept] = await loadDraws(store);
  const repeats = [...(kept?.record.repeats ?? []), visit.id];
  await bulkWrite(store, [
    ...addVisit(store, visit, { place: 9, pseudonyms: [], due: now() }).writes,
    ...keepDraw(store, { ...(await draw()), repeats }, undefined, kept).writes,
  ]);
  await app.tick('visit-clock');
  for (const phone of [far, schoolLead]) {
    await phone.hasSeen(/抽到您：汽车北站/, 20_000);
    await phone.say('1-3对');
    await phone.sees(/记到这里/);
    await phone.tap('送出');
    await phone.sees(/送出了/);
  }
  await app.settle();
  const done = (await visits()).find((one) => one.id === visit.id);
  expect(done).toMatchObject({ state: 'left', agreed: { 1: { mark: 'full' }, 3: { mark: 'full' } } });
});

test('the lead department of a series draws its own premises with an auditor, and no other series', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const department = await staff(app, '交通运输局', 'unit_staff', 'series:station');
  const school = await staff(app, '教育局', 'unit_staff', 'series:campus');
  const clerk = await staff(app, '王工', 'unit_staff', 'water');
  await clerk.say('检查和值班');
  expect(JSON.stringify((await clerk.sees(/想办哪一样/)).buttons)).not.toContain('抽查');
  await clerk.say('抽查');
  await clerk.sees(/牵头部门可以抽自己的系列/);
  await department.say('检查和值班');
  await department.sees(/想办哪一样/);
  await department.tap('🎲 抽查');
  await department.sees(/看哪一次抽查/);
  await department.tap('新抽一次');
  const { buttons } = await department.sees(/抽哪些系列/);
  expect(JSON.stringify(buttons)).not.toContain('平安校园');
  await department.tick(/抽哪些系列/, ['平安车站']);
  await department.sees(/抽哪一片/);
  await department.tap('全市');
  await department.sees(/抽几家/);
  await department.say('1');
  await department.sees(/一定要去的/);
  await department.tap('跳过');
  await department.sees(/最晚哪天/);
  await department.say(dayOf(now() + 5 * DAY_MS));
  await department.sees(/种子分两半/);
  await department.tap('跳过');
  await department.sees(/都对就定/);
  await department.tap('定下来');
  await department.sees(/定下了：2 家/);
  const ordered = (await loadDraws(store))[0]?.record;
  expect(ordered).toMatchObject({ byLead: true, state: 'committed', series: ['station'] });
  // Another department neither sees it nor calls it off; the second half needs an auditor.
  const goTo = async (phone: Phone, to: string) =>
    phone.forge((await phone.fromBot()).at(-1)?.message_id ?? 0, `go/${to}`);
  await goTo(school, `my-draws/${ordered?.id}.call_off`);
  await school.sees(/看哪一次抽查/);
  expect(JSON.stringify((await school.fromBot()).at(-1)?.buttons)).not.toContain('车站');
  await goTo(department, `add-draw-half/${ordered?.id}`);
  await department.sees(/不等您这一半/);
  await goTo(auditor, `add-draw-half/${ordered?.id}`);
  await auditor.sees(/随便打一串字/);
  await auditor.say('城墙下的老茶馆');
  await auditor.hasSeen(/这就抽/);
  await department.hasSeen(/抽好了：1 家/);
  expect((await loadDraws(store))[0]?.record).toMatchObject({ id: ordered?.id, state: 'drawn', visits: 1 });
  const board = async (phone: Phone) => (await (await signIn(app, phone)).get('/inspections')).body;
  expect(await board(department)).toMatchObject({ mayPlan: true, draws: [{ id: ordered?.id }] });
  expect(await board(school)).toMatchObject({ mayPlan: true, draws: [] });
});

test('photos of a visit are deleted after 30 days, and the draw with all its visits after two years', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const { redis, keys } = store;
  const photos = (await visits()).flatMap((visit) =>
    photosOf(visit).map(({ photo }) => [visit.id, photo.same] as const),
  );
  const isThere = ([id, same]: readonly [string, string]) =>
    existsSync(photoPath(join(app.folder, 'photos'), photoName(id, same)));
  expect(photos.filter(isThere)).not.toEqual([]);
  // A re-check of a level has a frame and a seed of its own, which go with its visit.
  const [of, first] = ['recheck_abcd1234', await visitOf('north_station')];
  const recheck = addVisit(store, { ...first, id: newVisitId(), of }, { place: 0, pseudonyms: [], due: now() });
  await bulkWrite(store, [...recheck.writes, keepFrame(store, of, 'each 1'), keepHalf(store, of, 'office', 'half')]);
  await app.advance(31 * DAY_MS);
  await app.tick('photo-retention');
  expect(photos.filter(isThere)).toEqual([]);
  expect(await visits()).toHaveLength(4);
  await app.advance(710 * DAY_MS);
  await app.tick('visit-retention');
  expect(await faultsOf(store)).toEqual([]);
  const left = await scanKeys(store, keys.meta.replace(/meta$/, '*visit*'));
  expect(left).toEqual([]);
  expect(await scanKeys(store, keys.inspectionDraw('*'))).toEqual([]);
  expect(await redis.exists(keys.drawFrame(of), keys.drawHalves(of))).toBe(0);
  expect(await redis.exists(keys.looks, keys.lastCheckers, keys.inspectionDraws, keys.drawsClock)).toBe(0);
});
