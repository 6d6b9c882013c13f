import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { newBroadcastId, runIdOf } from '../../src/broadcasts/broadcast.ts';
import { keepBroadcast, loadBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import { readCap } from '../../src/broadcasts/compose/cap.ts';
import { importCap } from '../../src/broadcasts/compose/import-cap.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { staff } from '../cases/desk.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const NOW = Date.now();
const soon = `${new Date(NOW + 3 * 3600_000 + 8 * 3600_000).toISOString().slice(0, 19)}+08:00`;

const alert = (more: Readonly<Record<string, string>> = {}) => {
  const { status = 'Actual', scope = 'Public', msgType = 'Alert', expires = soon, identifier = 'cma-1' } = more;
  return `<?xml version="1.0" encoding="UTF-8"?>
<cap:alert xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">
  <cap:identifier>${identifier}</cap:identifier><cap:sender>weather@example.gov.cn</cap:sender>
  <cap:sent>2026-11-27T08:00:00+08:00</cap:sent><cap:status>${status}</cap:status>
  <cap:msgType>${msgType}</cap:msgType><cap:scope>${scope}</cap:scope>
  <cap:info><cap:language>en-US</cap:language><cap:event>Rainstorm</cap:event>
    <cap:headline>Red rainstorm warning</cap:headline><cap:description>Heavy rain &amp; floods.</cap:description></cap:info>
  <cap:info><cap:language>zh-CN</cap:language><cap:category>Met</cap:category><cap:event>暴雨</cap:event>
    <cap:urgency>Immediate</cap:urgency><cap:severity>Extreme</cap:severity><cap:certainty>Observed</cap:certainty>
    <cap:expires>${expires}</cap:expires><cap:headline>暴雨红色预警</cap:headline>
    <cap:description>三小时内有特大暴雨 &lt;100 毫米以上&gt;。</cap:description><cap:instruction>请不要出门。</cap:instruction>
    <cap:area><cap:areaDesc>临渚市</cap:areaDesc>
      <cap:geocode><cap:valueName>GB/T 2260</cap:valueName><cap:value>990101000000</cap:value></cap:geocode></cap:area></cap:info>
</cap:alert>`;
};

test('an alert is read with any XML prefix, in Chinese and English', () => {
  expect(readCap(alert())).toMatchObject({
    type: 'alert',
    alert: {
      identifier: 'cma-1',
      title: '暴雨红色预警',
      words: { 'zh-CN': '三小时内有特大暴雨 <100 毫米以上>。\n\n请不要出门。', en: 'Heavy rain & floods.' },
      areas: ['临渚市'],
      codes: ['990101000000'],
    },
  });
});

test.each([
  ['an exercise', alert({ status: 'Exercise' }), /Exercise.*only Actual/],
  ['a restricted alert', alert({ scope: 'Restricted' }), /only Public/],
  ['a cancellation', alert({ msgType: 'Cancel' }), /only Alert and Update/],
  ['another format', '<rss><channel/></rss>', /no CAP 1\.2 alert/],
  ['no XML at all', 'hello', /no CAP 1\.2 alert/],
  ['half a file', alert().slice(0, 700), /no CAP 1\.2 alert/],
  ['a bomb of entities', `<!DOCTYPE a [<!ENTITY b "bb">]>${alert()}`, /document type/],
  ['too much', alert() + ' '.repeat(1_000_001), /larger than 1 MB/],
] as const)('%s is refused with the reason', (_what, xml, why) => {
  expect(readCap(xml)).toMatchObject({ type: 'refused', why: expect.stringMatching(why) });
});

describe('in a city', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp();
  });
  afterAll(() => app.close());

  test('an alert becomes a draft once, organisers are notified, and one of them submits it', {
    timeout: 30_000,
  }, async () => {
    const { store, services: running } = app.running;
    const office = await staff(app, '老张', 'office', '*');
    const { regions } = running.city;
    const brought = await importCap(store, alert(), regions, Date.now());
    expect(brought.type).toBe('draft');
    expect(await importCap(store, alert(), regions, Date.now())).toMatchObject({ why: /already/ });
    const over = alert({ identifier: 'cma-2', expires: '2020-01-01T00:00:00+08:00' });
    expect(await importCap(store, over, regions, Date.now())).toMatchObject({ why: 'The alert is over.' });
    const id = brought.type === 'draft' ? brought.id : '';
    expect((await loadBroadcast(store, id))?.record).toMatchObject({
      state: 'draft',
      kind: 'urgent',
      audience: { region: '990101000000' },
    });
    await office.hasSeen(/外面来的预警『暴雨红色预警』/);
    await office.tap('看一看');
    await office.sees(/^『🚨 暴雨红色预警』/);
    await office.tap('提交');
    await office.hasSeen(/没有人能收到|提交了/);
  });

  test('only announcements to everyone appear in the feed and as alerts', async () => {
    const { store, web } = app.running;
    const record = (more: Partial<Broadcast>): Broadcast => ({
      id: newBroadcastId(),
      state: 'started',
      kind: 'announcement',
      topic: 'fire',
      content: { title: '楼道 <清理> & 充电', words: { 'zh-CN': '请把电动车推出楼道。' }, buttons: [] },
      audience: { type: 'people', region: '990101000000', who: 'everybody' },
      schedule: { type: 'once', at: NOW },
      staleAfterMs: 3600_000,
      by: 'x',
      region: '990101000000',
      madeAt: NOW,
      runs: [{ slot: NOW, fate: 'fired' }],
      ...more,
    });
    const sent = record({});
    const hidden = [
      record({ audience: { type: 'people', region: '990101000000', who: 'organisers' } }),
      record({ state: 'draft', runs: [] }),
      record({ runs: [{ slot: NOW, fate: 'missed' }] }),
    ];
    const correction = record({
      content: { title: '楼道', words: { 'zh-CN': '改到星期天。' }, buttons: [] },
      audience: { type: 'of', run: runIdOf(sent.id, NOW), outcomes: ['d'] },
      runs: [{ slot: NOW + 1000, fate: 'fired' }],
    });
    for (const one of [sent, correction, ...hidden]) {
      const { checks, writes } = keepBroadcast(store, one);
      const fired = one.runs.filter(({ fate }) => fate === 'fired');
      const kept = fired.map(({ slot }) => ['ZADD', store.keys.broadcastsKept, slot, runIdOf(one.id, slot)] as const);
      const change = { op: `test:${one.id}`, what: 'test', checks, writes: [...writes, ...kept] };
      expect((await commitAsSystem(store, change, NOW)).type).toBe('ok');
    }
    const base = `http://127.0.0.1:${web.port}/announcements`;
    const feed = await fetch(`${base}/feed.atom`);
    expect(feed.headers.get('content-type')).toMatch(/atom\+xml/);
    const text = await feed.text();
    expect(text).toContain('<title>楼道 &lt;清理&gt; &amp; 充电</title>');
    expect([...text.matchAll(/<entry><id>tag:[^<]*<\/id>/g)].map(([id]) => id)).toHaveLength(2);
    expect(text).toContain('<title>更正：楼道</title>');
    for (const one of hidden) expect(text).not.toContain(one.id);
    const [update = '', link = ''] = [...text.matchAll(/rel="alternate"[^>]*href="([^"]+)"/g)].map(([, href]) => href);
    const corrected = await (await fetch(update)).text();
    expect(corrected).toContain('<msgType>Update</msgType>');
    expect(corrected).toMatch(new RegExp(`<references>test,${runIdOf(sent.id, NOW)},[^<]+</references>`));
    expect(corrected).toContain('<areaDesc>西渚区</areaDesc>');
    const cap = await fetch(link);
    expect(cap.headers.get('content-type')).toMatch(/cap\+xml/);
    // Our own CAP output is readable by our CAP import.
    expect(readCap(await cap.text())).toMatchObject({
      type: 'alert',
      alert: { title: '楼道 <清理> & 充电', words: { 'zh-CN': '请把电动车推出楼道。' }, codes: ['990101000000'] },
    });
    expect((await fetch(`${base}/${hidden[0]?.id}.${NOW}.cap`)).status).toBe(404);
  });
});
