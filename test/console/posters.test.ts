import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveCityData } from '../../src/city/city-store.ts';
import type { Poster, PostersPage } from '../../src/console/pages/posters.ts';
import { keepRound } from '../../src/creation/rounds/round-store.ts';
import { qrPicture } from '../../src/notify/qr-picture.ts';
import type { Role } from '../../src/people/role.ts';
import { EVERYWHERE, ROLES } from '../../src/people/role.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { caseOf, STREET, staff } from '../cases/desk.ts';
import { plannedRound, SCHOOL } from '../creation/school.ts';
import { neighbours } from '../deliberation/neighbours.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { Browser, signIn } from './browser.ts';

let app: TestApp;
let office: Browser;
let community: string;
let elsewhere: string;
beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example' });
  const { regions } = app.running.services.city;
  [community = ''] = regions.within(STREET, 'community');
  elsewhere = regions.all('community').find((id) => regions.above(id, 'street') !== STREET) ?? '';
  office = await signIn(app, await staff(app, '平安办', 'office', EVERYWHERE));
}, 60_000);
afterAll(() => app.close());

const pathOf = (region: string, stairs = '') => `/posters?${new URLSearchParams({ region, stairs })}`;
async function postersOf(region: string, stairs = ''): Promise<readonly Poster[]> {
  const { status, body } = await office.get(pathOf(region, stairs));
  expect(status).toBe(200);
  return (body as PostersPage).posters;
}
const payloadOf = ({ link }: Poster) => new URL(link).pathname.split('/').at(-1) ?? '';

/** The dark modules of a path, row by row. */
function modulesIn({ size, path }: Poster): readonly string[] {
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => ' '));
  for (const [, x = '', y = '', run = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g))
    for (let i = 0; i < Number(run); i += 1) (rows[Number(y)] ?? [])[Number(x) + i] = '#';
  return rows.map((row) => row.join(''));
}

/** The dark modules of the picture that the chat sends for this link. */
function modulesOfPicture(link: string, size: number): readonly string[] {
  const { width, data } = PNG.sync.read(Buffer.from(qrPicture(link), 'base64'));
  const side = width / size;
  const isDark = (x: number, y: number) => data[(Math.floor((y + 0.5) * side) * width + (x + 0.5) * side) * 4] === 0;
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => (isDark(x, y) ? '#' : ' ')).join(''),
  );
}

test('the door of premises has a code for reports, and one for objections while a public notice runs', async () => {
  const { store } = app.running;
  const premises = [{ ...SCHOOL, region: community }];
  await saveCityData(store, { premises }, 'premises', 1);
  await app.tick('city-reload');
  const round = plannedRound({ state: 'public_notice', region: community, level: 'district', noticeUntil: 4e12 });
  await bulkWrite(store, keepRound(store, round, 0).writes);
  const made = (await office.get(`/posters?premises=${SCHOOL.id}`)).body as PostersPage;
  expect(made.premises).toMatchObject([{ id: SCHOOL.id, name: '实验小学' }]);
  expect(made.posters.map((one) => [payloadOf(one), one.isNotice ?? false])).toEqual([
    [expect.stringMatching(`^at_${community}`), false],
    [`notice_${round.id}`, true],
  ]);
  const [resident] = (await neighbours(app, ['周阿姨'], { home: community })) as [Phone];
  await resident.say(`/start notice_${round.id}`);
  await resident.sees(/实验小学.*区级.*这不是称号/s);
  const stranger = await signIn(app, await staff(app, '外街受理员', 'dispatcher', elsewhere));
  expect((await stranger.get(`/posters?premises=${SCHOOL.id}`)).status).toBe(404);
});

