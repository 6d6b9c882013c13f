import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { newBroadcastId, runIdOf } from '../../src/broadcasts/broadcast.ts';
import { keepBroadcast, loadBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import type { CapRead } from '../../src/broadcasts/compose/cap.ts';
import { readCap } from '../../src/broadcasts/compose/cap.ts';
import { alertRules, areaRules, infoRules } from '../../src/broadcasts/compose/cap-rules.ts';
import { importCap } from '../../src/broadcasts/compose/import-cap.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { newContact } from '../../src/people/contact.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { staff } from '../cases/desk.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { allRecipients } from './all-recipients.ts';

const NOW = Date.now();
const { regions } = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
const WEST = '990101000000';
const EAST = '990102000000';
const CITY = '990100000000';

const inHours = (hours: number) => `${new Date(NOW + (hours + 8) * 3600_000).toISOString().slice(0, 19)}+08:00`;
const geocode = (value: string, name = 'GB/T 2260') =>
  `<cap:geocode><cap:valueName>${name}</cap:valueName><cap:value>${value}</cap:value></cap:geocode>`;
const area = (inside: string, name = '某地') => `<cap:area><cap:areaDesc>${name}</cap:areaDesc>${inside}</cap:area>`;
type Parts = Readonly<Record<string, string>>;
const elements = (parts: Parts) =>
  Object.entries(parts)
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `<cap:${name}>${text}</cap:${name}>`)
    .join('');
/** An info of a red warning; other parts replace its own, an empty one leaves it out. */
const info = (parts: Parts = {}, areas = area(geocode(WEST)), more = '') => {
  const usual = {
    language: 'zh-CN',
    category: 'Met',
    event: '暴雨',
    urgency: 'Immediate',
    severity: 'Extreme',
    certainty: 'Observed',
    expires: inHours(3),
    headline: '暴雨红色预警',
    description: '三小时内有特大暴雨 &lt;100 毫米以上&gt;。',
    instruction: '请不要出门。',
  };
  return `<cap:info>${elements({ ...usual, ...parts })}${more}${areas}</cap:info>`;
};
const ENGLISH = {
  language: 'en-US',
  event: 'Rain',
  headline: 'Red rainstorm warning',
  description: 'Heavy rain &amp; floods.',
};
const alert = (infos = info(), parts: Parts = {}, more = '') => {
  const usual = {
    identifier: 'cma-1',
    sender: 'weather@example.gov.cn',
    sent: '2026-11-27T08:00:00+08:00',
    status: 'Actual',
    msgType: 'Alert',
    scope: 'Public',
  };
  const root = '<cap:alert xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}${elements({ ...usual, ...parts })}${more}${infos}</cap:alert>`;
};
const read = (xml: string | Uint8Array, now = NOW): CapRead =>
  readCap(typeof xml === 'string' ? Buffer.from(xml) : xml, regions, now);
const draftsOf = (xml: string | Uint8Array) => {
  const { alert: found, inventory } = read(xml);
  expect(inventory.refused).toEqual([]);
  return found?.drafts ?? [];
};
const refusalsOf = (xml: string | Uint8Array) => read(xml).inventory.refused.map(({ at, why }) => `${at}: ${why}`);

