import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { DAY_MS, dayOf, limitEnd, MINUTE_MS, momentOf } from '../../calendar.ts';
import { seriesScope } from '../../city/series.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { staffAt, staffWith } from '../../people/role.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import { hashOf, lotOf, seedOf } from '../../surveys/wave/draw.ts';
import { makeRepeats, makeVisits } from '../visits/make-visits.ts';
import { isOver } from '../visits/visit-rules.ts';
import { loadVisitsOf, visitEndsAt } from '../visits/visit-store.ts';
import { auditorsOf } from './auditors.ts';
import { loadCheckers } from './checkers.ts';
import { askForHalf, drawValues } from './commit-draw.ts';
import type { InspectionDraw } from './draw.ts';
import { MAY_DRAW, REPEAT_DAYS } from './draw.ts';
import { drawProof } from './draw-proof.ts';
import { keepDraw, loadDraw, loadFrameText, loadHalves } from './draw-store.ts';
import { drawVisits, listText } from './draw-visits.ts';
import { readFrame } from './frame.ts';

const EVERY_MS = 500;
const BATCH = 20;

/** Takes draws through their life: reminders of the second half, the draw, repeated visits, publication. */
export function drawClockJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'inspection-draws',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.drawsClock, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const draws = await orStoreAway(store.redis.zrange(...due));
      const work = (id: string) => step(id, services, now);
      return { stepped: await eachOrLog(draws, { log, what: 'a draw of inspections', stopping, work }) };
    },
  };
}

async function step(id: string, services: Services, now: number): Promise<void> {
  const kept = await loadDraw(services.store, id);
  switch (kept?.record.state) {
    case 'committed':
      return kept.record.halfHashes?.length === 2 ? drawNow(kept, services, now) : remindAuditors(kept, services, now);
    case 'drawn':
      return endDraw(kept, services, now);
    default: {
      const writes = [['ZREM', services.store.keys.drawsClock, id] as const];
      await commitAndNotify({ op: `draw:${id}:over:${now}`, what: 'draw_stepped', checks: [], writes }, [], services);
    }
  }
}

/** Reminds once a day; after the last day of the visits the draw ends without a list. */
async function remindAuditors(kept: Kept<InspectionDraw>, services: Services, now: number): Promise<void> {
  const { store, city } = services;
  const { record, version } = kept;
  const op = `draw:${record.id}:${version}:remind:${dayOf(now)}`;
  if (now >= visitEndsAt(record)) {
    const { checks, writes } = keepDraw(store, { ...record, state: 'called_off' }, undefined, kept);
    const said = { key: 'flows/my-draws:news.no_half', values: drawValues(record) } as const;
    const notices = (await organisersOf(record, services)).map((to) => ({ to, said }));
    await commitAndNotify({ op, what: 'draw_called_off', checks, writes }, notices, services);
    return;
  }
  const auditors = await auditorsOf(store, record, city);
  const { checks, writes } = keepDraw(store, record, now + DAY_MS, kept);
  const notices = auditors.map((to) => ({ to, said: askForHalf(record) }));
  await commitAndNotify({ op, what: 'draw_reminded', checks, writes }, notices, services);
}

