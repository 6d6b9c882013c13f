import { momentOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Series } from '../../city/series.ts';
import { SERIES, seriesNames } from '../../city/series.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { text, writtenOf } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { talk } from '../../people/talk.ts';
import { isCityOffice } from '../premises/rights.ts';
import { keepBasis } from '../rounds/round-store.ts';

/** An approval is entered for at most five years. */
const BASIS_DAYS = 5 * 365;

/** The office of the city enters the approval (批准文号) under which a series may name levels. Without it, no title exists. */
export const legalBasis = flow<{ readonly grants: readonly Grant[] }>({
  id: 'legal-basis',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step('series', choice({ options: SERIES.map((id) => ({ id, name: seriesNames(id) })) }))
  .step('kind', choice({ options: ['campaign', 'grading'] }))
  .step('document', text({ minLength: 5, maxLength: 60, written: true }))
  .step('body', text({ minLength: 2, maxLength: 40, written: true }))
  .step('until', date({ withinDays: BASIS_DAYS }))
  .step('sure', review())
  .end();

export const legalBasisTalk = talk({
  flow: legalBasis,
  facts: (_city: City, { contact }) => ({ grants: contact?.grants ?? [] }),
  guardsEnd: true,
  closed: ({ grants }) => (isCityOffice(grants) ? undefined : { key: 'flows/legal-basis:not_you' }),
  finish: ({ series, kind, document, body, until }, { store }): Outcome => {
    if (!series || !kind || !until) return noChange('basis_left', { key: 'common:closed' });
    const basis = {
      kind,
      document: writtenOf(document),
      body: writtenOf(body),
      until: momentOf(`${until.slice(0, 10)}T23:59`),
    };
    return {
      outcome: 'basis_entered',
      checks: [],
      writes: [keepBasis(store, series as Series, basis)],
      says: [
        { key: 'flows/legal-basis:done', values: { series: { names: seriesNames(series) }, document: basis.document } },
      ],
    };
  },
});