describe('an alert becomes one draft per set of regions and urgency', () => {
  test('with any XML prefix, in Chinese and English', () => {
    expect(draftsOf(alert(`${info({ ...ENGLISH, instruction: '' })}${info()}`))).toMatchObject([
      {
        title: '暴雨红色预警',
        titles: { en: 'Red rainstorm warning' },
        words: { 'zh-CN': '三小时内有特大暴雨 <100 毫米以上>。\n\n请不要出门。', en: 'Heavy rain & floods.' },
        regions: [WEST],
        kind: 'urgent',
      },
    ]);
  });

  test('two areas of one info are one draft for both', () => {
    const both = area(geocode(WEST)) + area(geocode(EAST));
    expect(draftsOf(alert(info({}, both))).map((draft) => draft.regions)).toEqual([[WEST, EAST]]);
  });

  test('a blue and a red info are two drafts, the red one first', () => {
    const blue = info({ headline: '暴雨蓝色预警', severity: 'Minor' }, area(geocode(EAST)));
    expect(draftsOf(alert(blue + info()))).toMatchObject([
      { title: '暴雨红色预警', regions: [WEST], severity: 'Extreme', kind: 'urgent' },
      { title: '暴雨蓝色预警', regions: [EAST], severity: 'Minor', kind: 'announcement' },
    ]);
  });

  test('two infos of the same regions and urgency are one text, the worse one first', () => {
    const wind = info({ headline: '大风黄色预警', severity: 'Moderate', description: '有大风。', instruction: '' });
    const [draft, ...more] = draftsOf(alert(wind + info({ description: '有暴雨。', instruction: '' })));
    expect(more).toEqual([]);
    expect(draft).toMatchObject({ title: '暴雨红色预警', words: { 'zh-CN': '有暴雨。\n\n大风黄色预警\n\n有大风。' } });
  });

  test('an expired info is left out, the live one stays; all expired are over', () => {
    const old = info({ headline: '昨天的预警', expires: inHours(-1) });
    const { alert: found, inventory } = read(alert(old + info()));
    expect(found?.drafts.map(({ title }) => title)).toEqual(['暴雨红色预警']);
    expect(inventory.ignored).toContainEqual({ at: 'alert/info[1]', why: expect.stringMatching(/expired/) });
    expect(refusalsOf(alert(old))).toEqual(['alert: The alert is over.']);
  });

  test('text in another language is not Chinese, and none of its areas is lost', () => {
    const french = { language: 'fr-FR', headline: 'Alerte rouge' };
    expect(draftsOf(alert(info(french) + info()))).toMatchObject([
      { words: { 'zh-CN': expect.not.stringMatching(/rouge/) } },
    ]);
    expect(refusalsOf(alert(info(french)))).toEqual([expect.stringMatching(/neither Chinese nor English/)]);
    expect(refusalsOf(alert(info(french, area(geocode(EAST))) + info()))).toEqual([expect.stringMatching(/info\[1\]/)]);
    const english = draftsOf(alert(info(ENGLISH)));
    expect(english.map(({ title, words }) => [title, Object.keys(words)])).toEqual([['Red rainstorm warning', ['en']]]);
    const traditional = info({ language: 'zh-TW', headline: '暴雨紅色預警' });
    expect(draftsOf(alert(traditional + info()))).toMatchObject([{ title: '暴雨红色预警' }]);
    expect(draftsOf(alert(traditional))).toMatchObject([{ title: '暴雨紅色預警' }]);
  });

  test.each([
    [{}, 'urgent'],
    [{ severity: 'Severe', certainty: 'Likely', urgency: 'Expected' }, 'urgent'],
    [{ severity: '', certainty: '', urgency: '' }, 'urgent'],
    [{ severity: 'Unknown', certainty: 'Unknown', urgency: 'Unknown' }, 'urgent'],
    [{ responseType: 'AllClear' }, 'announcement'],
    [{ urgency: 'Past' }, 'announcement'],
    [{ urgency: 'Future' }, 'announcement'],
    [{ severity: 'Moderate' }, 'announcement'],
    [{ severity: 'Minor' }, 'announcement'],
    [{ certainty: 'Possible' }, 'announcement'],
    [{ certainty: 'Unlikely' }, 'announcement'],
  ] as const)('%j is %s', (parts, kind) => {
    expect(draftsOf(alert(info(parts))).map((draft) => draft.kind)).toEqual([kind]);
  });

  test.each([
    ['a district of six digits', geocode('990101', 'adcode'), [WEST]],
    ['a street of nine digits', geocode('990101001'), ['990101001000']],
    ['the city', geocode('990100'), [CITY]],
    ['the city of four digits', geocode('9901'), [CITY]],
    ['twelve digits and zeros of a grid', geocode('990101001001000'), ['990101001001']],
    ['a grid', geocode('990101001001001'), ['990101001001001']],
    ['several codes in one value', geocode('990102, 990101'), [WEST, EAST]],
    ['a street inside the district', geocode('990101') + geocode('990101001'), [WEST]],
    ['a code of another scheme beside', geocode('990102', 'SAME') + geocode('990101'), [WEST]],
  ] as const)('%s is resolved', (_what, codes, wanted) => {
    expect(draftsOf(alert(info({}, area(codes))))).toMatchObject([{ regions: wanted }]);
  });

  test('the exact name of one region stands for its code', () => {
    expect(draftsOf(alert(info({}, area('', '西渚区'))))).toMatchObject([{ regions: [WEST] }]);
    expect(refusalsOf(alert(info({}, area('', '西渚区北部')))).join()).toMatch(/add the code as a geocode/);
  });

  test.each([
    ['an unknown code', info({}, area(geocode('110000'))), /"110000" is no region.*import the region/],
    ['a known and an unknown code', info({}, area(geocode('990101') + geocode('990199'))), /"990199"/],
    ['a code that is longer than its region', info({}, area(geocode('99010'))), /"99010"/],
    ['only a code of another scheme', info({}, area(geocode('990101', 'SAME'))), /add a code/],
    ['only a shape', info({}, area('<cap:circle>31.5,119.5 2</cap:circle>')), /A shape alone/],
    ['no area', info({}, ''), /The code of the city means all of it/],
  ] as const)('%s is never the whole city', (_what, infos, why) => {
    expect(refusalsOf(alert(infos)).join('\n')).toMatch(why);
  });

  test('a long headline is whole in the text, and no emoji is cut', () => {
    const headline = `${'雨'.repeat(39)}👨‍👩‍👧外出注意`;
    const [draft] = draftsOf(alert(info({ headline, description: '有雨。', instruction: '' })));
    expect(draft?.title).toBe(`${'雨'.repeat(39)}👨‍👩‍👧`);
    expect(draft?.words['zh-CN']).toBe(`${headline}\n\n有雨。`);
  });

  test('sender and links are words and a button, times bound the sending', () => {
    const links = { web: 'https://a.gov.cn', senderName: '临渚市气象台', effective: inHours(1) };
    const [draft] = draftsOf(alert(info(links) + info({ ...ENGLISH, instruction: '', web: 'https://b.gov.cn' })));
    expect(draft).toMatchObject({ link: 'https://a.gov.cn', at: undefined });
    expect(draft?.words['zh-CN']).toMatch(/\n\n临渚市气象台$/);
    expect(draft?.words.en).toBe('Heavy rain & floods.\n\nhttps://b.gov.cn');
    const [later] = draftsOf(alert(info(links)));
    expect([later?.at, later?.expires]).toEqual([Date.parse(inHours(1)), Date.parse(inHours(3))]);
  });
});

