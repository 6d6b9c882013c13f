import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { myDataTalk } from '../../src/cases/follow/my-data-flow.ts';
import type { PeoplePage } from '../../src/console/pages/people.ts';
import type { Contact } from '../../src/people/contact.ts';
import { joinContacts } from '../../src/people/link/join-contacts.ts';
import { EVERYWHERE } from '../../src/people/role.ts';
import { needsStepUp } from '../../src/people/sign-in/sign-in.ts';
import {
  admitBrowser,
  answerBrowser,
  askAgain,
  beginSession,
  loadAccess,
} from '../../src/people/sign-in/sign-in-store.ts';
import { codeOf, stepAt } from '../../src/people/sign-in/totp.ts';
import { colleagueId } from '../../src/people/staff-list.ts';
import type { SystemChange } from '../../src/store/commit-as-system.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { scanKeys } from '../../src/store/records/invariants.ts';
import { enlist, STREET, staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { Browser, bytesOf, initDataOf, leaveStaff, linkOf, signIn, stepUp, told } from './browser.ts';

const MINUTE_MS = 60_000;
const SESSION = '__Host-anlin';
const WAITING = '__Host-anlin-pre';

let app: TestApp;
let wu: Phone;
beforeAll(async () => {
  app = await openTestApp({ site: 'https://anlin.example.org' });
  wu = await staff(app, '受理员老吴', 'dispatcher', STREET);
});
afterAll(() => app.close());

const isIn = async (browser: Browser) => (await browser.get('/sessions')).status === 200;
const stateOf = async (browser: Browser) => (await browser.post('/sign-in/wait')).body.state;

/** Opens a link in a new browser, up to the number on its page. */
async function opened(phone: Phone) {
  const browser = new Browser(app);
  const { body } = await browser.post('/sign-in/link', { token: await linkOf(phone) });
  const { buttons } = await phone.sees(/请点网页上显示的数字/);
  const numbers = buttons[0]?.map(({ text }) => text) ?? [];
  return { browser, right: String(body.number), wrong: numbers.find((text) => text !== String(body.number)) ?? '' };
}

async function auditOf(phone: Phone): Promise<readonly string[]> {
  const { store } = app.running;
  const who = store.pseudonym(`telegram:${phone.id}`);
  const entries = await store.redis.xrange(store.keys.audit, '-', '+');
  const of = (fields: readonly string[], name: string) => fields[fields.indexOf(name) + 1] ?? '';
  return entries.filter(([, fields]) => of(fields, 'who') === who).map(([, fields]) => of(fields, 'what'));
}

describe('the link', () => {
  test('a link, the number on its page and the same number in the chat open a session', async () => {
    const { browser, right } = await opened(wu);
    expect(await isIn(browser)).toBe(false);
    expect(await stateOf(browser)).toBe('waiting');
    const asked = await wu.sees(/Chrome，Windows 电脑/);
    expect(asked.buttons.map((row) => row.length)).toEqual([3, 1]);
    const before = browser.cookies.get(WAITING);
    await told(wu, /对上了/, () => wu.tap(right));
    expect((await browser.post('/sign-in/wait')).body).toEqual({ state: 'confirmed' });
    expect([...browser.cookies.keys()]).toEqual([SESSION]);
    expect(browser.cookies.get(SESSION)).not.toBe(before);
    const { status, body, headers } = await browser.get('/sessions');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject([{ door: 'link', current: true, browser: { family: 'chrome', system: 'windows' } }]);
    expect(JSON.stringify(body)).not.toContain('hash');
    expect(await auditOf(wu)).toEqual(
      expect.arrayContaining([
        'console_link_given',
        'console_link_opened',
        'browser_confirmed',
        'console_signed_in_link',
      ]),
    );
  });

  test('both cookies are closed to scripts, to other sites and to plain connections', async () => {
    const browser = new Browser(app);
    const { headers } = await browser.post('/sign-in/link', { token: await linkOf(wu) });
    const [cookie = ''] = headers.getSetCookie();
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=300'])
      expect(cookie.split('; ')).toContain(attribute);
    expect(cookie).not.toMatch(/domain/i);
  });

  test('a typed number counts as a tap', async () => {
    const { browser, right } = await opened(wu);
    await told(wu, /请点网页上显示的数字/, () => wu.say('核对网页'));
    await told(wu, /对上了/, () => wu.say(right));
    expect(await stateOf(browser)).toBe('confirmed');
  });

  test('of two openings of one link, one gets a number', async () => {
    const token = await linkOf(wu);
    const both = await Promise.all([0, 1].map(() => new Browser(app).post('/sign-in/link', { token })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 410]);
  });

  test('unknown, malformed, replaced and expired links get the same answer', async () => {
    const replaced = await linkOf(wu);
    const last = await linkOf(wu);
    await app.advance(5 * MINUTE_MS);
    const unknown = `${last.slice(0, -1)}${last.endsWith('A') ? 'B' : 'A'}`;
    for (const token of [replaced, last, unknown, `${'A'.repeat(12)}.${'A'.repeat(43)}`, '', 'x', 7]) {
      const { status, body } = await new Browser(app).post('/sign-in/link', { token });
      expect({ status, body }).toEqual({ status: 410, body: { error: 'gone' } });
    }
  });

  test('a wrong number, or “not me”, refuses a browser for good', async () => {
    const first = await opened(wu);
    await told(wu, /数字没对上/, () => wu.tap(first.wrong));
    await told(wu, /已经不等了/, () => wu.tap(first.right));
    expect(await stateOf(first.browser)).toBe('refused');
    expect(await stateOf(first.browser)).toBe('expired');
    const second = await opened(wu);
    await told(wu, /挡住了/, () => wu.tap('不是我'));
    expect(await stateOf(second.browser)).toBe('refused');
    expect((await auditOf(wu)).filter((what) => what === 'browser_refused')).toHaveLength(2);
  });

  test('a number counts for five minutes', async () => {
    const { browser, right } = await opened(wu);
    await app.advance(5 * MINUTE_MS);
    await told(wu, /已经不等了/, () => wu.tap(right));
    expect(await stateOf(browser)).toBe('expired');
  });

  test('another person cannot confirm a browser', async () => {
    const { browser, right } = await opened(wu);
    const other = await staff(app, '负责人老陈', 'lead', STREET);
    const button = (await wu.withButton(right)).buttons[0]?.find(({ text }) => text === right);
    await told(other, /已经不等了/, async () =>
      other.forge((await other.sees(/./)).message_id, button?.callback_data ?? ''),
    );
    expect(await stateOf(browser)).toBe('waiting');
  });

  test('a resident gets no link, and a link of a person who lost the role opens nothing', async () => {
    const resident = await app.phone();
    await told(resident, /后台给工作人员用/, () => resident.say('后台'));
    const former = await staff(app, '老郑', 'dispatcher', STREET);
    const token = await linkOf(former);
    await leaveStaff(former);
    expect((await new Browser(app).post('/sign-in/link', { token })).status).toBe(410);
  });

  test('a role that is lost while the browser waits opens no session', async () => {
    const former = await staff(app, '老冯', 'dispatcher', STREET);
    const { browser, right } = await opened(former);
    await told(former, /对上了/, () => former.tap(right));
    await leaveStaff(former);
    expect(await stateOf(browser)).toBe('expired');
    expect(browser.cookies.has(SESSION)).toBe(false);
  });
});

describe('a session', () => {
  test('cannot be fixed beforehand: tokens that the browser already has are worth nothing', async () => {
    const made = `${app.running.store.pseudonym(`telegram:${wu.id}`)}.${'A'.repeat(43)}`;
    const browser = new Browser(app).with({ [SESSION]: made, [WAITING]: made });
    expect(await isIn(browser)).toBe(false);
    expect(await stateOf(browser)).toBe('expired');
    const mine = (await signIn(app, wu)).cookies.get(SESSION);
    // An attacker's own session in the browser of the person who signs in next.
    const victim = await staff(app, '老何', 'dispatcher', STREET);
    const { browser: next, right } = await opened(victim);
    next.cookies.set(SESSION, mine ?? '');
    const waiting = next.cookies.get(WAITING);
    await told(victim, /对上了/, () => victim.tap(right));
    expect(await stateOf(next)).toBe('confirmed');
    expect([mine, made, waiting]).not.toContain(next.cookies.get(SESSION));
    expect(await isIn(new Browser(app).with({ [SESSION]: waiting }))).toBe(false);
  });

  test('ends 30 minutes after its last use, and 12 hours after its sign-in', async () => {
    const idle = await signIn(app, wu);
    await app.advance(29 * MINUTE_MS);
    expect(await isIn(idle)).toBe(true);
    await app.advance(29 * MINUTE_MS);
    expect(await isIn(idle)).toBe(true);
    await app.advance(30 * MINUTE_MS);
    expect(await isIn(idle)).toBe(false);
    const busy = await signIn(app, wu);
    for (let minutes = 0; minutes < 12 * 60 - 25; minutes += 25) {
      expect(await isIn(busy)).toBe(true);
      await app.advance(25 * MINUTE_MS);
    }
    expect(await isIn(busy)).toBe(true);
    await app.advance(25 * MINUTE_MS);
    expect(await isIn(busy)).toBe(false);
  });

  test('ends with the last role, also after a new one was given', async () => {
    const former = await staff(app, '老魏', 'dispatcher', STREET);
    const browser = await signIn(app, former);
    expect(await isIn(browser)).toBe(true);
    await leaveStaff(former);
    expect(await isIn(browser)).toBe(false);
    await app.advance(1000);
    await enlist(app, former, 'dispatcher', STREET);
    expect(await isIn(browser)).toBe(false);
    expect(await isIn(await signIn(app, former))).toBe(true);
  });

  test('ends when its owner is forgotten, and nothing of it stays', async () => {
    const former = await staff(app, '老蒋', 'dispatcher', STREET);
    const browser = await signIn(app, former);
    await former.say('/forget');
    await told(former, /真的都删掉吗/, () => former.tap('删掉'));
    await told(former, /都删掉了/, () => former.tap('确定删掉'));
    expect(await isIn(browser)).toBe(false);
    const { store } = app.running;
    expect(await store.redis.exists(store.keys.console(store.pseudonym(`telegram:${former.id}`)))).toBe(0);
  });

  test('is listed, and can be ended alone, with all others, or by signing out', async () => {
    const tang = await staff(app, '老唐', 'dispatcher', STREET);
    const [a, b, c] = [await signIn(app, tang), await signIn(app, tang), await signIn(app, tang)];
    const listed = (await a.get('/sessions')).body as unknown as { readonly id: string; readonly current: boolean }[];
    expect(listed.map(({ current }) => current).filter(Boolean)).toHaveLength(1);
    expect(listed).toHaveLength(3);
    const own = async (browser: Browser) =>
      ((await browser.get('/sessions')).body as unknown as typeof listed).find(({ current }) => current)?.id;
    expect((await a.delete(`/sessions/${await own(b)}`)).status).toBe(200);
    expect([await isIn(a), await isIn(b), await isIn(c)]).toEqual([true, false, true]);
    const out = await c.post('/sign-out');
    expect(out.headers.get('clear-site-data')).toContain('"cookies"');
    expect([await isIn(a), await isIn(c)]).toEqual([true, false]);
    const d = await signIn(app, tang);
    const token = await linkOf(tang);
    await d.delete('/sessions');
    expect([await isIn(a), await isIn(d)]).toEqual([false, false]);
    expect((await new Browser(app).post('/sign-in/link', { token })).status).toBe(410);
    // Sessions of another person are not found.
    const other = await signIn(app, wu);
    const e = await signIn(app, tang);
    await e.delete(`/sessions/${await own(other)}`);
    expect(await isIn(other)).toBe(true);
    expect(await auditOf(tang)).toContain('console_signed_out');
  });

  test('ends in silence when its owner has ten newer ones', async () => {
    const ma = await staff(app, '老马', 'dispatcher', STREET);
    const first = await signIn(app, ma);
    for (let i = 0; i < 10; i += 1) {
      await app.advance(1000);
      const { status } = await new Browser(app).post('/sign-in/mini-app', await launch(ma));
      expect(status).toBe(200);
    }
    expect(await isIn(first)).toBe(false);
  });

  test('steps up by a number, gets a new token, and allows dangerous deeds for five minutes', async () => {
    const browser = await signIn(app, wu);
    const { store, services } = app.running;
    const needs = async () => {
      const { sessions } = await loadAccess(store, store.pseudonym(`telegram:${wu.id}`));
      return sessions.every((session) => needsStepUp(session, services.now()));
    };
    expect(await needs()).toBe(true);
    const before = browser.cookies.get(SESSION);
    expect(await stepUp(wu, browser)).toBe('confirmed');
    expect(browser.cookies.get(SESSION)).not.toBe(before);
    expect([await isIn(browser), await isIn(new Browser(app).with({ [SESSION]: before }))]).toEqual([true, false]);
    expect(await needs()).toBe(false);
    await app.advance(5 * MINUTE_MS);
    expect(await needs()).toBe(true);
    expect(await auditOf(wu)).toContain('console_stepped_up');
  });

  test('that ended while the number was asked for does not come back by it', async () => {
    const browser = await signIn(app, wu);
    const waiting = { [WAITING]: '' };
    const { body } = await told(wu, /要紧的事/, () => browser.post('/step-up'));
    waiting[WAITING] = browser.cookies.get(WAITING) ?? '';
    await browser.post('/sign-out');
    await told(wu, /对上了/, () => wu.tap(String(body.number)));
    expect(await stateOf(new Browser(app).with(waiting))).toBe('expired');
  });

  test('may ask for ten numbers in five minutes', async () => {
    const browser = await signIn(app, await staff(app, '老段', 'dispatcher', STREET));
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) statuses.push((await browser.post('/step-up')).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
  });
});

test('of two calls for one confirmed browser, one opens a session', async () => {
  const { browser, right } = await opened(wu);
  await told(wu, /对上了/, () => wu.tap(right));
  const cookies = Object.fromEntries(browser.cookies);
  const tabs = [new Browser(app).with(cookies), new Browser(app).with(cookies)];
  expect((await Promise.all(tabs.map(stateOf))).sort()).toEqual(['confirmed', 'expired']);
});

test('no commit relies on what was read before a role, a session or a browser went', async () => {
  const { store, services } = app.running;
  const former = await staff(app, '老邓', 'dispatcher', STREET);
  const urn = `telegram:${former.id}` as const;
  const grants = [{ role: 'dispatcher', scope: STREET, since: 0 }] as const;
  const who = store.pseudonym(urn);
  const tab = await signIn(app, former);
  await tab.post('/step-up');
  const stale = await loadAccess(store, who);
  const [session] = stale.sessions;
  if (!session || !stale.browser) throw new Error('There is no session that steps up.');
  const begun = { ...session, id: 'x' };
  const commits = async (change: Pick<SystemChange, 'checks' | 'writes'>) =>
    (await commitAsSystem(store, { op: `${Math.random()}`, what: 'tried', ...change }, services.now())).type;
  await tab.delete('/sessions');
  expect(await commits(askAgain(store, urn, session, stale.browser))).toBe('conflict');
  expect(await commits(admitBrowser(store, { urn, grants }, begun, stale, services.now()))).toBe('conflict');
  await opened(former);
  expect(await commits(answerBrowser(stale, 'confirmed'))).toBe('conflict');
  await leaveStaff(former);
  expect(await commits(beginSession(store, { urn, grants }, begun, stale, services.now()))).toBe('conflict');
});

describe('the second factor', () => {
  type Offer = { readonly secret: string; readonly offer: string };
  let secret: Buffer;
  const codeNow = (steps = 0) => codeOf(secret, stepAt(app.running.services.now()) + steps);
  /** Sets the factor of a session that has just stepped up. */
  const setUp = async (phone: Phone, browser: Browser) => {
    const offer = (await browser.post('/account/factor/new')).body as unknown as Offer;
    secret = bytesOf(offer.secret);
    const post = { offer: offer.offer, code: codeNow() };
    expect((await told(phone, /验证码设好了/, () => browser.post('/account/factor', post))).status).toBe(200);
  };
  const fieldsOf = (phone: Phone) => {
    const { store } = app.running;
    return store.redis.hgetall(store.keys.person(`telegram:${phone.id}`));
  };
  let qin: Phone;
  let browser: Browser;
  beforeAll(async () => {
    qin = await staff(app, '老秦', 'lead', STREET);
    browser = await signIn(app, qin);
  });

  test('is set by a right code after a step-up, and its secret lies sealed', async () => {
    for (const [method, path] of [
      ['POST', '/account/factor/new'],
      ['POST', '/account/factor'],
      ['DELETE', '/account/factor'],
    ] as const) {
      expect((await new Browser(app).call(method, path, {})).status, path).toBe(401);
      const { status, body } = await browser.call(method, path, {});
      expect([status, body], path).toEqual([403, { error: 'step_up' }]);
    }
    await stepUp(qin, browser);
    const { body } = await browser.post('/account/factor/new');
    const offer = body as unknown as Offer & { readonly path: string };
    expect(offer.secret).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    expect(offer.path).toMatch(/^M/);
    secret = bytesOf(offer.secret);
    const wrong = String((Number(codeNow()) + 1) % 1e6).padStart(6, '0');
    expect((await browser.post('/account/factor', { offer: offer.offer, code: wrong })).status).toBe(403);
    // Another organiser's offer, and one of ten minutes ago, set nothing.
    const other = await signIn(app, wu);
    await stepUp(wu, other);
    expect((await other.post('/account/factor', { offer: offer.offer, code: codeNow() })).status).toBe(410);
    expect((await browser.post('/account/factor', { offer: 'x', code: codeNow() })).status).toBe(410);
    expect((await browser.get('/account')).body).not.toHaveProperty('factor');
    const post = { offer: offer.offer, code: codeNow() };
    expect((await told(qin, /验证码设好了/, () => browser.post('/account/factor', post))).status).toBe(200);
    expect((await browser.get('/account')).body).toMatchObject({
      factor: expect.any(Number),
      sessions: [{ current: true, browser: ['Chrome', 'Windows 电脑'] }],
    });
    const { contact = '' } = await fieldsOf(qin);
    expect(contact).toContain('"factor"');
    for (const text of [offer.secret.replaceAll(' ', ''), secret.toString('base64url'), secret.toString('hex')])
      expect(contact).not.toContain(text);
    expect(await auditOf(qin)).toContain('console_factor_set');
  });

  test('asks for a code before the number, each code once and within 30 seconds of its step', async () => {
    const numbers = async () => (await qin.fromBot()).filter(({ text = '' }) => text.includes('要紧的事')).length;
    const before = await numbers();
    // The code that set the factor is spent.
    expect((await browser.post('/step-up')).body).toEqual({ error: 'code_needed' });
    expect((await browser.post('/step-up', { code: codeNow() })).body).toEqual({ error: 'wrong_code' });
    await app.settle();
    expect(await numbers()).toBe(before);
    await app.advance(30_000);
    const code = codeNow();
    const both = await Promise.all([0, 1].map(() => browser.post('/step-up', { code })));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 403]);
    await app.advance(60_000);
    expect(await stepUp(qin, browser, codeNow(-1))).toBe('confirmed');
    expect(await stepUp(qin, browser, codeNow(1))).toBe('confirmed');
    expect((await browser.post('/step-up', { code: codeNow(2) })).body).toEqual({ error: 'wrong_code' });
    expect(await auditOf(qin)).toEqual(expect.arrayContaining(['console_code_given', 'console_code_wrong']));
  });

  test('takes five wrong codes in an hour, also of calls at one moment, and then no right one', async () => {
    const tries = async () => {
      const guess = () => browser.post('/step-up', { code: codeNow(50) });
      return (await Promise.all(Array.from({ length: 8 }, guess))).map(({ status }) => status).toSorted();
    };
    // The first second of an hour, as the next tries must fall into one.
    await app.advance(60 * MINUTE_MS - (app.running.services.now() % (60 * MINUTE_MS)) + 1000);
    browser = await signIn(app, qin);
    // The person hears of it, once.
    expect(await told(qin, /连着输错了验证码/, tries)).toEqual([403, 403, 403, 403, 403, 429, 429, 429]);
    expect((await auditOf(qin)).filter((what) => what === 'console_code_locked')).toHaveLength(1);
    const { status, headers } = await browser.post('/step-up', { code: codeNow() });
    expect([status, Number(headers.get('retry-after')) > 3000]).toEqual([429, true]);
    await app.advance(60 * MINUTE_MS);
    browser = await signIn(app, qin);
    expect(await stepUp(qin, browser, codeNow())).toBe('confirmed');
  });

  test('is turned off after a step-up with its code, and the person is told', async () => {
    await app.advance(5 * MINUTE_MS);
    expect((await browser.delete('/account/factor')).body).toEqual({ error: 'step_up' });
    await stepUp(qin, browser, codeNow());
    expect((await told(qin, /验证码关掉了/, () => browser.delete('/account/factor'))).status).toBe(200);
    expect((await browser.delete('/account/factor')).status).toBe(200);
    expect((await fieldsOf(qin)).contact).not.toContain('factor');
    expect((await auditOf(qin)).filter((what) => what === 'console_factor_off')).toHaveLength(1);
    await app.advance(5 * MINUTE_MS);
    expect(await stepUp(qin, browser)).toBe('confirmed');
  });

  test('voids a number that was asked for without it', async () => {
    const [one, tab] = [await signIn(app, qin), await signIn(app, qin)];
    await stepUp(qin, one);
    const { body } = await told(qin, /要紧的事/, () => tab.post('/step-up'));
    await setUp(qin, one);
    await told(qin, /已经不等了/, () => qin.tap(String(body.number)));
    expect(await stateOf(tab)).toBe('expired');
  });

  test('is reset by the office or the lead of all roles of a person, who is told', async () => {
    const office = await staff(app, '平安办', 'office', EVERYWHERE);
    const boss = await signIn(app, office);
    const other = await signIn(app, await staff(app, '别街', 'lead', '990102001000'));
    // A lead takes away the first role of this person, and not the second.
    await enlist(app, qin, 'dispatcher', STREET);
    const peer = await signIn(app, await staff(app, '同街', 'lead', STREET));
    const rows = async (of: Browser) => ((await of.get('/people')).body as unknown as PeoplePage).staff;
    const id = (await rows(boss)).find(({ resets }) => resets)?.id ?? '';
    expect((await rows(boss)).filter(({ resets }) => resets)).toHaveLength(1);
    const own = colleagueId(app.running.store.pseudonym(`telegram:${qin.id}`));
    expect((await rows(peer)).some(({ colleague }) => colleague === own)).toBe(true);
    for (const lead of [other, peer]) expect((await rows(lead)).some(({ resets }) => resets)).toBe(false);
    const form = { argument: id, inputs: [{ step: 'sure', option: 'yes' }] };
    const tried = (of: Browser) => of.form('reset-factor', { ...form, op: randomUUID() });
    for (const one of [other, peer, browser]) expect(await tried(one)).toMatchObject({ outcome: 'refused' });
    expect(await tried(boss)).toEqual({ type: 'step_up' });
    await stepUp(office, boss);
    const reset = await told(qin, /同事帮您重设了/, () => tried(boss));
    expect(reset).toMatchObject({ type: 'done', outcome: 'console_factor_reset' });
    expect((await fieldsOf(qin)).contact).not.toContain('factor');
    expect(await auditOf(office)).toContain('console_factor_reset');
  });

  test('is exported without its secret, and goes with the last role and with the person', async () => {
    const again = await signIn(app, qin);
    await stepUp(qin, again);
    await setUp(qin, again);
    const { contact = '' } = await fieldsOf(qin);
    const kept = JSON.parse(contact) as Contact & { readonly factor: { readonly secret: string } };
    // The export needs nothing but what was loaded.
    const facts = { facts: { urn: `telegram:${qin.id}`, contact: kept, cases: [], followed: [] } } as never;
    const exported = JSON.stringify(myDataTalk.finish({ next: 'export' }, facts).says);
    expect(exported).toContain('factor');
    expect(exported).not.toContain(kept.factor.secret);
    // A person who joins another one brings the factor along.
    const { factor: _left, ...root } = kept;
    expect(joinContacts(root, `telegram:${qin.id}`, kept, 0).factor).toEqual(kept.factor);
    await leaveStaff(qin);
    expect((await fieldsOf(qin)).contact).toContain('factor');
    await leaveStaff(qin);
    expect((await fieldsOf(qin)).contact).not.toContain('factor');
    await expectInvariants(app.running.store);
  });
});

