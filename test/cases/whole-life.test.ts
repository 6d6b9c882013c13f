import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { HazardCase } from '../../src/cases/hazard-case.ts';
import type { Invitation } from '../../src/people/invitation.ts';
import { INVITATION_MS, invitationWrites, newToken } from '../../src/people/invitation.ts';
import type { Role } from '../../src/people/role.ts';
import { commitAsHouse } from '../../src/store/commit-as-house.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { reportInCity } from '../faults/report-in-city.ts';
import type { TestHouse } from '../house.ts';
import { openTestHouse } from '../house.ts';
import type { Phone } from '../phone.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

const STREET = '990101001000';
const PHOTO = { photo: 'stairwell' };

/** Somebody who was given a link and said yes. */
async function staff(name: string, role: Role, scope: string): Promise<Phone> {
  const { store } = house.running;
  const token = newToken();
  const now = house.simulator.world.now();
  const invitation: Invitation = { token, grant: { role, scope }, until: now + INVITATION_MS, left: 1, by: 'test' };
  await commitAsHouse(
    store,
    { op: `invite:${token}`, what: 'invited', checks: [], writes: invitationWrites(store, invitation) },
    now,
  );
  const phone = await house.phone(name);
  await phone.say(`/start invite_${token}`);
  await phone.sees(/愿意吗/);
  await phone.tap('愿意');
  await phone.sees(/您现在是/);
  return phone;
}

async function caseOf(phone: Phone): Promise<HazardCase> {
  const [kept] = await loadOwnCases(house.running.store, `telegram:${phone.id}`);
  if (!kept) throw new Error('There is no case.');
  return kept.record;
}

/** Opens the case from the newest notice about it and taps a deed. */
async function handle(phone: Phone, number: string, deed: string): Promise<void> {
  await phone.hasSeen(new RegExp(`${shown(number)}[\\s\\S]*`));
  await phone.tap('去办');
  await phone.sees(new RegExp(`编号 ${shown(number)}`));
  await phone.tap(deed);
}

async function sendPhoto(phone: Phone, asked: RegExp): Promise<void> {
  await phone.hasNew(asked);
  await phone.send(PHOTO);
  await phone.hasNew(/照片都收着呢/);
  await phone.tap('发好了');
}

const shown = (number: string) => `${number.slice(0, 4)}-${number.slice(4)}`;

describe('a case', () => {
  test('goes from 周阿姨 over dispatcher, unit and checker to her own word', async () => {
    const desk = await staff('老吴', 'dispatcher', STREET);
    const grid = await staff('小林', 'grid_worker', STREET);
    const unit = await staff('王工', 'unit_staff', `office_${STREET}`);
    const zhou = await house.phone('周阿姨');
    const number = await reportInCity(zhou);

    await handle(desk, number, '立案');
    await desk.sees(/高风险/);
    await desk.tap('一般');
    await desk.sees(/立案了/);
    await zhou.hasSeen(/好消息/);
    await desk.tap('看看这一件');
    await desk.tap('派遣');
    const asked = await desk.sees(/按规矩是/);
    expect(asked.text).toContain('属地街道先上');
    await desk.tap('街道');
    await desk.sees(/派出去了/);
    await zhou.hasSeen(/派给了/);

    await handle(unit, number, '签收');
    await unit.sees(/签收了/);
    await unit.tap('看看这一件');
    await unit.tap('先围护好了');
    await sendPhoto(unit, /请发照片/);
    await unit.sees(/先期管控记下了/);
    await zhou.hasSeen(/先围住了/);
    await unit.tap('看看这一件');
    await unit.tap('办好了');
    await sendPhoto(unit, /请发照片/);
    await unit.sees(/请写一两句说明/);
    await unit.say('插座拆了，装了充电桩');
    await unit.sees(/交去核查了/);

    await handle(grid, number, '核查通过');
    await sendPhoto(grid, /请发照片/);
    await grid.sees(/还要说明什么/);
    await grid.tap('跳过');
    await grid.sees(/去问上报的人了/);

    await zhou.hasSeen(/解决了吗/);
    await zhou.tap('✅ 解决了');
    await zhou.sees(/结案了。谢谢您/);
    expect(await caseOf(zhou)).toMatchObject({ state: 'closed', outcome: 'solved', unit: `office_${STREET}` });
    await expectInvariants(house.running.store);
  }, 60_000);
});