/** Draws: both halves are fixed, so the outcome is. The list is kept by its hash alone and follows from frame and seed. */
async function drawNow(kept: Kept<InspectionDraw>, services: Services, now: number): Promise<void> {
  const { store, city } = services;
  const { record } = kept;
  const [text, halves, checkers] = await Promise.all([
    loadFrameText(store, record.id),
    loadHalves(store, record.id),
    loadCheckers(store, record.region, city, now),
  ]);
  if (text === undefined || !halves || hashOf(text) !== record.frameHash)
    throw new Error(`${record.id} has lost its frame or a half of its seed; call the draw off.`);
  const seed = seedOf(record.frameHash, halves);
  const drawn = drawVisits(readFrame(text), (name) => lotOf(seed, name));
  const until = dayOf(Math.max(momentOf(`${record.until}T12:00`), now));
  const dated = { ...record, until };
  const visits = await makeVisits(store, dated, drawn, { city, checkers, now });
  const next: InspectionDraw = {
    ...dated,
    state: 'drawn',
    listHash: hashOf(listText(drawn)),
    drawnAt: now,
    visits: drawn.length,
  };
  const said = { key: 'flows/my-draws:news.drawn', values: { ...drawValues(next), visits: drawn.length } } as const;
  const notices = (await organisersOf(record, services)).map((to) => ({ to, said }));
  const change = joinChanges([keepDraw(store, next, visitEndsAt(dated), kept), visits]);
  await commitAndNotify({ op: `draw:${record.id}:${kept.version}`, what: 'draw_drawn', ...change }, notices, services);
}

/** Repeats one in ten of the visits without a finding; after them, publishes the draw. */
async function endDraw(kept: Kept<InspectionDraw>, services: Services, now: number): Promise<void> {
  const { store, city } = services;
  const { record } = kept;
  const visits = await loadVisitsOf(store, record.id);
  const op = `draw:${record.id}:${kept.version}`;
  if (visits.some(({ record: visit }) => !isOver(visit))) {
    // The clock of the visits ends the last ones within a minute of their last day.
    const ends = visits.flatMap(({ record: visit }) => (isOver(visit) ? [] : [visitEndsAt(visit)]));
    const writes = [['ZADD', store.keys.drawsClock, Math.max(now + MINUTE_MS, ...ends), record.id] as const];
    await commitAndNotify({ op: `${op}:wait:${now}`, what: 'draw_stepped', checks: [], writes }, [], services);
    return;
  }
  const [text, halves] = await Promise.all([loadFrameText(store, record.id), loadHalves(store, record.id)]);
  if (text === undefined || !halves) throw new Error(`${record.id} has lost its frame or a half of its seed.`);
  const seed = seedOf(record.frameHash ?? '', halves);
  const lot = (name: string) => lotOf(seed, name);
  if (record.repeats === undefined) {
    const checkers = await loadCheckers(store, record.region, city, now);
    const until = dayOf(limitEnd(now, REPEAT_DAYS));
    const first = visits.map(({ record: visit }) => visit);
    const { change, ids } = makeRepeats(store, first, { frame: readFrame(text), lot, checkers, until, now });
    const { checks, writes } = keepDraw(store, { ...record, repeats: ids }, now, kept);
    await commitAndNotify({ op, what: 'draw_repeated', ...joinChanges([{ checks, writes }, change]) }, [], services);
    return;
  }
  const done: InspectionDraw = { ...record, state: 'done', halves, seed, doneAt: now };
  const proof = drawProof(done, text, lot) ?? '';
  const counted = visits.filter(({ record: visit }) => visit.repeats === undefined);
  const values = {
    ...drawValues(done),
    visits: counted.length,
    done: counted.filter(({ record: visit }) => visit.state === 'left').length,
  };
  const said = { key: 'flows/my-draws:news.done', values, file: { name: `${record.id}.txt`, text: proof } } as const;
  const notices = (await organisersOf(record, services)).map((to) => ({ to, said }));
  const { checks, writes } = keepDraw(store, done, undefined, kept);
  const gone = ['DEL', store.keys.drawHalves(record.id)] as const;
  await commitAndNotify({ op, what: 'draw_done', checks, writes: [...writes, gone] }, notices, services);
}

/**
 * Organisers of the region, and the lead department that ordered the draw: they learn that a list exists, never whom it
 * names before the end.
 */
async function organisersOf({ region, series, byLead }: InspectionDraw, { store, city }: Services) {
  const organisers = await staffWith(store, MAY_DRAW, city.regions.chain(region));
  return [...new Set([...organisers, ...(byLead ? await staffAt(store, 'unit_staff', series.map(seriesScope)) : [])])];
}
