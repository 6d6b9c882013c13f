import type { LocalizedMessage, Value, Values } from '../../delivery/outcome.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import { liveCount } from '../disclosure/disclosure.ts';
import type { Attainment } from '../estimate/compare.ts';
import type { IndicatorSet } from '../estimate/indicator.ts';
import { reportedUnits } from '../survey-regions.ts';
import type { LedgerEntry, Wave } from '../wave/wave.ts';
import { compositeText, hasComposite } from './composite-score.ts';
import type { IndicatorResult } from './indicator-result.ts';
import type { WaveResults } from './results.ts';

/** Words a number with its bounds. All that is withheld has one word: a reason would tell of the number. */
export function shownText(shown: DisclosedNumber | undefined): Value {
  switch (shown?.type) {
    case 'shown': {
      const { percent, lo, hi, n, rough } = shown;
      return { key: rough ? 'common:survey.rough' : 'common:survey.share', values: { percent, lo, hi, n } };
    }
    case 'at_least':
    case 'at_most':
      return { key: `common:survey.${shown.type}`, values: { percent: shown.percent, n: shown.n } };
    default:
      return { key: 'common:survey.withheld' };
  }
}

/** Words the progress of an open wave: frame, invitations, and the rounded number of answers. */
export function waveProgress(wave: Wave, ledger: readonly LedgerEntry[]): Value {
  const invited = ledger.filter(({ invitedAt }) => invitedAt !== undefined).length;
  const complete = liveCount(ledger.filter(({ disposition }) => disposition === 'complete').length);
  return {
    list: [
      { key: 'common:survey.state.open', values: { until: { at: wave.closesAt } } },
      { key: 'common:survey.frame', values: { frame: ledger.length, target: wave.target } },
      { key: 'common:survey.invited', values: { invited } },
      complete === undefined
        ? { key: 'common:survey.few_so_far' }
        : { key: 'common:survey.complete_so_far', values: { complete } },
    ],
  };
}

/** What an organiser may do with results. */
const RESULT_ACTIONS = ['regions', 'files', 'draft'] as const;

/** Words the results of a wave: a chart, then one line per indicator and notes on quality. */
export function resultMessages(wave: Wave, set: IndicatorSet, results: WaveResults): readonly LocalizedMessage[] {
  const headline = results.indicators.filter(({ cells }) => cells[wave.region]?.type === 'shown');
  const lines = results.indicators.map((result): Value => lineOf(result, wave, set, headline.indexOf(result)));
  const { rates, weighting, unfit, findings } = results;
  const composite = results.composites?.[wave.region] ?? results.composite;
  const lacksComposite = !composite && hasComposite({ indicators: set.indicators, results: results.indicators });
  const notes: readonly Value[] = [
    ...(unfit ? [{ key: 'common:survey.unfit' } as const] : []),
    ...(composite
      ? [{ key: 'common:survey.composite', values: { score: compositeText(composite, set) } } as const]
      : []),
    // The region of a wave is the uppermost one of its tables: no value of a region above can stand in.
    ...(lacksComposite ? [{ key: 'common:survey.composite_none' } as const] : []),
    ...(rates ? [{ key: 'common:survey.rates', values: rates } as const] : []),
    ...(rates?.cumulative === undefined
      ? []
      : [{ key: 'common:survey.cumulative', values: { cumulative: rates.cumulative } } as const]),
    weighting.raked
      ? { key: 'common:survey.weighted', values: { deff: weighting.deff } }
      : { key: 'common:survey.by_draw', values: { deff: weighting.deff } },
    ...(weighting.off === undefined ? [] : [{ key: 'common:survey.off', values: { off: weighting.off } } as const]),
    ...findings.map(
      ({ kind, region }): Value => ({
        key: `common:survey.finding.${kind}`,
        values: { region: { place: { region } } },
      }),
    ),
    ...(wave.halves ? [{ key: `common:survey.drawn_with.${wave.secondBy ?? 'server'}` } as const] : []),
    { key: 'common:survey.explained' },
  ];
  const head = {
    title: { names: wave.questionnaire.title },
    region: { place: { region: wave.region } },
    day: { day: wave.closesAt },
  } as const;
  const rows = headline.map(
    ({ code }, i): Value => ({ key: 'common:survey.row', values: { row: i + 1, name: nameIn(set, code) } }),
  );
  const bars = headline.map((result) => barOf(result, wave, set));
  return [
    // A picture's caption is short, so the lines are a message of their own.
    ...(bars.length > 0
      ? [{ key: 'flows/my-surveys:picture', values: { ...head, rows: { list: rows } }, bars } as const]
      : []),
    {
      key: 'flows/my-surveys:result',
      values: { ...head, lines: { list: lines }, notes: { list: notes } },
      buttons: RESULT_ACTIONS.map((action) => ({
        label: `flows/my-surveys:next.options.${action}` as const,
        flow: 'my-surveys',
        argument: `${wave.id}.${action}`,
      })),
    },
  ];
}

