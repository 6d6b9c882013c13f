import { createHash, randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadOwnCases } from '../../../src/cases/case-store.ts';
import type { Channel, Urn } from '../../../src/channels/channel.ts';
import { addressOf } from '../../../src/channels/web/identity.ts';
import { firstWord, solve } from '../../../src/channels/web/page/puzzle/solve.ts';
import { openUploads } from '../../../src/channels/web/uploads.ts';
import { openWeb } from '../../../src/channels/web/web.ts';
import { openWebBells } from '../../../src/delivery/web-bells.ts';
import { openWebChatLog } from '../../../src/delivery/web-chat-log.ts';
import { openLog } from '../../../src/log.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import type { Rig } from '../conformance.ts';
import { conformance } from '../conformance.ts';
import { WebClient } from './web-client.ts';

const silent = openLog('error', [], () => {});
const PHOTO = readFileSync(new URL('../../../src/demo/simulator/samples/manhole.jpg', import.meta.url));
const ORIGIN = 'http://anlin.test';

let app: TestApp;
const folder = mkdtempSync(join(tmpdir(), 'anlin-web-'));
beforeAll(async () => {
  app = await openTestApp();
});
// A puzzle keeps this process busy for seconds, and its connection may be given up meanwhile: the channel alone tries no second time.
beforeEach(async () => {
  const { redis, keys } = app.running.store;
  await vi.waitFor(() => redis.hlen(keys.outbox), { timeout: PATIENCE_MS });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

function urnOf({ cookie }: WebClient): Urn {
  return addressOf(cookie?.split('=')[1]) ?? 'web:none';
}

/** What the page's announcements were counted as, and whether their sender has recorded them. */
const seen: string[][] = [];
let recorded = true;

/** The channel alone, over the store of the app; a browser calls it without a network. */
function openAlone({ caller = (): string => '203.0.113.1', now = Date.now } = {}): {
  readonly channel: Channel;
  readonly client: () => WebClient;
} {
  const channel = openWeb({
    chats: openWebChatLog(app.running.store, Date.now, silent),
    uploads: openUploads(folder),
    readFile: () => Promise.reject(new Error('none')),
    site: undefined,
    caller,
    bells: openWebBells(app.running.store),
    push: { publicKey: '', takes: (_): _ is string => false },
    messengers: () => [],
    join: async () => {},
    seen: async (of, ledger, ref) => {
      seen.push([of, ...ledger, ref]);
      return recorded;
    },
    now,
    log: silent,
  });
  const call = async (request: Request) => {
    const answer = await channel.webhook?.handle(request, {}).catch(() => new Response(null, { status: 503 }));
    return answer ?? new Response(null, { status: 404 });
  };
  return { channel, client: () => new WebClient(ORIGIN, call) };
}

conformance(
  'The web chat',
  async (): Promise<Rig> => {
    const { channel, client } = openAlone();
    const page = client();
    await page.hello();
    const bubbles = () => page.bubbles();
    return {
      channel,
      person: urnOf(page),
      seen: async () =>
        (await bubbles()).map(({ text, choices = [] }) => ({ text, labels: choices.flat().map(({ label }) => label) })),
      says: async (text) => void page.say(text).catch(() => {}),
      taps: (label) => page.tap(label),
      sendsPhoto: () => page.sendPhoto(PHOTO),
      sendsLocation: () => page.act('location', { latitude: 31.5, longitude: 119.5 }),
      close: async () => {},
    };
  },
  { canFail: false },
);

/** The ids of the events that a browser dispatches from this text: only those before a blank line (HTML, 9.2.6). */
function dispatched(text: string): readonly number[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((event) => (/^data: \{/m.test(event) ? [Number(/^id: (\d+)$/m.exec(event)?.[1])] : []));
}

describe('a web chat', () => {
  const open = () => new WebClient(`http://127.0.0.1:${app.running.web.port}`);

  test('carries a whole report: start by a QR code, words, photo, consent, number', async () => {
    const page = open();
    await page.start('');
    await page.sees(/安邻/);
    await page.say('上报');
    await page.sees(/不经过别的平台/);
    await page.tap('同意基本处理');
    await page.sees(/哪一类|什么/);
    await page.tap('消防');
    await page.sees(/./);
    await vi.waitFor(() => page.tap('电动车飞线充电'), { timeout: PATIENCE_MS });
    await page.sees(/隐患在哪里/);
    await page.say('湖边亭子旁');
    await page.sees(/哪一片/);
    await page.tap('不清楚');
    await page.sees(/都对就提交/);
    await page.sendPhoto(PHOTO);
    await page.sees(/照片/);
    await page.tap('提交');
    await page.sees(/编号|返回码/);
    const [kept] = await loadOwnCases(app.running.store, urnOf(page));
    expect(kept?.record.photos).toHaveLength(1);
    await app.tick('photo-retention');
    await vi.waitFor(() => readFileSync(join(app.folder, 'uploads', kept?.record.photos[0]?.file.slice(4) ?? '')));
  });

  test('creates a person at the first act, never at a look or a greeting', async () => {
    const page = open();
    const persons = () => app.running.store.redis.zcard(app.running.store.keys.persons);
    const before = await persons();
    expect((await page.post('/w/in', { id: crypto.randomUUID(), kind: 'text', text: '您好' })).status).toBe(401);
    await page.hello();
    expect(await persons()).toBe(before);
    page.cookie = undefined;
    for (const path of ['/w/', '/w/q/at_1', '/w/log', '/w/attached/1'])
      expect((await page.get(path)).headers.getSetCookie()).toEqual([]);
    expect((await page.get('/w/out')).status).toBe(401);
    await page.start();
    expect(page.cookie).toMatch(/^__Host-anlin-chat=[\w-]{43}$/);
    expect((await page.get('/w/log')).status).toBe(200);
  });

  test('takes a repeated act once, also from two tabs at once', async () => {
    const page = open();
    await page.start();
    await page.sees(/安邻/);
    const before = (await page.log()).entries.length;
    const id = crypto.randomUUID();
    const body = { id, kind: 'text', text: '帮助' };
    const answers = await Promise.all([1, 2, 3].map(() => page.post('/w/in', body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await page.act('text', { text: '帮助' }, id);
    await vi.waitFor(async () => expect((await page.log()).entries.length).toBeGreaterThan(before));
    await app.settle();
    const texts = (await page.bubbles()).map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('refuses acts of other pages, forged and malformed ones, and creates no person for them', async () => {
    const page = open();
    const good = { id: crypto.randomUUID(), kind: 'text', text: '您好' };
    const refused: [object | string, Record<string, string>, number][] = [
      [good, { origin: 'https://evil.example' }, 403],
      [good, { 'sec-fetch-site': 'cross-site' }, 403],
      [{ ...good, id: '1' }, {}, 400],
      [{ ...good, kind: 'contact' }, {}, 400],
      [{ ...good, text: 'x'.repeat(5000) }, {}, 400],
      [{ ...good, kind: 'choice', choice: 'x'.repeat(65), ref: '1' }, {}, 400],
      [{ ...good, kind: 'photo', file: '../../etc/passwd' }, {}, 400],
      [{ ...good, kind: 'location', latitude: 91, longitude: 0 }, {}, 400],
      [{ ...good, text: 'x'.repeat(40_000) }, {}, 413],
    ];
    for (const [body, headers, status] of refused) {
      expect((await page.post('/w/in', body as object, headers)).status, JSON.stringify(body).slice(0, 80)).toBe(
        status,
      );
      expect(page.cookie).toBeUndefined();
    }
    await page.hello();
    expect((await page.upload(Buffer.from('<svg onload=alert(1)>'))).status).toBe(415);
    expect((await page.upload(new Uint8Array(9_000_000).fill(255))).status).toBe(413);
  });

  test('asks a puzzle of new browsers during a surge only, and takes each solution once', async () => {
    let [at, now] = ['203.0.113.1', Date.now()];
    const { client } = openAlone({ caller: () => at, now: () => now });
    const greet = async (body: object = {}) => (await client().post('/w/hello', body)).status;
    const puzzleOf = async () => {
      const answer = (await (await client().hello()).json()) as { puzzle: { text: string; bits: number } };
      return answer.puzzle;
    };
    const known = client();
    await known.hello();
    for (let i = 1; i < 200; i += 1) {
      at = `203.0.${i}.1`;
      expect(await greet()).toBe(200);
    }
    expect(await greet()).toBe(428);
    expect((await known.hello()).status).toBe(200);
    const { text, bits } = await puzzleOf();
    expect(bits).toBe(16);
    // The page's own code.
    const nonce = solve(text, bits);
    expect(createHash('sha256').update(`${text}.${nonce}`).digest().readUInt32BE(0)).toBe(
      firstWord(`${text}.${nonce}`) >>> 0,
    );
    const unsolved = Array.from({ length: 50 }, (_, i) => String(i)).find(
      (n) => Math.clz32(firstWord(`${text}.${n}`)) < 4,
    );
    const [until = '', , drawn = '', signature = ''] = text.split('.');
    const easy = `${until}.0.${drawn}.${signature}`;
    const forged = [
      { puzzle: text, nonce: unsolved },
      { puzzle: text, nonce: `${nonce}.1` },
      { puzzle: `${text}.1`, nonce: solve(`${text}.1`, bits) },
      { puzzle: easy, nonce: '0' },
      { puzzle: `zzzzzzzz.16.${drawn}.${signature}`, nonce: solve(`zzzzzzzz.16.${drawn}.${signature}`, bits) },
      { puzzle: 'x', nonce: '1' },
      { puzzle: 7, nonce: 1 },
    ];
    for (const body of forged) expect([body, await greet(body)]).toEqual([body, 428]);
    // Solved elsewhere, for another block of addresses.
    at = '198.51.100.1';
    expect(await greet({ puzzle: text, nonce })).toBe(428);
    at = '203.0.199.1';
    expect(await greet({ puzzle: text, nonce })).toBe(200);
    expect(await greet({ puzzle: text, nonce }), 'a replay').toBe(428);
    const late = await puzzleOf();
    const answer = { puzzle: late.text, nonce: solve(late.text, late.bits) };
    now += 5 * 60_000 + 1;
    expect(await greet(answer)).toBe(428);
    now += 5 * 60_000;
    expect(await greet(), 'the surge is over').toBe(200);
  });

  test('asks a puzzle of new browsers beyond the homes of a stairwell, and of those of no other stairwell', async () => {
    let now = Date.now();
    const anyBlock = () => `203.0.${randomInt(256)}.1`;
    const { client } = openAlone({ caller: anyBlock, now: () => now });
    const greet = (body: object) => client().post('/w/hello', body);
    for (let i = 0; i < 60; i += 1) expect((await greet({ code: 'hub-3' })).status).toBe(200);
    expect((await greet({ code: 'hub-3' })).status).toBe(428);
    expect((await greet({ code: 'hub-4' })).status).toBe(200);
    expect((await greet({ code: '<b>' })).status, 'no code at all').toBe(200);
    now += 3_600_000;
    expect((await greet({ code: 'hub-3' })).status, 'the hour is over').toBe(200);
  });

  test('tells of the announcements that it has shown, and of no other message', async () => {
    const { channel, client } = openAlone();
    const page = client();
    expect((await page.post('/w/seen', { n: 1 })).status).toBe(401);
    await page.hello();
    const send = (text: string, ledger?: string) =>
      channel.send(urnOf(page), { text, ...(ledger ? { ledger: [ledger] } : {}) }, text);
    await send('您好');
    await send('停水', 'run 7');
    await send('收回的', 'run 8');
    await channel.remove?.(urnOf(page), '3');
    await send('再停水', 'run2 1');
    expect((await page.log()).entries.map(({ message }) => message?.counts)).toEqual([
      undefined,
      true,
      true,
      undefined,
      true,
    ]);
    for (const body of [{}, { n: 'all' }, { n: 1.5 }]) expect((await page.post('/w/seen', body)).status).toBe(400);
    expect((await page.post('/w/seen', { n: 1 })).status).toBe(204);
    expect(seen).toEqual([]);
    expect((await page.post('/w/seen', { n: 4 })).status).toBe(204);
    expect(seen).toEqual([[urnOf(page), 'run 7', '2']]);
    recorded = false;
    const early = await page.saw();
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '2']);
    recorded = true;
    expect((await page.saw()).status).toBe(204);
    expect(seen.at(-1)).toEqual([urnOf(page), 'run2 1', '5']);
  });

  test('shows its files to itself only', async () => {
    const [page, other] = [open(), open()];
    await page.start();
    await other.start();
    await page.sees(/安邻/);
    const { store } = app.running;
    const [channel] = app.running.services.channels.filter(({ scheme }) => scheme === 'web');
    const sent = await channel?.send(urnOf(page), { text: '表', file: { name: '表.csv', text: 'a,b' } }, 'file-1');
    const ref = sent?.type === 'sent' ? sent.ref : '';
    const own = await page.get(`/w/attached/${ref}`);
    expect([own.status, await own.text(), own.headers.get('content-disposition')]).toEqual([
      200,
      'a,b',
      "attachment; filename*=UTF-8''%E8%A1%A8.csv",
    ]);
    expect((await other.get(`/w/attached/${ref}`)).status).toBe(404);
    expect(store).toBeDefined();
  });

  test('a stream resumes after any entry, and tells a page whose log is gone to begin anew', async () => {
    const page = open();
    await page.start();
    await page.sees(/安邻/);
    const read = async (after: number, header?: string) => {
      const answer = await page.get(`/w/out?after=${after}`, header ? { 'last-event-id': header } : {});
      const reader = answer.body?.getReader();
      let text = '';
      const end = Date.now() + PATIENCE_MS;
      while (Date.now() < end && !/data: \{"n"|event: reload/.test(text)) {
        const part = await Promise.race([reader?.read(), sleep(300)]);
        if (part?.value) text += new TextDecoder().decode(part.value);
      }
      await reader?.cancel();
      return text;
    };
    const { entries } = await page.log();
    expect(await read(0)).toContain('id: 1\n');
    expect(await read(0, String(entries.length - 1))).toContain(`id: ${entries.length}\n`);
    expect(await read(0, '150')).toContain('event: reload');
  });

  test('cut at any byte, a stream resumes without a gap and without a repeat', async () => {
    const page = open();
    await page.start();
    await page.say('帮助');
    await page.sees(/我能帮您/);
    const { entries } = await page.log();
    const body = (await page.get('/w/out?after=0')).body?.getReader();
    let bytes = Buffer.alloc(0);
    const last = `id: ${entries.length}\n`;
    while (!bytes.includes(last) || !bytes.subarray(-2).equals(Buffer.from('\n\n')))
      bytes = Buffer.concat([bytes, (await body?.read())?.value ?? Buffer.alloc(0)]);
    await body?.cancel();
    const rest = new Map<number, readonly number[]>();
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const seen = dispatched(bytes.toString('utf8', 0, cut));
      const resumeAt = seen.at(-1) ?? 0;
      // A page resumes at the last event that it has dispatched.
      if (!rest.has(resumeAt))
        rest.set(
          resumeAt,
          (await page.log(resumeAt)).entries.map(({ n }) => n),
        );
      expect([...seen, ...(rest.get(resumeAt) ?? [])]).toEqual(entries.map(({ n }) => n));
    }
    expect(rest.size).toBe(entries.length + 1);
  });

  test('has at most six open streams: a further one ends the oldest', async () => {
    const page = open();
    await page.start();
    await page.sees(/安邻/);
    const streams = [];
    for (let i = 0; i < 7; i += 1) streams.push((await page.get('/w/out')).body?.getReader());
    const [oldest, ...others] = streams;
    for (let part = await oldest?.read(); part && !part.done; ) part = await oldest?.read();
    expect((await others.at(-1)?.read())?.done).toBe(false);
    for (const one of others) await one?.cancel();
  });

  test('is deleted with its person, and a new act begins a new log', async () => {
    const page = open();
    await page.start();
    await page.sees(/安邻/);
    await page.say('/forget');
    await vi.waitFor(async () => expect((await page.bubbles()).at(-1)?.choices?.length).toBeGreaterThan(0));
    const seen = (await page.log()).entries.length;
    await page.tap('删掉');
    await vi.waitFor(() => page.tap('确定删掉'), { timeout: PATIENCE_MS });
    await vi.waitFor(async () => expect((await page.log(seen)).lost).toBe(true), { timeout: PATIENCE_MS });
    expect((await page.bubbles()).map(({ text }) => text).join()).not.toMatch(/同意基本处理/);
  });
});

// The last test: the channel of this app stays closed.
test('an act while the product starts or stops is refused for a moment, and no error is logged', async () => {
  const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
  await page.start();
  await page.sees(/安邻/);
  await app.running.services.channels.find(({ scheme }) => scheme === 'web')?.pause();
  const answer = await page.post('/w/in', { id: randomUUID(), kind: 'text', text: '在吗' });
  expect(answer.status).toBe(503);
  expect(app.log.join('')).not.toMatch(/a call over HTTP failed/);
});
