import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../src/calendar.ts';
import { photoName } from '../../src/cases/photos/photo-name.ts';
import { photoPath } from '../../src/cases/photos/store-photo.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { UnitPage } from '../../src/console/pages/unit-page.ts';
import { endPhotos, photosEndAt } from '../../src/creation/notice/objection-photos.ts';
import type { Objection, Round } from '../../src/creation/rounds/round.ts';
import { keepRound, loadRound } from '../../src/creation/rounds/round-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import { neighbours } from '../deliberation/neighbours.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { NOW, plannedRound, SCHOOL } from './school.ts';

const ROUND = 'round_aaaaaaaa';
let app: TestApp;
let department: Phone;
let residents: readonly Phone[];
const now = () => app.simulator.world.now();

beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  await saveCityData(app.running.store, { premises: [SCHOOL] }, 'premises', 1);
  await app.tick('city-reload');
  department = await staff(app, '教育局', 'unit_staff', 'series:campus');
  residents = await neighbours(app, ['周阿姨', '老李']);
  const notice = plannedRound({
    state: 'public_notice',
    since: now(),
    level: 'district',
    noticeUntil: now() + 7 * DAY_MS,
    proposedBy: 'one',
    secondedBy: 'two',
  });
  await bulkWrite(app.running.store, keepRound(app.running.store, notice, now()).writes);
}, 90_000);
afterAll(() => app.close());

const round = async (): Promise<Round> => {
  const kept = await loadRound(app.running.store, ROUND);
  if (!kept) throw new Error('There is no round.');
  return kept.record;
};
const sameOf = async (n: number, photo = 0) => (await round()).objections[n]?.photos?.[photo]?.same ?? '';
const isOnDisk = (same: string) => existsSync(photoPath(join(app.folder, 'photos'), photoName(ROUND, same)));
const fetchPhotos = () => app.tick('photo-retention');

/** Opens the card of the school anew. */
async function opened(what: RegExp) {
  await department.say('创建');
  return department.hears(what);
}

async function object(phone: Phone): Promise<void> {
  await phone.say('公示');
  const notice = await phone.sees(/实验小学.*不是称号/s);
  await phone.tap('有异议', notice.message_id);
  await phone.sees(/哪里不对/);
}

test('a resident sends photos with an objection; its caption passes the person shield, and no case is opened', async () => {
  const [resident] = residents as [Phone, Phone];
  await object(resident);
  // The shield drops the first caption; the photos wait for the words, and the second caption is the words.
  await resident.send({ photo: 'manhole', caption: '保安张三老是睡觉，电话13812345678' });
  await resident.sees(/照片收到了/);
  await resident.send({ photo: 'manhole-near', caption: '校门口的防撞柱少了两根', album: 'a' });
  await resident.sees(/照片里没有人就送出/);
  // The rest of the album comes behind the caption.
  await resident.send({ photo: 'street-light', album: 'a' });
  const card = await resident.sees(/3 张/);
  expect(card.text).toMatch(/防撞柱少了两根/);
  expect(card.text).not.toMatch(/张三|138/);
  await resident.tap('送出', card.message_id);
  await resident.sees(/公示先停下来/);
  await department.hasSeen(/防撞柱少了两根”，附 3 张照片/);
  expect((await round()).objections[0]?.photos).toHaveLength(3);
  // The photos opened no report beside the objection.
  expect((await resident.fromBot()).some(({ text }) => /上报隐患|隐患在哪/.test(text ?? ''))).toBe(false);
});

test('those who decide see the photos in chat and console; the premises and the notice do not', async () => {
  await fetchPhotos();
  const same = await sameOf(0);
  expect(isOnDisk(same)).toBe(true);
  const browser = await signIn(app, department);
  const unit = (await browser.get(`/units/${SCHOOL.id}`)).body as unknown as UnitPage;
  const [src = ''] = unit.notice?.objections[0]?.photos ?? [];
  const shown = await browser.get(src.replace('/console/api', ''));
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  expect((await browser.get(`/units/${SCHOOL.id}/photos/unknown`)).status).toBe(404);

  const contact = await staff(app, '实验小学', 'unit_staff', `premises:${SCHOOL.id}`);
  const own = await signIn(app, contact);
  expect((await own.get(src.replace('/console/api', ''))).status).toBe(404);
  expect(((await own.get(`/units/${SCHOOL.id}`)).body as unknown as UnitPage).notice?.objections).toMatchObject([
    { words: '校门口的防撞柱少了两根', photos: [] },
  ]);

  const card = await opened(/异议 1 条/);
  await department.tap('看异议的照片', card.message_id);
  await department.sees(/就这些照片/);
  expect((await department.fromBot()).filter(({ photo }) => photo !== undefined)).toHaveLength(3);
});

