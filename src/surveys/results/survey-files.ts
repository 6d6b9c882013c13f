import english from '../../../locales/en/sheets.json' with { type: 'json' };
import chineseWords from '../../../locales/zh-CN/common.json' with { type: 'json' };
import chinese from '../../../locales/zh-CN/sheets.json' with { type: 'json' };
import type { TableSheet } from '../../files/write-xlsx.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { DisclosedNumber } from '../disclosure/disclosure.ts';
import type { IndicatorSet } from '../estimate/indicator.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { questionnaireHash } from '../questionnaire/questionnaire.ts';
import type { Wave } from '../wave/wave.ts';
import type { WaveResults } from './results.ts';

/** Lists all results of a wave as tables, with a codebook and a description of the method. */
export function resultSheets(
  wave: Wave,
  set: IndicatorSet,
  results: WaveResults,
  regions: RegionTree,
): readonly TableSheet[] {
  return [
    { name: 'indicators', rows: [...indicatorRows(set, results, regions), ...compositeRows(results, regions)] },
    { name: 'questions', rows: questionRows(wave.questionnaire, results) },
    ...(results.texts.length > 0 ? [{ name: 'words', rows: textRows(results, regions) }] : []),
    { name: 'public', rows: publicRows(results) },
    { name: 'codebook', rows: codebookRows(wave.questionnaire) },
    { name: 'method', rows: methodRows(wave, set, results) },
  ];
}

/** Returns bilingual column names: Chinese for readers, English for programs. */
function headingOf(sheet: keyof typeof chinese): readonly string[] {
  const words: Readonly<Record<string, string>> = english[sheet];
  return Object.entries(chinese[sheet]).map(([column, word]) => `${word} ${words[column] ?? ''}`);
}

function indicatorRows(set: IndicatorSet, { indicators }: WaveResults, regions: RegionTree): TableSheet['rows'] {
  const rows = indicators.flatMap((result) => {
    const name = set.indicators.find(({ code }) => code === result.code)?.name['zh-CN'] ?? result.code;
    const cells = Object.entries(result.cells).map(([cell, shown]) => {
      const [region = '', group = ''] = cell.split('|');
      const rank = result.ranks?.[cell];
      const attained = result.attainment?.[cell]?.type ?? '';
      const place = regions.nameOf(region)?.['zh-CN'] ?? region;
      return [
        name,
        result.code,
        place,
        region,
        group,
        ...numbersOf(shown),
        rank ? `${rank.from}-${rank.to}` : '',
        attained,
        result.changes?.[cell]?.direction ?? '',
      ];
    });
    const extraRow = (label: string, shown: DisclosedNumber | undefined) =>
      shown ? [[name, result.code, '', '', label, ...numbersOf(shown), '', '', '']] : [];
    const net = result.net
      ? [[name, result.code, '', '', 'net', result.net.points, result.net.lo, result.net.hi, '', '', '', '', '']]
      : [];
    return [
      ...cells,
      ...net,
      ...extraRow('wide', result.wide),
      ...extraRow('narrow', result.narrow),
      ...extraRow('no opinion', result.noOpinion),
      ...extraRow('without doubtful', result.unflagged),
    ];
  });
  return [headingOf('indicators'), ...rows];
}

/** Lists the composite scores; the note names each withheld part and the region whose value stands in for it. */
function compositeRows({ composites = {} }: WaveResults, regions: RegionTree): TableSheet['rows'] {
  return Object.entries(composites).map(([region, { points, lo, hi, lent = {} }]) => {
    const note = Object.entries(lent).map(([code, from]) => `${code} of ${from}`);
    const place = regions.nameOf(region)?.['zh-CN'] ?? region;
    return [COMPOSITE, 'composite', place, region, '', points, lo, hi, '', note.join('; '), '', '', ''];
  });
}

const COMPOSITE = chineseWords.survey.composite_name;

function numbersOf(shown: DisclosedNumber): readonly (string | number)[] {
  switch (shown.type) {
    case 'shown':
      return [shown.percent, shown.lo, shown.hi, shown.n, shown.rough ? 'rough' : ''];
    case 'at_least':
      return [`≥${shown.percent}`, '', '', shown.n, ''];
    case 'at_most':
      return [`≤${shown.percent}`, '', '', shown.n, ''];
    case 'withheld':
      return ['', '', '', '', 'withheld'];
  }
}

function questionRows({ questions }: Questionnaire, results: WaveResults): TableSheet['rows'] {
  const rows = results.questions.flatMap(({ code, options }) => {
    const question = questions.find((one) => one.code === code);
    return options.map(({ code: option, share }) => {
      const text = question?.options?.find((one) => one.code === option)?.text['zh-CN'] ?? '';
      return [code, question?.text['zh-CN'] ?? '', option, text, ...numbersOf(share), results.dropOff[code] ?? ''];
    });
  });
  return [headingOf('questions'), ...rows];
}

