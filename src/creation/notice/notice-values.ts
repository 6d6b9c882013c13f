import type { City } from '../../city/city.ts';
import { seriesNames } from '../../city/series.ts';
import type { Value, Values } from '../../delivery/outcome.ts';
import type { Standard } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import { lacksDocument } from '../checks/counted-mark.ts';
import { itemLine, oneDecimal } from '../premises/premises-card.ts';
import type { Round } from '../rounds/round.ts';
import { openObjection } from './notice-rules.ts';

/** Figures of a notice, a level and never a title, and what was said against it. */
export function noticeValues(record: Round, { premises }: Pick<City, 'premises'>): Values {
  const values = {
    name: { names: premises.get(record.premises)?.names ?? {} },
    series: { names: seriesNames(record.series) },
    level: { key: `common:level.${record.level ?? 'none'}` } as const,
    score: record.score ? oneDecimal(record.score.score) : '',
    until: record.noticeUntil === undefined ? '' : ({ at: record.noticeUntil } as const),
  };
  return { ...values, lines: { list: [{ key: 'flows/public-notices:notice', values }, ...saidLines(record)] } };
}

/** Answered objections with their answers, which are public; one without an answer is mentioned only. */
function saidLines(record: Round): readonly Value[] {
  const answered = record.objections.flatMap(({ words, answer }): Value[] =>
    answer
      ? [{ key: 'flows/public-notices:answered', values: { words: { words }, answer: { words: answer.words } } }]
      : [],
  );
  return openObjection(record) ? [...answered, { key: 'flows/public-notices:waiting' }] : answered;
}

/** The items of the standard, each with what was claimed, checked or computed: claims are public in a notice. */
export function noticeItems(record: Round, { items }: Standard): Value {
  return {
    list: items.map((item): Value => {
      const result = record.evidence[item.no]?.result;
      const [claim, check] = [record.claims[item.no], record.checks[item.no]].map(
        (mark): Value => (mark ? { key: `flows/public-notices:marks.${mark}` } : ''),
      );
      const document: Value = lacksDocument(item, record) ? { key: 'flows/public-notices:no_document' } : '';
      const values = { item: itemLine(item), claim: claim ?? '', check: check ?? '', document };
      if (isChecked(item))
        return { key: `flows/public-notices:item.${record.checks[item.no] ? 'checked' : 'claimed'}`, values };
      return result?.type === 'points'
        ? { key: 'flows/public-notices:item.computed', values: { ...values, points: oneDecimal(result.points) } }
        : { key: 'flows/public-notices:item.not_counted', values };
    }),
  };
}
