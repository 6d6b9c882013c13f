import { afterAll, beforeAll, expect, test } from 'vitest';
import { STREET, staff } from '../cases/desk.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { Browser, linkOf, signIn } from './browser.ts';

let app: TestApp;
let wu: Phone;
beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example.org' });
  wu = await staff(app, '受理员老吴', 'dispatcher', STREET);
});
afterAll(() => app.close());

test('a link, a number on the page and the same number in the chat open a session', async () => {
  const browser = new Browser(app);
  const opened = await browser.post('/sign-in/link', { token: await linkOf(wu) });
  expect(opened).toMatchObject({ status: 200, body: { number: expect.any(Number) } });
  expect((await browser.get('/sessions')).status).toBe(401);
  expect((await browser.post('/sign-in/wait')).body).toEqual({ state: 'waiting' });
  const asked = await wu.sees(/Chrome，Windows 电脑/);
  expect(asked.buttons.map((row) => row.length)).toEqual([3, 1]);
  const before = browser.cookies.get('__Host-anlin-pre');
  await wu.tap(String(opened.body.number));
  await wu.sees(/对上了/);
  expect((await browser.post('/sign-in/wait')).body).toEqual({ state: 'confirmed' });
  expect([...browser.cookies.keys()]).toEqual(['__Host-anlin']);
  expect(browser.cookies.get('__Host-anlin')).not.toBe(before);
  const { status, body, headers } = await browser.get('/sessions');
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual([expect.objectContaining({ door: 'link', current: true })]);
});

test('a second opening of a link gets 410', async () => {
  const token = await linkOf(wu);
  const both = await Promise.all([0, 1].map(() => new Browser(app).post('/sign-in/link', { token })));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 410]);
});

test('a wrong number refuses a browser for good', async () => {
  const browser = new Browser(app);
  const { body } = await browser.post('/sign-in/link', { token: await linkOf(wu) });
  const { buttons } = await wu.sees(/请点网页上显示的数字/);
  const numbers = buttons[0]?.map(({ text }) => text) ?? [];
  await wu.tap(numbers.find((text) => text !== String(body.number)) ?? '');
  await wu.sees(/数字没对上/);
  expect((await browser.post('/sign-in/wait')).body).toEqual({ state: 'refused' });
  expect((await browser.post('/sign-in/wait')).body).toEqual({ state: 'expired' });
});

test('a step-up asks for a number again and gives a new token', async () => {
  const browser = await signIn(app, wu);
  const before = browser.cookies.get('__Host-anlin');
  const { body } = await browser.post('/step-up');
  await wu.sees(/要紧的事/);
  await wu.tap(String(body.number));
  await wu.hasNew(/对上了/);
  expect((await browser.post('/sign-in/wait')).body).toEqual({ state: 'confirmed' });
  expect(browser.cookies.get('__Host-anlin')).not.toBe(before);
  expect((await browser.get('/sessions')).status).toBe(200);
  expect((await new Browser(app).get('/sessions', { cookie: `__Host-anlin=${before}` })).status).toBe(401);
});