function lineOf(result: IndicatorResult, wave: Wave, set: IndicatorSet, row: number): Value {
  const { code, cells, wide, narrow, net, attainment, changes, trend, ifWorse } = result;
  const name = nameIn(set, code);
  const alternative = wide ?? narrow;
  const attained = attainment?.[wave.region];
  const change = changes?.[wave.region];
  const details: readonly Value[] = [
    ...(alternative?.type === 'shown'
      ? [{ key: wide ? 'common:survey.wide' : 'common:survey.narrow', values: boundsOf(alternative) } as const]
      : []),
    ...(ifWorse ? [{ key: 'common:survey.if_worse', values: ifWorse } as const] : []),
    ...(attained ? [attainmentText(attained, ifWorse)] : []),
    ...(change ? [{ key: `common:survey.change.${change.direction}` } as const] : []),
    ...(trend ? [{ key: `common:survey.trend.${trend}` } as const] : []),
  ];
  const share: Value = net ? { key: 'common:survey.net', values: net } : shownText(cells[wave.region]);
  const head: Value = {
    key: row < 0 ? 'common:survey.line' : 'common:survey.line_numbered',
    values: { row: row + 1, name, share },
  };
  return details.length === 0
    ? head
    : { list: [head, { key: 'common:survey.details', values: { details: { joined: details } } }] };
}

function boundsOf({ percent, lo, hi }: Extract<DisclosedNumber, { readonly type: 'shown' }>): Values {
  return { percent, lo, hi };
}

function attainmentText(attained: Attainment, ifWorse: IndicatorResult['ifWorse']): Value {
  if (ifWorse && attained.type === 'reached') return { key: 'common:survey.attainment.reached_even', values: ifWorse };
  if (ifWorse && attained.type === 'open' && attained.ifAlike)
    return { key: 'common:survey.attainment.if_alike', values: ifWorse };
  return attained.type === 'open' && attained.more !== undefined
    ? { key: 'common:survey.attainment.more', values: { more: attained.more } }
    : { key: `common:survey.attainment.${attained.type}` };
}

function barOf(
  { cells, code }: IndicatorResult,
  { region }: Wave,
  set: IndicatorSet,
): NonNullable<LocalizedMessage['bars']>[number] {
  const shown = cells[region];
  const threshold = set.indicators.find((one) => one.code === code)?.threshold;
  const mark = threshold === undefined ? {} : { aim: 100 * threshold };
  return shown?.type === 'shown'
    ? { percent: shown.percent, lo: shown.lo, hi: shown.hi, ...mark }
    : { percent: 0, lo: 0, hi: 0 };
}

/** Words the results by unit: share, rank if units differ significantly, attainment, and the composite score. */
export function regionsMessage(
  wave: Wave,
  set: IndicatorSet,
  { indicators, composites }: WaveResults,
  regions: RegionTree,
): LocalizedMessage {
  const units = reportedUnits(wave.region, regions);
  const blocks = indicators
    .filter(({ cells }) => Object.keys(cells).length > 0)
    .map((result): Value => {
      const ranks = Object.values(result.ranks ?? {});
      const differ = ranks.some(({ from, to }) => from > 1 || to < ranks.length);
      const heading: Value = { key: 'common:survey.heading', values: { name: nameIn(set, result.code) } };
      const lines = units.map((unit) => unitLine(unit, result, differ));
      const order: readonly Value[] = ranks.length > 1 && !differ ? [{ key: 'common:survey.no_order' }] : [];
      return { list: [heading, ...lines, ...order, ''] };
    });
  return {
    key: 'flows/my-surveys:regions',
    values: {
      title: { names: wave.questionnaire.title },
      blocks: { list: [...blocks, ...compositeBlock(units, set, composites)] },
    },
  };
}

function unitLine(unit: string, { cells, ranks, attainment }: IndicatorResult, isRanked: boolean): Value {
  const rank = isRanked ? ranks?.[unit] : undefined;
  const attained = attainment?.[unit]?.type;
  const values = { region: { place: { region: unit } }, share: shownText(cells[unit]) };
  return {
    joined: [
      { key: 'common:survey.region_line', values },
      ...(rank
        ? [{ key: rank.from === rank.to ? 'common:survey.rank_one' : 'common:survey.rank', values: rank } as const]
        : []),
      ...(attained ? [{ key: `common:survey.attainment.${attained}` } as const] : []),
    ],
  };
}

function compositeBlock(
  units: readonly string[],
  set: IndicatorSet,
  composites: WaveResults['composites'] = {},
): readonly Value[] {
  if (Object.keys(composites).length === 0) return [];
  const heading: Value = { key: 'common:survey.heading', values: { name: { key: 'common:survey.composite_name' } } };
  const lines = units.map((unit): Value => {
    const values = { region: { place: { region: unit } }, share: compositeText(composites[unit], set) };
    return { key: 'common:survey.region_line', values };
  });
  return [heading, ...lines, { key: 'common:survey.composite_explained' }];
}

function nameIn(set: IndicatorSet, code: string): Value {
  return { names: set.indicators.find((one) => one.code === code)?.name ?? {} };
}
