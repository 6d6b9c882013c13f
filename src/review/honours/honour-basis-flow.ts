import { momentOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { number } from '../../engine/steps/number.ts';
import { text, writtenOf } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE } from '../../people/role.ts';
import { talk } from '../../people/talk.ts';
import { newHalf } from '../../surveys/wave/draw.ts';
import { enterBasis } from './honour-basis.ts';
import { keepHonourBasis } from './honour-basis-store.ts';
import { SUBJECT_KINDS } from './subject.ts';

/** 评比达标表彰 are approved for at most 50 groups; an approval runs for at most a year here. */
const [NUMBER_MAX, BASIS_DAYS] = [50, 366] as const;

/** The office of the city enters the approval under which honours of a kind may be named, and the number that it fixes. */
export const honourBasis = flow<{ readonly grants: readonly Grant[] }>({
  id: 'honour-basis',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step('kind', choice({ options: SUBJECT_KINDS }))
  .step('document', text({ minLength: 5, maxLength: 60, written: true }))
  .step('body', text({ minLength: 2, maxLength: 40, written: true }))
  .step('number', number({ min: 1, max: NUMBER_MAX }))
  .step('until', date({ withinDays: BASIS_DAYS }))
  .step('sure', review())
  .end();

export const honourBasisTalk = talk({
  flow: honourBasis,
  facts: (_city: City, { contact }) => ({ grants: contact?.grants ?? [] }),
  guardsEnd: true,
  closed: ({ grants }) => (mayEnterBasis(grants) ? undefined : { key: 'flows/honour-basis:not_you' }),
  finish: (answers, { store, now }): Outcome => {
    const { kind, number: count, until } = answers;
    if (!kind || !count || !until) return noChange('basis_left', { key: 'common:closed' });
    const entered = {
      kind,
      document: writtenOf(answers.document),
      body: writtenOf(answers.body),
      number: count,
      until: momentOf(`${until.slice(0, 10)}T23:59`),
    };
    const basis = enterBasis(store, entered, newHalf(), now);
    const values = { document: basis.document, number: count, until: { day: basis.until } };
    return {
      outcome: 'honour_basis_entered',
      ...keepHonourBasis(store, basis),
      says: [{ key: 'flows/honour-basis:done', values }],
    };
  },
});

/** True for the office of the whole city. */
export function mayEnterBasis(grants: readonly Grant[]): boolean {
  return grants.some(({ role, scope }) => role === 'office' && scope === EVERYWHERE);
}
