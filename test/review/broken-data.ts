import { expect } from 'vitest';
import type { DrillQuarter } from '../../src/creation/drills/drill-watch.ts';
import type { RecheckPlan } from '../../src/creation/rechecks/recheck-plan.ts';
import type { PremisesDocument } from '../../src/inspections/documents/document.ts';
import type { InspectionDraw } from '../../src/inspections/draw/draw.ts';
import type { Visit } from '../../src/inspections/visits/visit.ts';
import { REVIEW_INVARIANTS } from '../../src/operator/invariants.ts';
import type { Alert } from '../../src/review/alerts/alert.ts';
import type { Bulletin } from '../../src/review/bulletin/bulletin.ts';
import type { Honour } from '../../src/review/honours/honour.ts';
import type { Letter } from '../../src/review/letters/letter.ts';
import { scanKeys } from '../../src/store/records/invariants.ts';
import { recordFields } from '../../src/store/records/versioned-record.ts';
import type { Store } from '../../src/store/store.ts';

/** The lines that a check of inspections, rounds, topics and reviews prints. */
export async function faultsOf(store: Store): Promise<readonly string[]> {
  return (await Promise.all(REVIEW_INVARIANTS.map((check) => check(store)))).flat();
}

/** Breaks the demo's data in many places at once, expects one line for each, and puts all back. */
export async function expectEachBreakFound(store: Store): Promise<void> {
  const { redis, keys } = store;
  const touched = new Map<string, Buffer | null>();
  const expected: string[] = [];
  const touch = async (key: string) => {
    if (!touched.has(key)) touched.set(key, await redis.dumpBuffer(key));
    return key;
  };
  const first = async (list: string) => (await redis.zrange(list, '0', '0'))[0] ?? '';
  const recordAt = async <T>(key: string) => JSON.parse((await redis.hget(key, 'record')) ?? 'null') as T;
  const change = async <T extends object>(key: string, to: (record: T) => object, ...lines: readonly string[]) => {
    const record = await recordAt<T>(key);
    await redis.hset(await touch(key), ...recordFields(9, to(record)));
    expected.push(...lines);
  };
  const takeOut = async (list: string, member: string, ...lines: readonly string[]) => {
    expect(await redis.zrem(await touch(list), member), `${member} in ${list}`).toBe(1);
    expected.push(...lines);
  };
  const stray = async (list: string, id: string) => {
    // In the far future, so that no job takes it out.
    await redis.zadd(await touch(list), 1e15, id);
    expected.push(`${list}: lists ${id}, but it does not exist`);
  };

  const rounds = await redis.zrange(keys.rounds, '0', '-1');
  for (const list of [
    keys.inspectionDraws,
    keys.shifts,
    keys.shiftsClock,
    keys.honours,
    keys.alerts,
    keys.rounds,
    keys.topics,
  ]) {
    const member = (await redis.zrange(list, '-1', '-1'))[0] ?? '';
    await takeOut(list, member, `${member}: ${member} is not in ${list}`);
  }

  // Draws and visits.
  const [done, drawn] = ['draw_demo0001', 'draw_demo0002'];
  await change<InspectionDraw>(
    keys.inspectionDraw(done),
    (draw) => ({ ...draw, seed: 'f'.repeat(64) }),
    `${done}: its seed does not follow from frame and halves`,
  );
  await redis.set(await touch(keys.drawFrame(drawn)), 'each 1');
  await redis.hdel(await touch(keys.drawHalves(drawn)), 'auditor');
  expected.push(`${drawn}: its frame does not have the published hash`, `${drawn}: a half of its seed is missing`);
  const [listed = '', moved = '', left = '', ...others] = await redis.zrange(keys.visitsOf(done), '0', '-1');
  const sound = others.at(-1) ?? '';
  await takeOut(keys.visitsOf(done), listed, `${listed}: ${listed} is not in ${keys.visitsOf(done)}`);
  const { visits } = await recordAt<InspectionDraw>(keys.inspectionDraw(done));
  expected.push(`${done}: has ${(visits ?? 0) - 1} visits, but drew ${visits} and repeats 0`);
  await change<Visit>(
    keys.visit(moved),
    (visit) => ({ ...visit, of: 'draw_gone0002' }),
    `${moved}: must not be in ${keys.visitsOf(done)}`,
    `${moved}: ${moved} is not in ${keys.visitsOf('draw_gone0002')}`,
    `${moved}: belongs to draw_gone0002, which does not exist`,
    `${moved}: the frame of draw_gone0002 is missing`,
  );
  await change<Visit>(
    keys.visit(left),
    (visit) => ({ ...visit, agreed: {}, sheets: { ...visit.sheets, stranger: { marks: {}, photos: {} } } }),
    `${left}: is agreed, but an item has no mark`,
    `${left}: has a sheet of a person who is no checker of it`,
  );
  await redis.zadd(await touch(keys.checkerVisits('stranger')), 1, sound);
  await redis.hset(await touch(keys.looks), 'visit_gone0001 x', '0'.repeat(16));
  expected.push(
    `${sound}: must not be in ${keys.checkerVisits('stranger')}`,
    `${keys.looks}: has a photo of visit_gone0001, which does not exist`,
  );

  // The year's plan of re-checks.
  const [[year = '', plan = ''] = []] = Object.entries(await redis.hgetall(await touch(keys.recheckPlans)));
  const other = { ...(JSON.parse(plan) as RecheckPlan), halfHash: 'f'.repeat(64), claims: 'f'.repeat(64) };
  await redis.hset(keys.recheckPlans, year, JSON.stringify(other));
  expected.push(
    `${keys.recheckPlans} ${year}: its half of the seed does not have the published hash`,
    `${keys.recheckPlans} ${year}: its list does not follow from frame and halves`,
  );

  // Documents of premises.
  const school = await touch(keys.documents('shiyan_school'));
  const document = JSON.parse((await redis.hget(school, 'document_demo0001')) ?? '') as PremisesDocument;
  await redis.hset(school, document.id, JSON.stringify({ ...document, confirmed: { by: document.by, at: 1 } }));
  await takeOut(
    keys.documentsClock,
    'shiyan_school document_demo0002',
    `${keys.documentsClock}: lacks shiyan_school document_demo0002`,
  );
  await redis.zadd(keys.documentsClock, 1e15, 'shiyan_school document_gone0001');
  expected.push(
    `${document.id}: was confirmed by the person who entered it`,
    `${keys.documentsClock}: lists shiyan_school document_gone0001, which does not exist`,
  );

  // Watched drills, and counts of reports.
  const quarters = await Promise.all(
    (await scanKeys(store, keys.drills('*'))).map(async (key) => ({ key, ...(await recordAt<DrillQuarter>(key)) })),
  );
  const [sparser, fuller] = quarters.toSorted((a, b) => a.drills.length - b.drills.length).slice(-2);
  if (!fuller || !sparser) throw new Error('The demo has drills of one quarter only.');
  const [one, ...more] = fuller.drills;
  if (!one) throw new Error('The demo has no drill.');
  const { watch, ...plain } = one;
  await change<DrillQuarter>(
    fuller.key,
    (quarter) => ({
      ...quarter,
      drills: [
        { ...plain, from: 0, ...(watch ? { minutes: 0 } : { watch: { watchers: ['a', 'a'] } }) },
        ...more,
        ...more.slice(-1),
      ],
    }),
    `${fuller.key}: ${one.task} is a drill of another quarter`,
    `${fuller.key}: ${one.task} is watched against its lot`,
    watch ? `${fuller.key}: ${one.task} took no minute` : `${fuller.key}: ${one.task} has one watcher twice`,
    `${fuller.key}: lists ${more.at(-1)?.task} twice`,
  );
  await change<DrillQuarter>(
    sparser.key,
    (quarter) => ({ ...quarter, halfHash: 'f'.repeat(64) }),
    `${sparser.key}: its half of the seed does not have the published hash`,
  );
  await touch(keys.reportCounts);
  const few = { premises: 'p', quarter: '2026-01', observed: 1, expected: 9, draw: 'draw_gone0003' };
  const counts = {
    through: 0,
    since: '2026-01',
    months: { '2026-01': { p: 2, q: 0.5 } },
    judged: '2026-04',
    few: [few],
  };
  await redis.hset(keys.reportCounts, ...recordFields(9, counts));
  expected.push(
    `${keys.reportCounts}: counts 2026-01, which had not begun`,
    `${keys.reportCounts}: has 0.5 reports about q in 2026-01`,
    `${keys.reportCounts}: judged p in 2026-01, not in 2026-04`,
    `${keys.reportCounts}: says another number of reports about p than it counted`,
    `${keys.reportCounts}: opened draw_gone0003, which does not exist`,
  );

  // Letters, honours, alerts.
  const [closed, read, draft] = ['letter_demo0001', 'letter_demo0002', 'letter_demo0003'];
  await change<Letter>(
    keys.letter(closed),
    (letter) => ({ ...letter, ending: 'met', measured: { failed: 2, of: 10, at: 0 } }),
    `${closed}: closed by its measure, but its figure does not meet it`,
  );
  const { to, matter } = await recordAt<Letter>(keys.letter(read));
  await redis.del(await touch(keys.letterOpen(to, matter)));
  await takeOut(keys.lettersNews, `measured ${read}`, `${read}: measured ${read} is not in ${keys.lettersNews}`);
  await change<Letter>(
    keys.letter(read),
    ({ doneDue: _due, ...letter }) => letter,
    `${read}: the mark of open letters differs from its state`,
    `${read}: was sent without its deadlines`,
  );
  await change<Letter>(
    keys.letter(draft),
    (letter) => ({ ...letter, of: 0, ending: 'not_done' }),
    `${draft}: has more failed rows than rows`,
    `${draft}: an ending belongs to a closed letter, and only to it`,
  );
  const [noticed, refused] = ['honour_demo0001', 'honour_demo0002'];
  await takeOut(
    keys.honoursNews,
    `notice_ends ${noticed}`,
    `${noticed}: notice_ends ${noticed} is not in ${keys.honoursNews}`,
  );
  await change<Honour>(
    keys.honour(noticed),
    ({ evidence: _evidence, ...honour }) => honour,
    `${noticed}: its evidence does not lead to its state`,
  );
  await change<Honour>(
    keys.honour(refused),
    (honour) => ({
      ...honour,
      state: 'thanked',
      agreed: { by: honour.by, at: 0 },
      objections: [{ mark: 'x', words: '', at: 0, due: 0 }],
    }),
    `${refused}: its evidence does not lead to its state`,
    `${refused}: was not thanked by two who did not nominate it`,
    `${refused}: was thanked with an objection open`,
    `${refused}: is decided, but still marks who objected`,
  );
  const alert = await first(keys.alerts);
  await change<Alert>(
    keys.alert(alert),
    ({ answeredAt: _at, answer: _answer, measure: _measure, ...rest }) => ({
      ...rest,
      end: rest.end + 1,
      answer: 'false',
      state: 'acted',
    }),
    `${alert}: its id does not follow from its window, kind and ground`,
    `${alert}: an answer needs its time`,
    `${alert}: is acted, but was not confirmed`,
    `${alert}: is acted upon, but names no measure`,
  );

  // Topics.
  const [proposed, discussed, promised, ended] = [1, 2, 3, 4].map((n) => `topic_demo000${n}`) as [
    string,
    string,
    string,
    string,
  ];
  await redis.hset(await touch(keys.topic(proposed)), 'state', 'closing');
  expected.push(`${proposed}: the state field differs from the record`);
  const [voter = ''] = await redis.hkeys(keys.topicBallots(discussed));
  await redis.hset(
    await touch(keys.topicBallots(discussed)),
    voter,
    'bm8gdm90ZSBhdCBhbGwsIGFuZCBsb25nIGVub3VnaCB0byBvcGVu',
  );
  await redis.hset(await touch(keys.topicCodes(discussed)), 'mark', 'nobody');
  await redis.hset(await touch(keys.topicShown(discussed)), 'sgone', '1');
  await change<{ readonly seconds: number }>(
    keys.topic(discussed),
    (topic) => ({ ...topic, seconds: 4 }),
    `${discussed}: is discussing with 4 seconds of 5`,
    `${discussed}: 1 votes do not open with its key`,
    `${discussed}: a household code is spent on votes that do not exist`,
    `${discussed}: counts views of a statement that does not exist`,
  );
  await redis.del(await touch(keys.topicResults(promised)));
  await redis.hset(await touch(keys.topicBallots(promised)), 'name', 'vote');
  await takeOut(keys.topicsPromised, promised, `${promised}: ${promised} is not in ${keys.topicsPromised}`);
  await takeOut(keys.topicsClock, promised, `${promised}: its clock stands still`);
  await change<{ readonly promise: object }>(
    keys.topic(promised),
    (topic) => ({ ...topic, promise: { ...topic.promise, verdict: 'kept' } }),
    `${promised}: is promised, but its discussion was not counted`,
    `${promised}: is promised, but still has 1 votes`,
    `${promised}: a verdict on a promise needs its time`,
  );
  await touch(keys.topicsClock);
  await redis.zrem(keys.topicsClock, ended);
  await redis.hset(await touch(keys.topicTookPart(ended)), 'mark', '');
  expected.push(`${ended}: has ended, but still holds keys, votes or marks of people`);

  // Rounds.
  const states = await Promise.all(rounds.map((id) => recordAt<{ readonly state: string }>(keys.round(id))));
  const roundIn = (state: string) => rounds[states.findIndex((one) => one?.state === state)] ?? '';
  const [notice, met] = [roundIn('public_notice'), roundIn('met')];
  await change(
    keys.round(notice),
    (round) => ({ ...round, secondedBy: 'x', proposedBy: 'x' }),
    `${notice}: is under public notice without two persons`,
  );
  await redis.hdel(await touch(keys.drawHalves(met)), 'office');
  await change(
    keys.round(met),
    ({ score: _score, ...round }: { readonly score?: object }) => ({
      ...round,
      objections: [{ mark: 'x', words: {}, at: 0 }],
    }),
    `${met}: its half of the seed does not have the published hash`,
    `${met}: is met, but has no score`,
    `${met}: its notice is over, but it still marks who objected`,
  );

  // Frozen months and bulletins.
  const months = Object.keys(await redis.hgetall(keys.scoreMonths)).sort();
  const [oldest = '', newest = ''] = [months[0], months.at(-1)];
  await redis.del(await touch(keys.scoreSnapshot(oldest, 1)));
  expected.push(`score of ${oldest}, version 1: is missing`);
  if (await recordAt<Bulletin>(keys.bulletin(oldest, 1)))
    expected.push(`bulletin of ${oldest}, version 1: names a frozen score that does not exist`);
  const rowsKey = await touch(keys.scoreRows(newest, 1));
  const [street = '', text = ''] = Object.entries(await redis.hgetall(rowsKey))[0] ?? [];
  const rows = JSON.parse(text) as [string, string, string][];
  const cured = rows.findIndex(([, verdicts]) => verdicts[1] === '1');
  const [all, y] = ['0', '1'].map(
    (sign) => rows.filter(([, verdicts]) => verdicts[1] === '1' || verdicts[1] === sign).length,
  ) as [number, number];
  await redis.hset(
    rowsKey,
    street,
    JSON.stringify(rows.map((row, i) => (i === cured ? [row[0], row[1].replace(/^(.)1/, '$10'), row[2]] : row))),
  );
  expected.push(
    `score of ${newest}, version 1: cured_in_time of ${street} is ${y} of ${all}, but its rows are ${y - 1} of ${all}`,
  );
  const answers = await touch(keys.bulletinAnswers(newest));
  await redis.hset(answers, 'gone', JSON.stringify({ answer: 'declined', by: 'x', at: 0 }));
  expected.push(
    `bulletin of ${newest}: answers gone, which is none of its weak points`,
    `bulletin of ${newest}: gone is declined without a reason`,
  );

  // List entries without a record.
  for (const [list, id] of [
    [keys.inspectionDraws, 'draw_gone0001'],
    [keys.drawsClock, 'draw_gone0001'],
    [keys.visits, 'visit_gone0001'],
    [keys.visitsTo('gone'), 'visit_gone0001'],
    [keys.visitsClock, 'visit_gone0001'],
    [keys.shifts, 'shift_gone0001'],
    [keys.shiftsClock, 'shift_gone0001'],
    [keys.letters, 'letter_gone0001'],
    [keys.lettersNews, 'letter_gone0001'],
    [keys.honours, 'honour_gone0001'],
    [keys.honoursNews, 'honour_gone0001'],
    [keys.alerts, 'alert_gone0001'],
    [keys.rounds, 'round_gone0001'],
    [keys.roundsClock, 'round_gone0001'],
    [keys.topics, 'topic_gone0001'],
    [keys.topicsOpen, 'topic_gone0001'],
    [keys.topicsIn('gone'), 'topic_gone0001'],
    [keys.topicsPromised, 'topic_gone0001'],
  ] as const)
    await stray(list, id);

  const found = await faultsOf(store);
  expect(found.toSorted()).toEqual(expected.toSorted());
  for (const [key, before] of touched) {
    await redis.del(key);
    if (before) await redis.restore(key, 0, before);
  }
}