describe('text is decoded as its first line says', () => {
  const plain = info({ event: '', headline: '#', description: '', instruction: '' }, area(geocode(WEST), 'west'));
  const gb = Buffer.from(alert(plain).replace('UTF-8', 'GB2312'));
  const at = gb.indexOf('#');
  // 暴雨 in GB 2312.
  const inGb = Buffer.concat([gb.subarray(0, at), Buffer.from('b1a9d3ea', 'hex'), gb.subarray(at + 1)]);
  const wide = Buffer.from(alert().replace('UTF-8', 'UTF-16'), 'utf16le');

  test.each([
    ['GB 2312', inGb, '暴雨'],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${alert()}`), '暴雨红色预警'],
    ['UTF-16 with a byte order mark', Buffer.concat([Buffer.from([0xff, 0xfe]), wide]), '暴雨红色预警'],
    ['UTF-16 without one', wide, '暴雨红色预警'],
    ['big-endian UTF-16', Buffer.from(wide).swap16(), '暴雨红色预警'],
  ] as const)('%s', (_what, bytes, title) => {
    expect(draftsOf(bytes)).toMatchObject([{ title }]);
  });

  test('bytes of another encoding are refused', () => {
    const undeclared = Buffer.from(inGb.toString('latin1').replace('GB2312', 'UTF-8'), 'latin1');
    expect(refusalsOf(undeclared)).toEqual([expect.stringMatching(/no UTF-8 text/)]);
    const unknown = Buffer.from(alert().replace('UTF-8', 'x-none'));
    expect(refusalsOf(unknown)).toEqual([expect.stringMatching(/"x-none" is not known/)]);
  });
});

test.each([
  ['an exercise', alert(info(), { status: 'Exercise' }), /Exercise.*only Actual/],
  ['a restricted alert', alert(info(), { scope: 'Restricted' }), /only Public/],
  ['a cancellation', alert(info(), { msgType: 'Cancel' }), /only Alert and Update/],
  ['no sender', alert(info(), { sender: '' }), /alert\/sender: It is missing/],
  ['another format', '<rss><channel/></rss>', /no CAP 1\.2 alert/],
  ['CAP 1.1', alert().replace('cap:1.2', 'cap:1.1'), /no CAP 1\.2 alert/],
  ['no XML at all', 'hello', /no CAP 1\.2 alert/],
  ['half a file', alert().slice(0, 700), /no CAP 1\.2 alert/],
  ['a bomb of entities', `<!DOCTYPE a [<!ENTITY b "bb">]>${alert()}`, /document type/],
  ['too much', alert() + ' '.repeat(1_000_001), /larger than 1 MB/],
  ['an expiry without a zone', alert(info({ expires: '2027-11-27T08:00:00' })), /no time with a zone/],
  ['a day that no month has', alert(info({ expires: '2027-02-30T08:00:00+08:00' })), /no time with a zone/],
  ['an info without words', alert(info({ event: '', headline: '', description: '', instruction: '' })), /no headline/],
  ['an end before the begin', alert(info({ effective: inHours(5) })), /expires before it is effective/],
  ['no info', alert(''), /there is nothing to say/],
] as const)('%s is refused with the reason', (_what, xml, why) => {
  expect(refusalsOf(xml).join('\n')).toMatch(why);
});

/** Each construct of CAP 1.2 (section 3.2): its row in docs/integrations.md, an alert with it, its path and its list. */
const CONSTRUCTS: readonly (readonly [row: string, xml: string, at: string, list: keyof CapRead['inventory']])[] = [
  ...(['identifier', 'sender', 'sent', 'status', 'msgType', 'scope'] as const).map(
    (name) => [`\`${name}\``, alert(), `alert/${name}`, 'carried'] as const,
  ),
  ['`sent` without a zone', alert(info(), { sent: '2026-11-27T08:00:00' }), 'alert/sent', 'refused'],
  ['`status` other than `Actual`', alert(info(), { status: 'Test' }), 'alert/status', 'refused'],
  ['`msgType` `Ack`, `Cancel` or `Error`', alert(info(), { msgType: 'Ack' }), 'alert/msgType', 'refused'],
  ['`scope` other than `Public`', alert(info(), { scope: 'Private' }), 'alert/scope', 'refused'],
  ['`source`', alert(info(), { source: 'desk 3' }), 'alert/source', 'ignored'],
  ['`restriction`', alert(info(), { restriction: 'staff' }), 'alert/restriction', 'refused'],
  ['`addresses`', alert(info(), { addresses: 'a@b.cn' }), 'alert/addresses', 'ignored'],
  ['`code`', alert(info(), { code: 'IPAWSv1.0' }), 'alert/code', 'ignored'],
  ['`note`', alert(info(), { note: 'see 3' }), 'alert/note', 'ignored'],
  [
    '`references` of an `Update`',
    alert(info(), { msgType: 'Update', references: 'a@b.cn,1,2026-11-27T08:00:00+08:00' }),
    'alert/references',
    'carried',
  ],
  [
    '`references` of an `Update` that cannot be read',
    alert(info(), { msgType: 'Update', references: 'a@b.cn' }),
    'alert/references',
    'refused',
  ],
  [
    '`references` of an `Alert`',
    alert(info(), { references: 'a@b.cn,1,2026-11-27T08:00:00+08:00' }),
    'alert/references',
    'ignored',
  ],
  ['`incidents`', alert(info(), { incidents: 'storm' }), 'alert/incidents', 'ignored'],
  ['`info`', alert(), 'alert/info', 'carried'],
  [
    '`info` that expired, beside a live one',
    alert(info({ expires: inHours(-1) }) + info()),
    'alert/info[1]',
    'ignored',
  ],
  ['`info` in another language', alert(info({ language: 'fr' }) + info()), 'alert/info[1]', 'ignored'],
  [
    '`info` in another language for areas of its own',
    alert(info({ language: 'fr' }, area(geocode(EAST))) + info()),
    'alert/info[1]',
    'refused',
  ],
  ...(
    ['language', 'urgency', 'severity', 'certainty', 'expires', 'headline', 'description', 'instruction'] as const
  ).map((name) => [`\`info/${name}\``, alert(), `alert/info/${name}`, 'carried'] as const),
  ['`info/category`', alert(), 'alert/info/category', 'ignored'],
  ['`info/event` without a headline', alert(info({ headline: '' })), 'alert/info/event', 'carried'],
  ['`info/event` beside a headline', alert(), 'alert/info/event', 'ignored'],
  ['`info/responseType` `AllClear`', alert(info({ responseType: 'AllClear' })), 'alert/info/responseType', 'carried'],
  ['`info/responseType`', alert(info({ responseType: 'Evacuate' })), 'alert/info/responseType', 'ignored'],
  [
    '`info/urgency`, `severity` or `certainty` with an unknown value',
    alert(info({ urgency: 'Soon' })),
    'alert/info/urgency',
    'refused',
  ],
  ['`info/audience` of everybody', alert(info({ audience: '社会公众' })), 'alert/info/audience', 'ignored'],
  ['`info/audience`', alert(info({ audience: '渔民' })), 'alert/info/audience', 'refused'],
  [
    '`info/eventCode`',
    alert(info({}, undefined, `<cap:eventCode>${elements({ valueName: 'SAME', value: 'FFW' })}</cap:eventCode>`)),
    'alert/info/eventCode',
    'ignored',
  ],
  ['`info/effective`', alert(info({ effective: inHours(-1) })), 'alert/info/effective', 'carried'],
  ['`info/onset`', alert(info({ onset: inHours(1) })), 'alert/info/onset', 'ignored'],
  [
    '`info/effective`, `onset` or `expires` without a zone',
    alert(info({ onset: '2026-11-27T08:00:00' })),
    'alert/info/onset',
    'refused',
  ],
  ['`info/senderName`', alert(info({ senderName: '气象台' })), 'alert/info/senderName', 'carried'],
  ['`info/web`', alert(info({ web: 'https://a.gov.cn' })), 'alert/info/web', 'carried'],
  ['`info/contact`', alert(info({ contact: '12345' })), 'alert/info/contact', 'ignored'],
  [
    '`info/parameter`',
    alert(info({}, undefined, `<cap:parameter>${elements({ valueName: 'a', value: 'b' })}</cap:parameter>`)),
    'alert/info/parameter',
    'ignored',
  ],
  [
    '`info/resource` and its parts',
    alert(
      info(
        {},
        undefined,
        `<cap:resource>${elements({ resourceDesc: 'map', mimeType: 'image/png', size: '1', uri: 'a.png', derefUri: 'aGk=', digest: 'x' })}</cap:resource>`,
      ),
    ),
    'alert/info/resource/derefUri',
    'ignored',
  ],
  ['`area` and `geocode` with a region of the city', alert(), 'alert/info/area/geocode/value', 'carried'],
  [
    '`geocode` with an unknown region',
    alert(info({}, area(geocode('110000')))),
    'alert/info/area/geocode/value',
    'refused',
  ],
  [
    '`geocode` of another scheme',
    alert(info({}, area(geocode(WEST) + geocode('1', 'UGC')))),
    'alert/info/area/geocode[2]',
    'ignored',
  ],
  ['`areaDesc` beside a code', alert(), 'alert/info/area/areaDesc', 'ignored'],
  [
    '`areaDesc` that is the name of one region',
    alert(info({}, area('', '西渚区'))),
    'alert/info/area/areaDesc',
    'carried',
  ],
  ['`areaDesc` alone', alert(info({}, area(''))), 'alert/info/area/areaDesc', 'refused'],
  [
    '`polygon` or `circle` beside a code',
    alert(info({}, area(`<cap:polygon>1,2 3,4 5,6 1,2</cap:polygon>${geocode(WEST)}`))),
    'alert/info/area/polygon',
    'ignored',
  ],
  [
    '`polygon` or `circle` alone',
    alert(info({}, area('<cap:polygon>1,2 3,4 5,6 1,2</cap:polygon>'))),
    'alert/info/area/polygon',
    'refused',
  ],
  [
    '`altitude` of the ground',
    alert(info({}, area(`${geocode(WEST)}<cap:altitude>0</cap:altitude>`))),
    'alert/info/area/altitude',
    'ignored',
  ],
  [
    '`altitude`',
    alert(info({}, area(`${geocode(WEST)}<cap:altitude>9000</cap:altitude>`))),
    'alert/info/area/altitude',
    'refused',
  ],
  [
    '`ceiling`',
    alert(info({}, area(`${geocode(WEST)}<cap:ceiling>900</cap:ceiling>`))),
    'alert/info/area/ceiling',
    'ignored',
  ],
  ['no `area`', alert(info({}, '')), 'alert/info/area', 'refused'],
  [
    'comments, processing instructions, attributes, signatures',
    alert(info(), {}, '<!-- c -->'),
    'alert/comment',
    'ignored',
  ],
  [
    'an element twice where one may stand',
    alert(info({}, undefined, '<cap:headline>又一个</cap:headline>')),
    'alert/info/headline[2]',
    'refused',
  ],
  ['any other element, such as `password` of CAP 1.0', alert(info(), { password: 'x' }), 'alert/password', 'refused'],
  ['text between elements', alert(info(), {}, 'stray'), 'alert', 'refused'],
];

describe('every construct of CAP 1.2 ends in one list', () => {
  test.each(CONSTRUCTS)('%s', (_row, xml, at, list) => {
    const { inventory } = read(xml);
    const lists = (['carried', 'refused', 'ignored'] as const).filter((name) =>
      inventory[name].some((item) => item.at === at),
    );
    expect(lists).toEqual([list]);
  });

  test('signatures, attributes and instructions change nothing', () => {
    const signed = '<s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"><s:SignedInfo/></s:Signature><?a b?>';
    const plain = draftsOf(alert());
    expect(draftsOf(alert(info(), {}, signed).replace('<cap:info>', '<cap:info xml:lang="zh">'))).toEqual(plain);
    expect(refusalsOf(alert(info(), {}, '<x xmlns="urn:x"/>'))).toEqual([expect.stringMatching(/alert\/x/)]);
  });

  test('the table of docs/integrations.md says the same, and names every element', () => {
    const page = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8');
    const section = page.slice(page.indexOf('### Elements of CAP 1.2')).split(/\n#+ /)[0] ?? '';
    const rows = [...section.matchAll(/^\| (.+?) \| (carried|refused|ignored) \|/gm)].map(([, row, list]) => [
      row,
      list,
    ]);
    expect(rows).toEqual(CONSTRUCTS.map(([row, , , list]) => [row, list]));
    const named = Object.keys({ ...alertRules(true), ...infoRules(true), ...areaRules('code') });
    expect(named.filter((name) => !rows.some(([row]) => new RegExp(`\\b${name}\\b`).test(row ?? '')))).toEqual([]);
  });
});

describe('in a city', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp();
  });
  afterAll(() => app.close());

  test('an alert becomes drafts once, organisers are notified, and one of them submits it', {
    timeout: 30_000,
  }, async () => {
    const { store } = app.running;
    const bring = (xml: string) => importCap(store, Buffer.from(xml), regions, Date.now());
    const office = await staff(app, '老张', 'office', '*');
    const both = area(geocode('990101')) + area(geocode(EAST));
    const brought = await bring(alert(info({}, both)));
    expect(brought).toMatchObject({ type: 'drafts', ids: [expect.any(String)] });
    expect(await bring(alert())).toMatchObject({ why: /already/ });
    // The store forgets an operation after two days, the announcement stays.
    await store.redis.del(store.keys.seen(store.pseudonym('system:house')));
    expect(await bring(alert())).toMatchObject({ why: /already/ });
    expect(await bring(alert(info({ expires: '2020-01-01T00:00:00+08:00' })))).toMatchObject({
      why: /The alert is over/,
    });
    const id = (brought.type === 'drafts' && brought.ids[0]) || '';
    const kept = await loadBroadcast(store, id);
    expect(kept?.record).toMatchObject({
      state: 'draft',
      kind: 'urgent',
      audience: { region: WEST, also: [EAST] },
      expires: expect.any(Number),
    });
    const homes = { west: WEST, east: `${EAST.slice(0, 6)}001001`, north: '990103000000' };
    for (const [name, home] of Object.entries(homes)) {
      const contact = JSON.stringify({ ...newContact('zh-CN', 0), home });
      await store.redis.hset(store.keys.person(`web:${name}`), { version: 1, contact });
      await store.redis.zadd(store.keys.persons, 0, `web:${name}`);
    }
    if (!kept) throw new Error('It is not kept.');
    const found = await allRecipients(store, kept.record, regions, Date.now());
    expect(found.filter((urn) => urn.startsWith('web:'))).toEqual(['web:east', 'web:west']);
    await office.hasSeen(/外面来的预警『暴雨红色预警』/);
    await office.tap('看一看');
    await office.sees(/^『🚨 暴雨红色预警』.*还发给：东/s);
    await office.tap('提交');
    await office.hasSeen(/没有人能收到|提交了/);
  });

  test('an update cancels the drafts of the alert that it replaces; another sender may use the same identifier', async () => {
    const { store } = app.running;
    const bring = async (parts: Parts) => {
      const done = await importCap(store, Buffer.from(alert(info(), parts)), regions, Date.now());
      return done.type === 'drafts' ? (done.ids[0] ?? '') : done.why;
    };
    const first = await bring({ sender: 'a@b.cn', identifier: 'same' });
    const other = await bring({ sender: 'c@d.cn', identifier: 'same' });
    const references = 'a@b.cn,same,2026-11-27T00:00:00-00:00';
    const update = await bring({ sender: 'a@b.cn', identifier: 'next', msgType: 'Update', references });
    const states = await Promise.all([first, other, update].map((id) => loadBroadcast(store, id)));
    expect(states.map((one) => one?.record.state)).toEqual(['cancelled', 'draft', 'draft']);
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
    const audience = { type: 'people', region: '990101000000', also: ['990102000000'], who: 'everybody' } as const;
    const sent = record({ audience });
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
    const both = ['990101000000', '990102000000'];
    expect(read(await cap.text(), NOW).alert?.drafts).toMatchObject([
      { title: '楼道 <清理> & 充电', words: { 'zh-CN': '请把电动车推出楼道。' }, kind: 'announcement', regions: both },
    ]);
    expect((await fetch(`${base}/${hidden[0]?.id}.${NOW}.cap`)).status).toBe(404);
  });
});
