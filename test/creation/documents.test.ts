import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, momentOf } from '../../src/calendar.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import type { UnitPage } from '../../src/console/pages/unit-page.ts';
import { evidenceOf } from '../../src/creation/evidence/evidence.ts';
import { readEvidence } from '../../src/creation/evidence/read-evidence.ts';
import { loadRoundsOf } from '../../src/creation/rounds/round-store.ts';
import type { PremisesDocument } from '../../src/inspections/documents/document.ts';
import { confirmDocument, countedFor, documentState } from '../../src/inspections/documents/document.ts';
import { loadDocuments } from '../../src/inspections/documents/document-store.ts';
import type { Item } from '../../src/inspections/standards/standard.ts';
import { staff } from '../cases/desk.ts';
import { signIn } from '../console/browser.ts';
import type { Phone } from '../phone.ts';
import { faultsOf } from '../review/broken-data.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { NOW, SCHOOL, STANDARD } from './school.ts';

const FIRE = STANDARD.items.find(({ no }) => no === 17) as Item;
const DOCUMENT: PremisesDocument = {
  id: 'document_aaaaaaaa',
  premises: SCHOOL.id,
  item: FIRE.words['zh-CN'] ?? '',
  number: '消检 1',
  issuer: '检测站',
  until: NOW + 40 * DAY_MS,
  by: 'one',
  at: NOW,
};
const CONFIRMED = { ...DOCUMENT, confirmed: { by: 'two', at: NOW } };

describe('a document of premises', () => {
  test.each([
    ['that nobody confirmed', DOCUMENT, 0, 'unconfirmed', 0],
    ['in force', CONFIRMED, 0, 'in_force', 1],
    ['that ends within 30 days', CONFIRMED, 10, 'ends_soon', 1],
    ['on its last day', CONFIRMED, 40, 'ends_soon', 1],
    ['that ended', CONFIRMED, 41, 'expired', 0],
    ['of an item that a later version words otherwise', { ...CONFIRMED, item: '消防' }, 0, 'in_force', 0],
  ] as const)('%s counts or not', (_name, document, days, state, counted) => {
    const now = NOW + days * DAY_MS;
    expect(documentState(document, now)).toBe(state);
    expect(countedFor(FIRE, [document], now)).toHaveLength(counted);
  });

  test('is confirmed once, by another person than entered it, and not after its end', () => {
    expect(confirmDocument(DOCUMENT, 'one', NOW)).toBeUndefined();
    expect(confirmDocument(DOCUMENT, 'two', NOW)?.confirmed).toEqual({ by: 'two', at: NOW });
    expect(confirmDocument(CONFIRMED, 'three', NOW)).toBeUndefined();
    expect(confirmDocument(DOCUMENT, 'two', DOCUMENT.until + 1)).toBeUndefined();
  });

  test('fills an item that counts documents, with its ★; beside a checked item it lies for the checkers', () => {
    const sources = {
      share: () => ({ rows: [], y: 0, n: 0, city: 0 }),
      count: () => [],
      survey: () => undefined,
      overdue: [],
      documents: () => ['document_aaaaaaaa'],
      minutes: () => undefined,
    };
    const own: Item = { ...FIRE, critical: true, verify: ['v3'], measure: { kind: 'documents', times: 1 } };
    expect(evidenceOf(own, sources)).toMatchObject({ result: { points: FIRE.max }, starMet: true });
    expect(evidenceOf(own, { ...sources, documents: () => [] })).toMatchObject({
      result: { points: 0 },
      starMet: false,
    });
    expect(evidenceOf(FIRE, sources)).toMatchObject({ result: { type: 'na' }, rows: ['document_aaaaaaaa'] });
    const look = STANDARD.items.find(({ no }) => no === 6) as Item;
    expect(evidenceOf(look, sources)).toBeUndefined();
  });
});