const launch = async (phone: Phone) => ({ channel: 'telegram', init_data: await initDataOf(app, phone) });

describe('the Mini App', () => {
  test('signs in at once, with a token for pages without cookies', async () => {
    const browser = new Browser(app);
    const { status, body } = await browser.post('/sign-in/mini-app', await launch(wu));
    expect(status).toBe(200);
    const bearer = { authorization: `Bearer ${body.token}` };
    expect((await new Browser(app).get('/sessions', bearer)).body).toEqual(
      expect.arrayContaining([expect.objectContaining({ door: 'mini_app', current: true })]),
    );
    expect(await isIn(browser)).toBe(true);
    // A step-up there works without cookies too.
    const page = new Browser(app);
    const asked = await told(wu, /要紧的事/, () => page.post('/step-up', {}, bearer));
    await told(wu, /对上了/, () => wu.tap(String(asked.body.number)));
    page.with({});
    const stepped = await page.post('/sign-in/wait', {}, { authorization: `Bearer ${asked.body.token}` });
    expect(stepped.body).toEqual({ state: 'confirmed', token: expect.any(String) });
    page.with({});
    expect((await page.get('/sessions', bearer)).status).toBe(401);
    expect((await page.get('/sessions', { authorization: `Bearer ${stepped.body.token}` })).status).toBe(200);
    expect(await auditOf(wu)).toContain('console_signed_in_mini_app');
  });

  test('launch data count once, however they are written', async () => {
    const { channel, init_data } = await launch(wu);
    const other = init_data.split('&').reverse().join('&').replace('query_id', 'query%5Fid');
    const statuses: number[] = [];
    for (const text of [init_data, init_data, other])
      statuses.push((await new Browser(app).post('/sign-in/mini-app', { channel, init_data: text })).status);
    expect(statuses).toEqual([200, 401, 401]);
  });

  test('forged and stale launch data, other channels and people without a role are refused', async () => {
    const { channel, init_data } = await launch(wu);
    const resident = await app.phone();
    await resident.say('/start');
    const forged = init_data.replace(String(wu.id), String(wu.id + 1));
    const tries = [{ channel, init_data: forged }, { channel: 'other', init_data }, { channel }, {}];
    for (const body of tries) expect((await new Browser(app).post('/sign-in/mini-app', body)).status).toBe(401);
    expect((await new Browser(app).post('/sign-in/mini-app', await launch(resident))).status).toBe(403);
    await app.advance(5 * MINUTE_MS);
    expect((await new Browser(app).post('/sign-in/mini-app', { channel, init_data })).status).toBe(401);
  });
});

