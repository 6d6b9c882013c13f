import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isPublicPageOn } from '../../src/cases/figures/public-page-flow.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { loadBases } from '../../src/creation/rounds/round-store.ts';
import { INVITATION_MS, invitationWrites, newToken, openOwnerInvitation } from '../../src/people/invitation.ts';
import { contactFields, loadPerson } from '../../src/people/person-store.ts';
import { removeFromStaff } from '../../src/people/role.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { loadTeams } from '../../src/volunteers/teams/team-store.ts';
import { enlist, STREET, staff, tapAtOnce } from '../cases/desk.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

async function invite(left: number, until = INVITATION_MS): Promise<string> {
  const { store } = app.running;
  const token = newToken();
  const now = app.simulator.world.now();
  const grant = { role: 'dispatcher', scope: '*' } as const;
  const writes = invitationWrites(store, { token, grant, until: now + until, left, by: 'operator' });
  await commitAsSystem(store, { op: token, what: 'invited', checks: [], writes }, now);
  return token;
}

const staffCount = () => app.running.store.redis.zcard(app.running.store.keys.staff('dispatcher', '*'));

test('two people take the last place of a link at once: one gets it, the other is refused', async () => {
  const token = await invite(1);
  const phones = [await app.phone('老吴'), await app.phone('老郑')];
  for (const phone of phones) {
    await phone.say(`/start invite_${token}`);
    await phone.sees(/愿意吗/);
  }
  await tapAtOnce(
    app,
    phones.map((phone) => [phone, '愿意'] as const),
  );
  for (const phone of phones) await phone.sees(/您现在是|已经用完/);
  expect(await staffCount()).toBe(1);
});

test('a link that is used up, expired or forged opens nothing', async () => {
  const before = await staffCount();
  const phone = await app.phone('路人');
  for (const token of [await invite(1, -1), 'AAAAAAAAAAAAAAAA', 'short']) {
    await phone.say(`/start invite_${token}`);
    await phone.hasNew(/已经用完了或者过期了/);
  }
  expect(await staffCount()).toBe(before);
});

test('a person who gives a role back is no longer on the staff list', async () => {
  const before = await staffCount();
  const phone = await app.phone('老陈');
  await phone.say(`/start invite_${await invite(1)}`);
  await phone.tap('愿意');
  await phone.sees(/您现在是/);
  expect(await staffCount()).toBe(before + 1);
  await phone.say('/leave');
  await phone.tap('不做了');
  await phone.sees(/不再是/);
  expect(await staffCount()).toBe(before);
  await phone.say('/work');
  await phone.sees(/这里是工作人员办件的地方/);
});

test('a yes to giving back a role that was taken away meanwhile gives back no other one', async () => {
  const { store } = app.running;
  const phone = await staff(app, '老何', 'dispatcher', STREET);
  await enlist(app, phone, 'grid_worker', STREET);
  await phone.say('/leave');
  const asked = await phone.sees(/您现在是『锦绣街道』的受理员，真的不做了吗/);
  const office = await staff(app, '平安办老许', 'office', '*');
  await office.say('收回角色');
  const { buttons } = await office.sees(/收回谁的角色/);
  await office.tap(buttons.flat().find(({ text }) => /锦绣街道.*受理员|受理员.*锦绣街道/.test(text))?.text ?? '');
  await office.sees(/收回『锦绣街道』受理员的角色/);
  await office.tap('收回');
  await phone.hasNew(/不用您做了/);
  await phone.forge(asked.message_id, asked.buttons[0]?.[0]?.callback_data ?? '');
  await app.settle();
  expect(await store.redis.zcard(store.keys.staff('grid_worker', STREET))).toBe(1);
});

test('the office of a street invites no staff of units, which work in the whole city', async () => {
  const phone = await staff(app, '街道平安办', 'office', STREET);
  await phone.say('/invite');
  const { buttons } = await phone.sees(/请他当什么/);
  expect(buttons.flat().map(({ text }) => text)).toEqual(expect.arrayContaining(['受理员', '网格员', '街道负责人']));
  expect(buttons.flat().map(({ text }) => text)).not.toContain('责任单位经办');
});