function textRows({ texts }: WaveResults, regions: RegionTree): TableSheet['rows'] {
  const rows = texts.flatMap(({ question, region, words }) =>
    words.map((one) => [question, regions.nameOf(region)?.['zh-CN'] ?? region, one]),
  );
  return [headingOf('words'), ...rows];
}

function publicRows({ noisy }: WaveResults): TableSheet['rows'] {
  const rows = Object.entries(noisy).flatMap(([question, counts]) =>
    Object.entries(counts).map(([option, count]) => [question, option, count]),
  );
  return [headingOf('public'), ...rows];
}

function codebookRows({ questions }: Questionnaire): TableSheet['rows'] {
  const rows = questions.flatMap(({ code, type, text, options = [], showIf }) => {
    const asked = showIf ? `${showIf.question} = ${showIf.in.join(' | ')}` : '';
    const head = [code, type, text['zh-CN'] ?? '', text.en ?? '', '', '', '', asked];
    return [
      head,
      ...options.map((option) => [
        code,
        '',
        option.text['zh-CN'] ?? '',
        option.text.en ?? '',
        option.code,
        option.role ?? '',
        option.score ?? '',
        '',
      ]),
    ];
  });
  return [headingOf('codebook'), ...rows];
}

function methodRows(wave: Wave, set: IndicatorSet, results: WaveResults): TableSheet['rows'] {
  const { questionnaire, strata } = wave;
  const { weighting, rates } = results;
  return [
    headingOf('method'),
    ['wave', wave.id],
    ['method version', results.method],
    ['questionnaire', `${questionnaire.key} v${questionnaire.version} ${questionnaireHash(questionnaire)}`],
    ['indicators', set.id],
    ['opened', new Date(wave.openedAt).toISOString().slice(0, 10)],
    ['closed', new Date(wave.closesAt).toISOString().slice(0, 10)],
    ['frame', 'people who agreed to be asked; strata: street × age (16-34, 35-54, 55+) × sex'],
    ['strata', strata.length],
    ['wanted answers', wave.target],
    ['SHA-256 of both halves of the seed, fixed before the frame', (wave.halfHashes ?? []).join(' ')],
    ['second half by', wave.secondBy ?? 'the server'],
    ['seed: SHA-256 of "<frame hash> <half> <half>"', wave.seed ?? ''],
    ['SHA-256 of the seed, published at the opening', wave.seedHash ?? ''],
    ['SHA-256 of the frame (frame.txt: member number and stratum, sorted, one a line)', wave.frameHash ?? ''],
    ['draw', 'within a stratum by SHA-256 of "<seed> <member number>", smallest first'],
    [
      'weights',
      weighting.raked
        ? 'frame/answers of the stratum, raked to the census by age × sex and by district, trimmed to 0.2–5 of the mean'
        : 'frame/answers of the stratum',
    ],
    ['design effect of the weights (Kish)', weighting.deff],
    ['farthest group from the census, points', weighting.off ?? 0],
    ['variance', 'linearised, with replacement: n/(n−1)·Σ[w(y−p)]²/(Σw)²'],
    ['intervals', '95 %, Wilson on effective answers; changes: Newcombe; many: Benjamini–Hochberg; ranks: Holm'],
    ['trend', 'each look at 0.5 %, for ten looks at 5 % (Lan & DeMets 1983)'],
    [
      'aim reached',
      'the lower bound holds if those who did not answer are less content by the gap before and after the reminder',
    ],
    ...results.indicators.flatMap(({ code, ifWorse }) =>
      ifWorse ? [[`${code} of all invited, if others are ${ifWorse.gap} points less content, %`, ifWorse.percent]] : [],
    ),
    [
      'shown',
      'answers ≥ 10, effective answers ≥ 30, three on each side, width < 30 points; complementary cells withheld',
    ],
    [
      'rounded',
      'counts to 5, from 800 on to 20; shares in steps of 10 to 0.1 points; all else follows from rounded numbers',
    ],
    [
      'composite score',
      'weighted sum of the rounded parts and bounds; a withheld part takes the value shown of the next region above (note)',
    ],
    ['invited', rates?.invited ?? 'too few to tell'],
    ['complete', rates?.complete ?? ''],
    ['completion rate % (AAPOR)', rates?.completion ?? ''],
    ['break-off %', rates?.breakOff ?? ''],
    ['recruitment %', rates?.recruitment ?? ''],
    ['cumulative response %', rates?.cumulative ?? ''],
    ['caution', 'an opt-in panel: intervals are those of the weighted model, not of a probability sample'],
  ];
}
