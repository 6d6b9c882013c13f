import type { InboundContent } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Values } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { talk } from '../../people/talk.ts';
import type { VisitsAnswers, VisitsFacts, VisitsHere } from './load-my-visits.ts';
import { chosenVisit, loadMyVisits } from './load-my-visits.ts';
import { isMarks } from './read-marks.ts';
import { photoInput, sheetStep } from './sheet-step.ts';
import { fillSheet, withdrawFrom } from './visit-actions.ts';
import { premisesNames, visitValues } from './visit-card.ts';
import { giveVisitPage } from './visit-page.ts';

const ROLES = ['grid_worker', 'unit_staff'] as const;

/** Lets a checker fill the sheet of a visit line by line, in any order, and withdraw for a conflict of interest. */
export const myVisits = flow<VisitsFacts>({
  id: 'my-visits',
  version: 1,
  lifetimeSeconds: 7 * 24 * 3600,
  light: true,
  // A line that came by itself means the only open visit.
  readsOut: (answers, { visits: [first, ...more] }) =>
    answers.visit === undefined && answers.next !== undefined && first && more.length === 0
      ? { visit: first.record.id }
      : {},
})
  .step(
    'visit',
    choice({
      options: ({ facts }) =>
        facts.visits.map(({ record }) => ({ id: record.id, name: premisesNames(record.premises, facts.city).names })),
    }),
  )
  .step(
    'next',
    choice({
      options: ({ facts }) => [
        { id: 'fill' },
        ...(facts.city.visitPage === undefined ? [] : [{ id: 'page' }]),
        { id: 'withdraw' },
      ],
      values: valuesOf,
    }),
  )
  .step('sure', confirm({ relevant: ({ answers }) => answers.next === 'withdraw' }))
  .step(
    'sheet',
    sheetStep<VisitsFacts, VisitsAnswers>({
      relevant: ({ answers }) => answers.next === 'fill',
      begun: (here) => {
        const { kept, code = '' } = chosenVisit(here) ?? {};
        return Object.keys(kept?.record.sheets[code]?.marks ?? {}).length > 0;
      },
      values: valuesOf,
    }),
  )
  .end();

function valuesOf(here: VisitsHere): Values {
  const chosen = chosenVisit(here);
  const { city, now } = here.facts;
  return chosen ? visitValues(chosen.kept.record, chosen.code, { ...chosen, city, now }) : {};
}

export const myVisitsTalk = talk({
  flow: myVisits,
  loadsBy: ['visit', 'next'],
  load: loadMyVisits,
  menuOf: ROLES,
  facts: (city: City, _person, loaded): VisitsFacts => ({ city, ...loaded }),
  closed: ({ visits }) => (visits.length === 0 ? { key: 'flows/my-visits:none' } : undefined),
  opens: (argument) => {
    const [visit, next] = argument.split('.');
    return argument === 'all' ? {} : { visit, ...(next === undefined ? {} : { next }) };
  },
  hears: (content: InboundContent) => {
    if (content.type === 'text' && isMarks(content.text)) return { next: 'fill', sheet: { line: content.text } };
    if (content.type === 'photo' && /^\s*[\d０-９]{1,2}\s*$/.test(content.caption ?? ''))
      return { next: 'fill', sheet: photoInput(content) };
    return undefined;
  },
  finish: (answers, finishing) => {
    const { facts } = finishing;
    const chosen = chosenVisit({ facts, answers });
    if (!chosen) return noChange('visit_gone', { key: 'flows/my-visits:gone' });
    if (answers.next === 'withdraw')
      return answers.sure === true
        ? withdrawFrom(chosen.kept, finishing)
        : noChange('visit_kept', { key: 'flows/my-visits:kept' });
    if (answers.next === 'page') return giveVisitPage(chosen.kept.record, chosen.code, finishing);
    if (!answers.sheet) return noChange('visits_seen', { key: 'common:closed' });
    return fillSheet(answers.sheet, { ...finishing, chosen: chosen.kept, standard: chosen.standard });
  },
});