test('the last office of the city cannot give the role back; once forgotten, a restart has a link that works', async () => {
  const fresh = await openTestApp();
  const { store, owner } = fresh.running;
  const now = () => fresh.simulator.world.now();
  const installer = await fresh.phone('装机的人');
  await installer.say(`/start ${owner}`);
  await installer.tap('愿意');
  await installer.sees(/您现在是/);
  expect(await openOwnerInvitation(store, now())).toBeUndefined();
  await installer.say('/leave');
  await installer.tap('不做了');
  await installer.sees(/最后一位全市平安办/);
  expect(await store.redis.zcard(store.keys.staff('office', '*'))).toBe(1);
  // Only a person who is forgotten leaves no one behind.
  await installer.say('/forget');
  await installer.tap('删');
  await vi.waitFor(async () => {
    if ((await store.redis.zcard(store.keys.staff('office', '*'))) > 0) await installer.tap('删');
    expect(await store.redis.zcard(store.keys.staff('office', '*'))).toBe(0);
  });
  // As a restart does.
  const again = await openOwnerInvitation(store, now());
  const right = await fresh.phone('平安办主任');
  await right.say(`/start ${again}`);
  await right.sees(/愿意吗/);
  await right.tap('愿意');
  await right.sees(/您现在是/);
  // Of the last two who leave at once, one stays.
  const both = [right, await staff(fresh, '平安办老孙', 'office', '*')];
  for (const phone of both) {
    await phone.say('/leave');
    await phone.sees(/真的不做了吗/);
  }
  await tapAtOnce(
    fresh,
    both.map((phone) => [phone, '不做了'] as const),
  );
  for (const phone of both) await phone.hasSeen(/不再是|最后一位全市平安办/);
  expect(await store.redis.zcard(store.keys.staff('office', '*'))).toBe(1);
  await fresh.close();
});

test('a link of an organiser whose role is over opens nothing, also for one who was about to accept', async () => {
  const { store } = app.running;
  const boss = await staff(app, '街道的老钱', 'office', STREET);
  const token = newToken();
  const now = app.simulator.world.now();
  const grant = { role: 'office', scope: STREET } as const;
  const by = store.pseudonym(`telegram:${boss.id}`);
  const writes = invitationWrites(store, { token, grant, until: now + INVITATION_MS, left: 9, by });
  await commitAsSystem(store, { op: token, what: 'invited', checks: [], writes }, now);
  const [first, second, third] = [await app.phone('甲'), await app.phone('乙'), await app.phone('丙')];
  for (const phone of [first, second]) {
    await phone.say(`/start invite_${token}`);
    await phone.sees(/愿意吗/);
  }
  await first.tap('愿意');
  await first.sees(/您现在是/);
  await boss.say('/leave');
  await boss.tap('不做了');
  await boss.sees(/不再是/);
  await second.tap('愿意');
  await second.sees(/已经用完了或者过期了/);
  for (const phone of [third, boss]) {
    await phone.say(`/start invite_${token}`);
    await phone.hasNew(/已经用完了或者过期了/);
  }
});

/** Takes all roles away, as a colleague does at the same moment. */
async function loseRoles(urn: Urn): Promise<void> {
  const { store, services } = app.running;
  const { version, contact } = await loadPerson(store, urn);
  if (!contact) throw new Error('There is no contact.');
  const { grants = [], ...rest } = contact;
  const fields = ['version', String(version + 1), ...Object.entries(contactFields(rest)).flat()];
  await bulkWrite(store, [['HSET', store.keys.person(urn), ...fields], ...removeFromStaff(store, urn, grants)]);
  services.persons.drop(urn);
}

test('a talk is refused at its end to one who lost the role in the middle', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  const phone = await app.phone('平安办老柳');
  const urn = `telegram:${phone.id}` as const;
  await enlist(app, phone, 'office', '*');
  await phone.say('公开页面');
  await phone.sees(/现在打开吗/);
  await loseRoles(urn);
  await phone.tap('打开');
  await phone.sees(/公开页面由全市的平安办来开/);
  expect(await isPublicPageOn(store)).toBe(false);

  await enlist(app, phone, 'office', '*');
  await phone.say('批准文号');
  await phone.sees(/哪个系列/);
  await phone.tap('校园');
  await phone.tap('业务性质的等级评定');
  await phone.sees(/批准文号，照文件写/);
  await phone.say('江平发〔2026〕12号');
  await phone.sees(/哪个机关批的/);
  await phone.say('江平市委');
  await phone.sees(/有效到哪天/);
  await phone.say('2027年6月30日');
  await phone.sees(/登记批准文号/);
  await loseRoles(urn);
  await phone.tap('登记');
  await phone.sees(/批准文号由全市的平安办登记/);
  expect(await loadBases(store)).toEqual({});

  await enlist(app, phone, 'grid_worker', STREET);
  await phone.say('队伍');
  await phone.tap('新队伍');
  await phone.sees(/队伍叫什么/);
  await phone.say('早起队');
  await phone.sees(/是哪一类/);
  await phone.tap('平安社区');
  await phone.sees(/队伍在哪里|再细一点|哪个社区/);
  await phone.tap('锦绣社区');
  await phone.sees(/最多收多少人/);
  await loseRoles(urn);
  await phone.say('20');
  await phone.sees(/派任务要由/);
  expect(await loadTeams(store)).toEqual([]);
});
