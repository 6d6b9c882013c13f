import { DAY_MS, HOUR_MS, momentOf } from '../../src/calendar.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import type { Premises } from '../../src/city/premises.ts';
import type { PremisesFacts } from '../../src/creation/premises/load-premises.ts';
import type { FrozenEvidence, Round } from '../../src/creation/rounds/round.ts';
import { plannedRound as planRound } from '../../src/creation/rounds/round.ts';
import { demoCityData } from '../../src/demo/city.ts';
import type { Point } from '../../src/engine/input.ts';
import { needsDocument } from '../../src/inspections/documents/document.ts';
import { defaultStandard } from '../../src/inspections/standards/default-standards.ts';
import { isChecked } from '../../src/inspections/standards/standard.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';

export const STANDARD = defaultStandard('campus');
export const HAND = STANDARD.items.filter(isChecked);
/** A Monday. */
export const NOW = momentOf('2026-11-02T10:00');

export const SCHOOL: Premises = {
  id: 'shiyan_school',
  series: 'campus',
  names: { 'zh-CN': '实验小学', en: 'Shiyan School' },
  region: '990101001001',
};

/** Every computed item with all its points, and a confirmed document beside each item that needs one. */
export const EVIDENCE: Record<number, FrozenEvidence> = Object.fromEntries(
  STANDARD.items.flatMap((item): [number, FrozenEvidence][] => {
    const { no, max } = item;
    if (needsDocument(item)) return [[no, { result: { type: 'na' }, y: 1, n: 0, rows: [`document_item${no}`] }]];
    if (isChecked(item)) return [];
    const result = { type: 'points', points: max, clean: false } as const;
    return [[no, { result, y: 1, n: 1, rows: ['A1'], starMet: true }]];
  }),
);

/** A planned round of the school. */
export function plannedRound(more: Partial<Round> = {}): Round {
  const plan = {
    id: 'round_aaaaaaaa',
    premises: SCHOOL,
    standard: STANDARD.version,
    due: NOW + 60 * DAY_MS,
    halfHash: 'h',
  } as const;
  return { ...planRound({ ...plan, now: NOW }), evidence: EVIDENCE, evidenceAt: NOW, ...more };
}

/** The facts of the talk about the school for a person with this scope. */
export function schoolFacts(scope: string, round?: Round): PremisesFacts {
  const city = cityOf({ ...NEW_CITY, ...demoCityData(), premises: [SCHOOL] }, []);
  return {
    city,
    grants: [{ role: 'unit_staff', scope, since: 0 }],
    me: 'me',
    list: [SCHOOL],
    premises: SCHOOL,
    rounds: round ? [{ version: 1, record: round }] : [],
    standard: STANDARD,
    newest: STANDARD,
    basis: undefined,
    pairing: undefined,
    helpers: [],
    contacts: [],
    leads: [],
  };
}

/** An hour's task at the school for one volunteer. */
export function schoolTask({
  point,
  madeAt,
  ...task
}: Pick<Task, 'id' | 'kind' | 'state' | 'from' | 'by'> & { readonly point: Point; readonly madeAt?: number }): Task {
  return {
    ...task,
    words: '',
    place: { point, region: SCHOOL.region },
    region: SCHOOL.region,
    until: task.from + HOUR_MS,
    needed: 1,
    skills: [],
    checkIn: 'place',
    code: '0000',
    proof: 'nothing',
    madeAt: madeAt ?? task.from,
    waves: 0,
  };
}
