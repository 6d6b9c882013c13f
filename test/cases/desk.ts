import { expect } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { HazardCase } from '../../src/cases/hazard-case.ts';
import type { Inbound } from '../../src/channels/channel.ts';
import { answer } from '../../src/conversation/turn.ts';
import type { Invitation } from '../../src/people/invitation.ts';
import { INVITATION_MS, invitationWrites, newToken } from '../../src/people/invitation.ts';
import type { Role } from '../../src/people/role.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';

/** The street that contains the location of test phones. */
export const STREET = '990101001000';

/** Makes a staff member: an invitation link that the person accepts. */
export async function staff(app: TestApp, name: string, role: Role, scope: string): Promise<Phone> {
  return enlist(app, await app.phone(name), role, scope);
}

/** Gives the owner of a phone a role, by an invitation link that is accepted. */
export async function enlist(app: TestApp, phone: Phone, role: Role, scope: string): Promise<Phone> {
  const { store } = app.running;
  const token = newToken();
  const now = app.simulator.world.now();
  const invitation: Invitation = { token, grant: { role, scope }, until: now + INVITATION_MS, left: 1, by: 'operator' };
  const writes = invitationWrites(store, invitation);
  await commitAsSystem(store, { op: `invite:${token}`, what: 'invited', checks: [], writes }, now);
  await phone.say(`/start invite_${token}`);
  await phone.sees(/愿意吗/);
  await phone.tap('愿意');
  await phone.sees(/您现在是/);
  return phone;
}

/** Loads the newest case of this phone. */
export async function caseOf(app: TestApp, phone: Phone): Promise<HazardCase> {
  const [kept] = await loadOwnCases(app.running.store, `telegram:${phone.id}`);
  if (!kept) throw new Error('There is no case.');
  return kept.record;
}

/** Opens a case by its typed number. */
export async function openCase(phone: Phone, number: string): Promise<void> {
  await phone.say(shown(number));
  await phone.hears(new RegExp(`编号 ${shown(number)}`));
}

/** Opens the case from its newest notification and taps an action. */
export async function handle(phone: Phone, number: string, action: string): Promise<void> {
  await phone.hasSeen(new RegExp(shown(number)));
  await phone.tap('去办');
  await phone.sees(new RegExp(`编号 ${shown(number)}`));
  await phone.tap(action);
}

/** Answers a photo question with one photo. */
export async function sendPhoto(phone: Phone, asked: RegExp): Promise<void> {
  await phone.hasNew(asked);
  await phone.send({ photo: 'stairwell' });
  await phone.hasNew(/照片都收着呢/);
  await phone.tap('发好了');
}

/** Cards that were confirmed. One that is no longer the chat's last message keeps its buttons, and must not be tapped again. */
const CONFIRMED = new WeakMap<Phone, Set<number>>();

/** Confirms the deed on its card; the card shows `what`. */
export async function confirm(phone: Phone, what = /就这样办吗/): Promise<void> {
  const used = CONFIRMED.get(phone) ?? new Set<number>();
  CONFIRMED.set(phone, used);
  const cardNow = async () =>
    (await phone.fromBot()).findLast(
      ({ message_id, text, buttons }) =>
        what.test(text ?? '') && !used.has(message_id) && buttons.flat().some((button) => button.text === '确定'),
    )?.message_id;
  await expect.poll(cardNow, { timeout: PATIENCE_MS, message: `a card that shows ${what}` }).toBeDefined();
  const card = await cardNow();
  used.add(card ?? 0);
  await phone.tap('确定', card);
}

/** Formats a case number as people see it. */
export const shown = (number: string) => `${number.slice(0, 4)}-${number.slice(4)}`;

/** Processes taps of several people at once: all read the store before any of them writes. */
export async function tapAtOnce(app: TestApp, taps: readonly (readonly [Phone, string])[]): Promise<void> {
  const inbounds = await Promise.all(
    taps.map(async ([phone, label], n): Promise<Inbound> => {
      const { message_id, buttons } = await phone.withButton(label);
      const id = buttons.flat().find(({ text }) => text.includes(label))?.callback_data ?? '';
      const from = `telegram:${phone.id}` as const;
      const content = { type: 'choice', id } as const;
      return { id: `at-once:${message_id}:${n}`, from, at: 0, content, tapped: String(message_id) };
    }),
  );
  await Promise.all(inbounds.map((inbound) => answer(inbound, app.running.services)));
}