describe('in chat', () => {
  let app: TestApp;
  let contact: Phone;
  let department: Phone;
  const now = () => app.simulator.world.now();
  const documents = () => loadDocuments(app.running.store, SCHOOL.id);

  beforeAll(async () => {
    app = await openTestApp({ site: 'https://anlin.example' });
    await saveCityData(app.running.store, { premises: [SCHOOL] }, 'premises', 1);
    await app.tick('city-reload');
    contact = await staff(app, '实验小学', 'unit_staff', 'premises:shiyan_school');
    department = await staff(app, '教育局', 'unit_staff', 'series:campus');
  }, 90_000);
  afterAll(() => app.close());

  test('a contact enters a document, and it counts once the lead department asked the issuer', async () => {
    await department.say('创建');
    await department.tap('排进计划', (await department.hears(/实验小学/)).message_id);
    await department.tap('Q', (await department.sees(/哪个季度/)).message_id);
    await department.sees(/排好了/);
    await app.tick('creation-clock');
    await contact.say('创建');
    await contact.tap('文件', (await contact.hears(/实验小学/)).message_id);
    await contact.tap('登记一份', (await contact.sees(/还没有登记/)).message_id);
    await contact.tap('消防设施年检', (await contact.sees(/哪一条要的文件/)).message_id);
    await contact.sees(/编号是什么/);
    await contact.say('13812345678');
    await contact.sees(/去掉|不写/);
    await contact.say('消检〔2026〕0417号');
    await contact.sees(/哪家单位出具/);
    await contact.say('市消防技术服务中心');
    await contact.sees(/有效到哪一天/);
    const day = new Date(now() + 100 * DAY_MS).toISOString().slice(0, 10);
    await contact.say(day);
    const card = await contact.sees(/核实过，才算数/);
    expect(card.text).toMatch(/消检〔2026〕0417号.*市消防技术服务中心/s);
    await contact.tap('登记', card.message_id);
    await contact.sees(/登记好了/);
    expect(await documents()).toMatchObject([{ number: '消检〔2026〕0417号', until: momentOf(`${day}T23:59`) }]);
    expect(JSON.stringify(await documents())).not.toContain(String(contact.id));
    const evidence = async () =>
      (
        await readEvidence(
          app.running.store,
          [{ premises: SCHOOL, standard: STANDARD }],
          app.running.services.city,
          now(),
        )
      ).get(SCHOOL.id)?.[17];
    expect(await evidence()).toBeUndefined();

    // Another contact is offered no confirmation; the lead department is.
    await contact.tap('打开', (await contact.sees(/登记好了/)).message_id);
    await contact.sees(/还没核实，不算数/);
    const colleague = await staff(app, '总务处', 'unit_staff', 'premises:shiyan_school');
    await colleague.say('单位文件');
    const own = await colleague.sees(/还没核实，不算数/);
    expect(own.buttons.flat().map(({ text }) => text)).not.toContain('✅ 向出具单位核实过');
    await department.tap('打开', (await department.hasSeen(/登记了一份文件/)).message_id);
    await department.tap('向出具单位核实过', (await department.sees(/还没核实/)).message_id);
    await department.tap('消检', (await department.sees(/哪一份/)).message_id);
    await department.tap('是的', (await department.sees(/您问过出具单位/)).message_id);
    await department.sees(/核实记下了/);
    await contact.hasSeen(/核实了，算数/);
    expect((await evidence())?.rows).toEqual((await documents()).map(({ id }) => id));
    // The open claim has it with the next run, not a day later.
    await app.tick('creation-clock');
    const [round] = await loadRoundsOf(app.running.store, SCHOOL.id);
    expect(round?.record.evidence[17]?.rows).toEqual((await documents()).map(({ id }) => id));
    const browser = await signIn(app, department);
    const unit = (await browser.get(`/units/${SCHOOL.id}`)).body as unknown as UnitPage;
    expect(unit.documents).toMatchObject([{ no: 17, number: '消检〔2026〕0417号', state: 'in_force' }]);
    expect(await faultsOf(app.running.store)).toEqual([]);
  });

  test('its contact is told 30 days ahead and at the end, the lead at the end; two years later it is deleted', async () => {
    await app.tick('premises-documents');
    const told = async (phone: Phone, what: RegExp) =>
      (await phone.fromBot()).filter(({ text = '' }) => what.test(text)).length;
    expect(await told(contact, /就过期/)).toBe(0);
    await app.advance(71 * DAY_MS);
    await app.tick('premises-documents', 'premises-documents');
    await contact.hasSeen(/消检〔2026〕0417号 到 .*就过期/);
    expect(await told(department, /就过期/)).toBe(0);
    await app.advance(31 * DAY_MS);
    await app.tick('premises-documents', 'premises-documents');
    await contact.hasSeen(/消检〔2026〕0417号 过期了/);
    await department.hasSeen(/消检〔2026〕0417号 过期了/);
    expect(await told(contact, /就过期/)).toBe(1);
    await app.advance(727 * DAY_MS);
    await app.tick('premises-documents');
    expect(await documents()).toHaveLength(1);
    await app.advance(2 * DAY_MS);
    await app.tick('premises-documents');
    expect(await documents()).toEqual([]);
    expect(await app.running.store.redis.zcard(app.running.store.keys.documentsClock)).toBe(0);
  });
});
