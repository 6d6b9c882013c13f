import { DAY_MS, dayOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Checker } from '../../inspections/draw/checkers.ts';
import type { InspectionDraw } from '../../inspections/draw/draw.ts';
import { keepDraw, keepFrame, keepHalf } from '../../inspections/draw/draw-store.ts';
import type { DrawnVisit } from '../../inspections/draw/draw-visits.ts';
import { drawVisits, listText } from '../../inspections/draw/draw-visits.ts';
import { frameText } from '../../inspections/draw/frame.ts';
import { frameOf } from '../../inspections/draw/plan-draw.ts';
import { defaultStandard } from '../../inspections/standards/default-standards.ts';
import type { Mark, Marked } from '../../inspections/visits/read-marks.ts';
import type { Visit } from '../../inspections/visits/visit.ts';
import { addMarks, sendSheet } from '../../inspections/visits/visit-rules.ts';
import { addVisit, visitEndsAt } from '../../inspections/visits/visit-store.ts';
import type { Random } from '../../random.ts';
import { pickFrom, randomFrom, sometimes } from '../../random.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { hashOf, lotOf, seedOf } from '../../surveys/wave/draw.ts';
import words from '../city-names.json' with { type: 'json' };

const CHECKERS = 24;
/** Share of items that each checker marks otherwise than the other one. */
const DISPUTED = 0.04;

/** Inspections of a new demo: a draw that is done and public, and one under way whose list is sealed. */
export function inspectionWrites(store: Store, city: City, now: number): readonly Write[] {
  const random = randomFrom(20261130);
  const [region = ''] = city.regions.all('city');
  const common = { region, each: 1, by: 'demo-office' } as const;
  const day = (days: number) => dayOf(now + days * DAY_MS);
  const done: InspectionDraw = {
    ...common,
    id: 'draw_demo0001',
    state: 'done',
    series: ['station', 'campus'],
    named: [[...city.premises.keys()][0] ?? ''],
    from: day(-40),
    until: day(-30),
    madeAt: now - 42 * DAY_MS,
    drawnAt: now - 41 * DAY_MS,
    repeats: [],
    doneAt: now - 28 * DAY_MS,
  };
  const underWay: InspectionDraw = {
    ...common,
    id: 'draw_demo0002',
    state: 'drawn',
    series: ['market', 'campus'],
    named: [],
    from: day(-2),
    until: day(5),
    madeAt: now - 4 * DAY_MS,
    drawnAt: now - 3 * DAY_MS,
  };
  return [...drawWrites(store, city, done, random), ...drawWrites(store, city, underWay, random)];
}

function drawWrites(store: Store, city: City, draw: InspectionDraw, random: Random): readonly Write[] {
  const checkers = demoCheckers();
  const standards = draw.series.map(defaultStandard);
  const frame = frameOf(draw, city, { checkers, standards, last: new Map(), pairings: [] });
  const text = frameText(frame);
  const halves = [hashOf(`${draw.id} office`), hashOf(`${draw.id} auditor`)] as const;
  const frameHash = hashOf(text);
  const seed = seedOf(frameHash, halves);
  const drawn = drawVisits(frame, (name) => lotOf(seed, name));
  const fixed: InspectionDraw = {
    ...draw,
    frameHash,
    halfHashes: halves.map(hashOf),
    listHash: hashOf(listText(drawn)),
    visits: drawn.length,
    ...(draw.state === 'done' ? { halves, seed } : {}),
  };
  const visits = drawn.map((one, i) => visitOf(one, i, { city, draw: fixed, random }));
  const due = draw.state === 'done' ? undefined : visitEndsAt(draw);
  return [
    ...keepDraw(store, fixed, due).writes,
    keepFrame(store, draw.id, text),
    ...(draw.state === 'done'
      ? []
      : [keepHalf(store, draw.id, 'office', halves[0]), keepHalf(store, draw.id, 'auditor', halves[1])]),
    ...visits.flatMap(
      (visit, place) => addVisit(store, visit, { place, pseudonyms: [], due: visitEndsAt(visit) }).writes,
    ),
    ...visits.filter(({ state }) => state === 'left').map(({ id }) => ['ZREM', store.keys.visitsClock, id] as const),
  ];
}

/** Fictional people who check premises. */
export function demoCheckers(): readonly Checker[] {
  return Array.from({ length: CHECKERS }, (_, n) => ({
    urn: `demo:${n + 1}`,
    pseudonym: `demo-checker-${n + 1}`,
    grants: [],
  }));
}

type Making = {
  readonly city: City;
  readonly draw: Pick<InspectionDraw, 'state' | 'series' | 'from' | 'until' | 'doneAt'> & { readonly id: string };
  readonly random: Random;
  /** The truth about an item. */
  readonly mark?: (random: Random) => Marked;
};

/** A visit with the marks that two checkers gave; under way, two in five are done. */
export function visitOf(drawn: DrawnVisit, place: number, { city, draw, random, mark = markOf }: Making): Visit {
  const leftAt = visitEndsAt(draw) - Math.floor(random() * 6) * DAY_MS;
  const told: Visit = {
    id: `visit_${hashOf(`${draw.id} ${drawn.premises}`).slice(0, 8)}`,
    of: draw.id,
    premises: drawn.premises,
    series: draw.series.find((one) => one === drawn.series) ?? 'station',
    standard: 1,
    region: city.premises.get(drawn.premises)?.region ?? '',
    ...(drawn.named ? { named: true as const } : {}),
    items: drawn.items.toSorted((a, b) => a - b),
    checkers: drawn.checkers,
    password: pickFrom(random, words.inspections.passwords),
    from: draw.from,
    until: draw.until,
    state: 'told',
    sheets: {},
  };
  const isDone = draw.state === 'done' ? place % 17 !== 16 : sometimes(random, 0.4);
  if (!isDone) return draw.state === 'done' ? { ...told, state: 'missed' } : told;
  const truth = told.items.map(() => mark(random));
  const [first = '', second = ''] = told.checkers;
  let visit = told;
  for (const code of [first, second]) {
    const marks = new Map(
      truth.map((found, i) => [i + 1, sometimes(random, DISPUTED) ? { mark: 'half' as const } : found]),
    );
    visit = sendSheet(addMarks(visit, code, { marks }), code, leftAt);
  }
  if (visit.state === 'filled') {
    const third = `third${place}`;
    const marks = new Map(
      (visit.disputed ?? []).map((no, i) => [i + 1, truth[told.items.indexOf(no)] ?? { mark: 'full' as const }]),
    );
    visit = sendSheet(addMarks({ ...visit, third }, third, { marks }), third, leftAt);
  }
  return { ...visit, state: 'left', leftAt: Math.min(leftAt, draw.doneAt ?? leftAt) };
}

function markOf(random: Random): Marked {
  const mark: Mark = sometimes(random, 0.82) ? 'full' : pickFrom(random, ['half', 'none', 'none', 'na'] as const);
  return mark === 'none' ? { mark, words: pickFrom(random, words.inspections.findings) } : { mark };
}