describe('a poster', () => {
  test('has the code of its link, with a quiet zone', async () => {
    const [poster, ...more] = await postersOf(community);
    if (!poster) throw new Error('There is no poster.');
    expect(more).toEqual([]);
    expect(payloadOf(poster)).toBe(`at_${community}`);
    const modules = modulesIn(poster);
    expect(modules).toEqual(modulesOfPicture(poster.link, poster.size));
    expect(modules.slice(0, 4).join('').trim()).toBe('');
    expect(modules[4]?.slice(0, 11)).toBe('    #######');
  });

  test('names a stairwell in its code, if the code can carry it', async () => {
    const posters = await postersOf(
      community,
      '十栋一单元\n 十栋二单元 \n\n十栋一单元\n王老五家门口\n一百二十三栋一百二十三单元楼道口',
    );
    expect(posters.map(({ stairs, knowsStairs }) => [stairs, knowsStairs])).toEqual([
      ['十栋一单元', true],
      ['十栋二单元', true],
      ['王老五家门口', false],
      ['一百二十三栋一百二十三单元楼道口', false],
    ]);
    expect(posters.map(payloadOf).filter((payload) => !/^[\w-]{1,64}$/.test(payload))).toEqual([]);
    expect(new Set(posters.map(({ link }) => link)).size).toBe(3);
  });

  test('is refused for too many or too long stairwells, and for what is no community', async () => {
    const many = Array.from({ length: 41 }, (_, i) => `${i}栋`).join('\n');
    for (const stairs of [many, '长'.repeat(21)])
      expect((await office.get(pathOf(community, stairs))).status, stairs).toBe(400);
    for (const region of [STREET, 'x', '__proto__'])
      expect((await office.get(pathOf(region))).status, region).toBe(404);
  });
});

describe('posters are for', () => {
  const MAY: readonly Role[] = ['dispatcher', 'lead', 'office'];

  test.each(ROLES)('%s, as the role says, in the own scope', async (role) => {
    const scope = role === 'unit_staff' ? `office_${STREET}` : role === 'auditor' ? EVERYWHERE : STREET;
    const browser = await signIn(app, await staff(app, role, role, scope));
    const allowed = MAY.includes(role) ? 200 : 403;
    const list = await browser.get('/posters');
    expect([list.status, (await browser.get(pathOf(community))).status]).toEqual([allowed, allowed]);
    expect((await browser.get(pathOf(elsewhere))).status).toBe(403);
    if (allowed === 200) {
      const own = app.running.services.city.regions.within(STREET, 'community');
      expect((list.body as PostersPage).communities.map(({ id }) => id)).toEqual(own);
    }
  });

  test('no one who is not signed in', async () => {
    expect((await new Browser(app).get(pathOf(community))).status).toBe(401);
  });
});

describe('the link of a poster', () => {
  const begin = async (phone: Phone, payload: string) => {
    await phone.say(`/start ${payload}`);
    await phone.sees(/先跟您说明白/);
    await phone.tap('同意基本处理');
    await phone.sees(/哪一类/);
    await phone.tap('消防');
    await phone.sees(/哪一种/);
    await phone.tap('电动车飞线充电');
  };

  test('opens the report with the place known', async () => {
    const [poster] = await postersOf(community, '十栋一单元');
    const zhou = await app.phone('周阿姨');
    await begin(zhou, payloadOf(poster ?? ({ link: 'https://x' } as Poster)));
    const { text = '' } = await zhou.sees(/都对就提交/);
    expect(text).toContain(`地点：${poster?.place}，十栋一单元`);
    await zhou.tap('提交');
    await zhou.sees(/编号/);
    expect((await caseOf(app, zhou)).place).toEqual({ region: community, text: '十栋一单元' });
  });

  test('keeps a report that was under way', async () => {
    const lin = await app.phone('林叔');
    await lin.say('井盖没了');
    await lin.sees(/先跟您说明白/);
    await lin.say(`/start at_${community}`);
    await lin.sees(/没填完/);
    await lin.tap('接着填');
    await lin.sees(/先跟您说明白/);
  });

  test('brings no words that anybody might write into it', async () => {
    const forged = Buffer.from('张三偷电').toString('base64url');
    const wu = await app.phone('吴姐');
    await begin(wu, `at_${community}_${forged}`);
    const { text = '' } = await wu.sees(/都对就提交/);
    expect(text).not.toContain('张三');
    const control = Buffer.from('十栋\u001f一单元\n').toString('base64url');
    await begin(await app.phone('赵叔'), `at_${community}_${control}`);
    const qian = await app.phone('钱伯');
    await begin(qian, 'at_123456789012');
    await qian.sees(/隐患在哪里/);
  });
});
