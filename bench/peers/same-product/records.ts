import { randomInt } from 'node:crypto';
import { caseMessages } from '../../../src/cases/case-messages.ts';
import { newCaseNumber } from '../../../src/cases/case-number.ts';
import { readersOf } from '../../../src/cases/case-permissions.ts';
import { addCase, newCaseId, submissionEvent } from '../../../src/cases/case-store.ts';
import { toldOfArrival } from '../../../src/cases/desk/arrivals.ts';
import type { Report } from '../../../src/cases/hazard-case.ts';
import { replay } from '../../../src/cases/replay.ts';
import { findClosedBefore } from '../../../src/cases/report/nearby.ts';
import { responsibleRegions } from '../../../src/cases/routing.ts';
import type { Outgoing, Urn } from '../../../src/channels/channel.ts';
import type { City } from '../../../src/city/city.ts';
import { cityOf } from '../../../src/city/city.ts';
import { loadCityData, saveCityData } from '../../../src/city/city-store.ts';
import { demoCityData } from '../../../src/demo/city.ts';
import type { Say } from '../../../src/i18n.ts';
import { renderMessage } from '../../../src/notify/render-message.ts';
import { staffIn } from '../../../src/people/role.ts';
import type { Write } from '../../../src/store/commit.ts';
import { connect } from '../../../src/store/connect.ts';
import type { Store } from '../../../src/store/store.ts';
import { openStore } from '../../../src/store/store.ts';
import { appointDispatcher, CITY, OUTER_KEY } from '../../open-city.ts';
import type { Draft } from './wording.ts';

const UNUSED_PACE = { perSecond: 1, burst: 1, bulkPerSecond: 1, chatPerSecond: 1, chatBurst: 1 };

/** Opens the same city as the product's, with its dispatcher. */
export async function openRecords(redisUrl: string): Promise<{ readonly store: Store; readonly city: City }> {
  const store = await openStore(connect(redisUrl), CITY, UNUSED_PACE, Date.now(), { outerKey: OUTER_KEY });
  await saveCityData(store, demoCityData(), 'bench', Date.now());
  await appointDispatcher(store);
  return { store, city: cityOf(await loadCityData(store), []) };
}

/** Makes the report of a finished talk. */
export function reportOf({ category = '', place = {}, description = '', photos = [] }: Draft, city: City): Report {
  return {
    id: newCaseId(randomInt),
    number: newCaseNumber(randomInt),
    category,
    place,
    description: { text: description },
    photos,
    urgent: false,
    filedAt: Date.now(),
    ...responsibleRegions(place.region, city.regions),
  };
}

/** Writes the product's record of a case with its lists and an audit entry, in one MULTI. Without a queue of news. */
export async function fileReport(store: Store, report: Report, reporter: Urn, op: string): Promise<void> {
  const { keys } = store;
  const writes = addCase(store, report, reporter).writes.filter(([, key]) => key !== keys.casesNews);
  const entry = ['at', String(report.filedAt), 'op', op, 'what', 'case_filed', 'who', store.pseudonym(reporter)];
  await inOneTransaction(store, [...writes, ['XADD', keys.audit, '*', ...entry]]);
}

type Send = (chat: number, message: Outgoing) => Promise<unknown>;

/** Tells the dispatchers of a new case by the product's rules: once until they write, and with earlier cases looked up. */
export async function tellDispatchers(
  { store, city }: { readonly store: Store; readonly city: City },
  report: Report,
  say: Say,
  send: Send,
): Promise<void> {
  const event = submissionEvent(report);
  const record = replay([event]);
  await findClosedBefore(store, record);
  for (const { list, said } of caseMessages(undefined, record, event, city).staff) {
    const { role, scopes } = readersOf(list, city.regions);
    const { to, writes } = await toldOfArrival(store, await staffIn(store, role, scopes), Date.now());
    if (to.length === 0) continue;
    const reader = { say, has: () => true, language: 'zh-CN', regions: city.regions, link: () => '', roles: [role] };
    for (const urn of to) await send(Number(urn.slice(urn.indexOf(':') + 1)), renderMessage(said, reader));
    await inOneTransaction(store, writes);
  }
}

async function inOneTransaction({ redis }: Store, writes: readonly Write[]): Promise<void> {
  const commands = writes.map(([command, ...args]) => [command.toLowerCase(), ...args.map(String)]);
  for (const [error] of (await redis.multi(commands).exec()) ?? []) if (error) throw error;
}
