import { expect } from 'vitest';
import type { Volunteer } from '../../src/volunteers/volunteer/volunteer.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { crowd } from './crowd.ts';

type SignUp = {
  readonly skills?: readonly string[];
  readonly days?: readonly string[];
  readonly parts?: readonly string[];
  readonly region?: readonly string[];
};

const WEEK = ['星期一', '星期二', '星期三', '星期四', '星期五', '星期六', '星期天'];
/** The regions around the simulator's default location. */
export const HERE = ['西渚区', '锦绣街道', '锦绣社区'];

/** Completes the sign-up of a volunteer. */
export async function signUp(
  phone: Phone,
  called: string,
  { skills = ['巡逻'], days = WEEK, parts = ['上午', '下午', '晚上'], region = HERE }: SignUp = {},
): Promise<void> {
  await phone.say('报名');
  await phone.sees(/多大年纪/);
  await phone.tap('满 18 岁');
  await phone.sees(/哪里帮忙/);
  for (const part of region) {
    await phone.tap(part);
    await phone.hasNew(/哪个|您会什么/);
  }
  await offer(phone, called, { skills, days, parts });
}

/** Completes a sign-up from the question about skills on. */
export async function offer(
  phone: Phone,
  called: string,
  { skills, days, parts }: Required<Pick<SignUp, 'skills' | 'days' | 'parts'>>,
): Promise<void> {
  await phone.tick(/您会什么/, skills);
  await phone.tick(/星期几有空/, days);
  await phone.tick(/什么时候方便/, parts);
  await phone.sees(/怎么称呼/);
  await phone.say(called);
  await phone.sees(/留个电话/);
  await phone.say('跳过');
  await phone.sees(/答应三件事/);
  await phone.tap('我答应');
  await phone.sees(/都对就交/);
  await phone.tap('交报名');
  await phone.sees(/报名收到了/);
}

/** An organiser accepts an applicant. */
export async function approve(organiser: Phone, called: string): Promise<void> {
  await organiser.hasSeen(new RegExp(`${called} 想当志愿者`), 10_000);
  await organiser.say('看报名');
  await organiser.sees(/点一个看/);
  await organiser.tap(called);
  await organiser.sees(new RegExp(`${called}，满 18 岁`));
  await organiser.tap('同意');
  await organiser.sees(/现在是志愿者了/);
}

/** A new volunteer who signed up by phone and was accepted. */
export async function volunteer(app: TestApp, organiser: Phone, called: string, how?: SignUp): Promise<Phone> {
  const phone = await app.phone(called);
  await signUp(phone, called, how);
  await approve(organiser, called);
  await phone.hasSeen(/您现在是志愿者了/, 10_000);
  return phone;
}

/** Accepted volunteers with phones, written to the store directly. */
export async function volunteers(
  app: TestApp,
  names: readonly string[],
  how: Partial<Volunteer> = {},
): Promise<readonly Phone[]> {
  const { world } = app.simulator;
  const phones = await Promise.all(names.map((name) => app.phone(name)));
  for (const { id } of phones) {
    const person = world.people.get(id);
    if (person) world.changePerson({ ...person, started: true });
  }
  const urns = phones.map(({ id }) => `telegram:${id}` as const);
  await crowd(app.running.store, urns, world.now(), { ...how, names });
  return phones;
}

/** Waits until the bot has sent a matching message `n` times. */
export async function times(phone: Phone, what: RegExp, n: number): Promise<void> {
  const said = async () => (await phone.fromBot()).filter(({ text }) => what.test(text ?? '')).length;
  await expect.poll(said, { timeout: 10_000 }).toBe(n);
}