test('ten failures in five minutes shut the sign-in for an address, also for right tokens', async () => {
  const browser = new Browser(app);
  for (let i = 0; i < 10; i += 1) expect((await browser.post('/sign-in/link', { token: 'x' })).status).toBe(410);
  const token = await linkOf(wu);
  const { status, headers } = await browser.post('/sign-in/link', { token });
  expect([status, headers.get('retry-after')]).toEqual([429, '300']);
  expect((await browser.post('/sign-in/mini-app', await launch(wu))).status).toBe(429);
  expect((await new Browser(app).post('/sign-in/link', { token })).status).toBe(200);
  await app.advance(5 * MINUTE_MS);
  expect((await browser.post('/sign-in/link', { token: await linkOf(wu) })).status).toBe(200);
});

test('calls that the console’s own pages cannot have made change nothing', async () => {
  const browser = await signIn(app, wu);
  const own = { 'content-type': 'application/json', 'x-anlin-page': '1' };
  const host = `127.0.0.1:${app.running.web.port}`;
  const refused: Readonly<Record<string, string>>[] = [
    { 'content-type': 'text/plain', 'x-anlin-page': '1' },
    { 'content-type': 'application/x-www-form-urlencoded', 'x-anlin-page': '1' },
    { 'content-type': 'application/json', 'x-anlin-page': '' },
    { ...own, 'sec-fetch-site': 'cross-site' },
    { ...own, 'sec-fetch-site': 'same-site' },
    { ...own, origin: 'https://evil.example' },
    { ...own, origin: `https://${host}.evil.example` },
    { ...own, origin: 'null' },
  ];
  for (const headers of refused)
    for (const path of ['/sign-out', '/sign-in/link', '/sign-in/mini-app', '/step-up'])
      expect((await browser.post(path, {}, headers)).status, `${path} ${JSON.stringify(headers)}`).toBe(403);
  expect(await isIn(browser)).toBe(true);
  const accepted = [
    { ...own, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
    { ...own, origin: 'https://anlin.example.org' },
  ];
  for (const headers of accepted) expect((await browser.post('/step-up', {}, headers)).status).toBe(200);
  // No route changes anything by GET.
  for (const path of ['/sign-out', '/step-up', '/sign-in/link', '/sign-in/wait', '/sign-in/mini-app'])
    expect([404, 405]).toContain((await browser.get(path)).status);
});

test('a real bot has no role cards', async () => {
  const browser = new Browser(app);
  expect((await browser.get('/sign-in/demo')).status).toBe(404);
  expect((await browser.post('/sign-in/demo', { urn: `telegram:${wu.id}` })).status).toBe(404);
});

test('no token is stored or logged', async () => {
  const { browser, right } = await opened(wu);
  const tokens = [await linkOf(wu), browser.cookies.get(WAITING) ?? ''];
  await told(wu, /对上了/, () => wu.tap(right));
  await stateOf(browser);
  const { body } = await new Browser(app).post('/sign-in/mini-app', await launch(wu));
  tokens.push(browser.cookies.get(SESSION) ?? '', String(body.token));
  const { store } = app.running;
  const stored: string[] = [];
  for (const key of await scanKeys(store, store.keys.meta.replace(/meta$/, '*'))) {
    const read = {
      hash: () => store.redis.hgetall(key),
      zset: () => store.redis.zrange(key, '0', '-1'),
      stream: () => store.redis.xrange(key, '-', '+'),
      string: () => store.redis.get(key),
    }[await store.redis.type(key)];
    stored.push(key, JSON.stringify(await read?.()));
  }
  expect(stored.join()).toContain(store.pseudonym(`telegram:${wu.id}`));
  for (const token of tokens) {
    const secret = token.split('.')[1] ?? '';
    expect(secret).toHaveLength(43);
    expect(stored.join()).not.toContain(secret);
    expect(app.log.join()).not.toContain(secret);
  }
  await expectInvariants(store);
});
