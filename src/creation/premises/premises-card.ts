import { DAY_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import { seriesNames } from '../../city/series.ts';
import type { Value, Values } from '../../delivery/outcome.ts';
import type { Item, Standard } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import { failedStars, gapsOf } from '../checks/gaps.ts';
import { openItems } from '../claims/claim-rules.ts';
import { documentsIn } from '../evidence/evidence.ts';
import { openObjection } from '../notice/notice-rules.ts';
import type { FrozenEvidence, Round } from '../rounds/round.ts';
import type { PremisesFacts } from './load-premises.ts';
import { currentRound } from './load-premises.ts';

/** The state of premises in one card: name, series, what is left, until when. */
export function premisesCard(facts: PremisesFacts, now: number): Value {
  const { premises, standard, pairing, city } = facts;
  if (!premises || !standard) return '';
  const round = currentRound(facts)?.record;
  const state = round?.state ?? 'known';
  const card = round ? cardOf(round) : 'known';
  const values = {
    name: { names: premises.names },
    series: { names: seriesNames(premises.series) },
    state: { key: `common:round_state.${state}` } as const,
    ...(round ? roundValues(round, standard, now) : {}),
  };
  const lines: Value[] = [{ key: `flows/my-premises:cards.${card}`, values }];
  if (round?.veto) lines.push({ key: 'flows/my-premises:cards.veto', values: vetoValues(round.veto) });
  if (pairing && !facts.rounds.some(({ record }) => record.metAt !== undefined)) {
    const names = city.premises.get(pairing.helper)?.names ?? {};
    lines.push({
      key: 'flows/my-premises:cards.pairing',
      values: { helper: { names }, until: { day: pairing.until } },
    });
  }
  return { list: lines };
}

/** The card of a state. A suspension by a visit names its items; without an open project there is no date. */
function cardOf({ state, failed, projects }: Round): string {
  if (state === 'suspended' && failed) return 'suspended_by_visit';
  if (state === 'curing' && projects.every(({ doneAt }) => doneAt !== undefined)) return 'curing_done';
  return state;
}

function vetoValues({ veto, words }: NonNullable<Round['veto']>): Values {
  return { veto: { key: `flows/my-premises:veto.options.${veto}` }, words: { words } };
}

/** Figures of a round that its messages name. */
export function roundValues(round: Round, standard: Standard, now: number): Values {
  const { due, score, level, noticeUntil, until, projects, naming, cureBy } = round;
  const computed = standard.items.flatMap(({ no, max }) => {
    const result = round.evidence[no]?.result;
    return result?.type === 'points' ? [{ points: result.points, max }] : [];
  });
  const failed = standard.items.filter(({ no }) => round.failed?.items.includes(no));
  const nextProject = projects.filter(({ doneAt }) => doneAt === undefined).toSorted((a, b) => a.due - b.due)[0];
  return {
    open: openItems(round, standard).length,
    days: Math.max(0, Math.ceil((due - now) / DAY_MS)),
    computed: computed.length,
    computed_points: oneDecimal(computed.reduce((sum, { points }) => sum + points, 0)),
    computed_max: computed.reduce((sum, { max }) => sum + max, 0),
    drawn: round.drawn.length,
    score: score ? oneDecimal(score.score) : '',
    ratio: score ? Math.floor(score.ratio * 100) : '',
    stars: failedStars(round, standard).length,
    gaps: gapsOf(round, standard).length,
    projects: projects.filter(({ doneAt }) => doneAt === undefined).length,
    project_due: nextProject ? { day: nextProject.due } : '',
    level: { key: level ? `common:level.${level}` : 'common:level.none' },
    notice_until: noticeUntil === undefined ? '' : { at: noticeUntil },
    objections: round.objections.length,
    open_objection: wordsOf(round),
    until: until === undefined ? '' : { day: until },
    document: naming?.document ?? '',
    cure_by: cureBy === undefined ? '' : { day: cureBy },
    failed: failed.length,
    failed_items: { list: failed.map(itemLine) },
  };
}

function wordsOf(round: Round): Value {
  const open = openObjection(round);
  return open ? { words: open.words } : '';
}

/** A figure with one decimal, cut and not rounded up: 79.96 is no 80. */
export function oneDecimal(value: number): string {
  // The small part absorbs binary fractions such as 87.49999999999999.
  return (Math.floor(value * 10 + 1e-9) / 10).toFixed(1);
}

/** One item as a line of a list: number, star, words, points. */
export function itemLine({ no, critical, words, max }: Item): Value {
  return {
    key: critical ? 'flows/my-premises:lines.item_star' : 'flows/my-premises:lines.item',
    values: { no, words: { names: words }, max },
  };
}

/** Rows that a line of evidence names; the console opens all. */
const ROWS_SHOWN = 6;

/** The computed items of a round with their rows. */
export function evidenceList(round: Round, { items }: Standard): Value {
  const lines = items.flatMap((item): Value[] => {
    const found = round.evidence[item.no];
    if (!found || (isChecked(item) && found.rows.length === 0)) return [];
    const { result, y, n, city, rows } = found;
    // Case numbers and months can be read; ids of tasks, announcements and waves cannot.
    const numbers = rows.filter((row) => !row.includes('_')).slice(0, ROWS_SHOWN);
    const values: Values = {
      item: itemLine(item),
      y: Math.round(y),
      n: Math.round(n),
      city: city === undefined ? '' : Math.round(city * 100),
      points: result.type === 'points' ? oneDecimal(result.points) : '',
      max: item.max,
      rows: numbers.length === 0 ? '' : { joined: numbers },
    };
    if (isChecked(item)) {
      const documents = documentsIn(rows);
      const announced = rows.length - documents;
      return [
        ...(announced > 0
          ? [{ key: 'flows/my-premises:evidence_lines.beside', values: { ...values, y: announced } } as const]
          : []),
        ...(documents > 0
          ? [{ key: 'flows/my-premises:evidence_lines.documents', values: { ...values, y: documents } } as const]
          : []),
      ];
    }
    const minutes = (found.minutes ?? []).map((one) => one ?? '–');
    const took: Value =
      minutes.length > 0 ? { key: 'flows/my-premises:took', values: { minutes: { joined: minutes } } } : '';
    return [{ key: `flows/my-premises:evidence_lines.${lineOf(item, result.type)}`, values: { ...values, took } }];
  });
  return { list: lines };
}

function lineOf({ measure }: Item, result: FrozenEvidence['result']['type']): string {
  if (result !== 'points') return result;
  if (measure?.kind === 'documents') return 'documents_counted';
  if (measure?.kind === 'timed_drills') return 'drills_counted';
  return measure && 'times' in measure ? 'count' : 'share';
}

/** The text of a standard, to read or to print. */
export function standardList({ items }: Standard): Value {
  return { list: items.map(itemLine) };
}

/** The names of a region's community, street and so on, for messages about premises. */
export function whereOf(region: string, { regions }: Pick<City, 'regions'>): Value {
  return { names: regions.nameOf(region) ?? { 'zh-CN': region } };
}