test('photos of one objection are hidden for good, and those of another stay; the words wait for their answer', async () => {
  const [, other] = residents as [Phone, Phone];
  await object(other);
  await other.say('门口的灯不亮');
  await other.sees(/有照片就发来/);
  await other.send({ photo: 'fallen-tree' });
  await other.sees(/照片都收着/);
  await other.tap('发好了');
  await other.tap('送出', (await other.sees(/照片里没有人就送出/)).message_id);
  await other.sees(/公示先停下来/);
  await fetchPhotos();
  const [hidden, kept] = [await sameOf(0), await sameOf(1)];
  const card = await opened(/异议 2 条/);
  await department.tap('隐去照片', card.message_id);
  await department.sees(/哪一条异议/);
  await department.tap('校门口的防撞柱少了两根');
  await department.sees(/隐去照片？/);
  await department.tap('就这样');
  await department.sees(/照片隐去了/);
  await fetchPhotos();
  expect((await round()).objections).toMatchObject([{ words: { text: '校门口的防撞柱少了两根' } }, { photos: [{}] }]);
  expect((await round()).objections[0]?.photos).toBeUndefined();
  expect((await round()).history.at(-1)?.event).toBe('photos_hidden');
  expect([isOnDisk(hidden), isOnDisk(kept)]).toEqual([false, true]);
});

test('a forgotten objector leaves no mark; the objection stays with the notice', async () => {
  const [resident] = residents as [Phone, Phone];
  expect((await round()).objections.map(({ mark }) => mark !== '')).toEqual([true, true]);
  await resident.say('/forget');
  await resident.tap('删掉');
  await resident.sees(/真的都删掉吗/);
  await resident.tap('确定删掉');
  await resident.sees(/都删掉了/);
  await app.tick('remove-objectors');
  expect((await round()).objections.map(({ mark }) => mark !== '')).toEqual([false, true]);
});

test('photos are deleted 30 days after the answer, by the clock', { timeout: 60_000 }, async () => {
  const same = await sameOf(1);
  for (const words of ['已经补上', '灯修好了']) {
    await department.tap('答复异议', (await opened(/公示到/)).message_id);
    await department.tap('不成立', (await department.sees(/异议成立吗/)).message_id);
    await department.sees(/怎么答复/);
    await department.say(words);
    await department.sees(/答复记下了/);
  }
  await app.advance(29 * DAY_MS);
  await app.tick('creation-clock');
  await app.tick('creation-clock');
  expect((await round()).state).toBe('met');
  expect(await sameOf(1)).toBe(same);
  await app.advance(2 * DAY_MS);
  await app.tick('creation-clock');
  await fetchPhotos();
  expect((await round()).objections.flatMap(({ photos = [] }) => photos)).toEqual([]);
  expect(isOnDisk(same)).toBe(false);
});

test('photos of an objection without an answer wait as long as its notice lasts', () => {
  const objection: Objection = { mark: 'm', words: { text: '灯' }, photos: [{ file: 'f', same: 's' }], at: NOW };
  const open = plannedRound({ state: 'public_notice', objections: [objection] });
  expect(photosEndAt(open)).toBeUndefined();
  const over = plannedRound({ state: 'withdrawn', objections: [objection] });
  expect(photosEndAt(over)).toBe(NOW + 30 * DAY_MS);
  expect(endPhotos(over, NOW + 30 * DAY_MS - 1)).toEqual(over);
  expect(endPhotos(over, NOW + 30 * DAY_MS).objections).toEqual([{ mark: 'm', words: { text: '灯' }, at: NOW }]);
});
