import type { City } from '../../city/city.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { auditorsOf } from '../../inspections/draw/auditors.ts';
import type { Designation } from '../../inspections/draw/designate.ts';
import { designate } from '../../inspections/draw/designate.ts';
import { mayMove } from '../../inspections/draw/draw.ts';
import { loadSources } from '../../inspections/draw/plan-draw.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { fewValues } from './few-message.ts';
import type { FewReports, ReportCounts } from './report-counts.ts';
import { keepReportCounts, loadReportCounts } from './report-counts.ts';

type FewFacts = City & {
  readonly me: string;
  readonly kept: Kept<ReportCounts> | undefined;
  /** Premises with few reports on the person's ground, without a designated visit. */
  readonly few: readonly FewReports[];
  readonly designation: Designation | undefined;
};

/** 报得少: a lead designates premises about which few reports came (指定), outside every lot. */
export const fewReports = flow<FewFacts>({ id: 'few-reports', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'premises',
    choice({
      options: ({ facts }) =>
        facts.few.map((one) => ({ id: one.premises, name: facts.premises.get(one.premises)?.names ?? {} })),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: ['designated', 'later'],
      values: ({ facts, answers }) => {
        const one = facts.few.find(({ premises }) => premises === answers.premises);
        const premises = one && facts.premises.get(one.premises);
        return premises ? fewValues(one, premises) : {};
      },
    }),
  )
  .end();

export const fewReportsTalk = talk({
  flow: fewReports,
  loadsBy: ['premises', 'next'],
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const me = store.pseudonym(person.urn);
    const kept = await loadReportCounts(store);
    const few = (kept?.record.few ?? []).filter(({ premises, draw }) => {
      const region = city.premises.get(premises)?.region;
      return draw === undefined && region !== undefined && mayMove({ region }, grants, city.regions);
    });
    const chosen = few.find(({ premises }) => premises === position.answers.premises);
    const premises = chosen && city.premises.get(chosen.premises);
    if (!premises || position.answers.next !== 'designated') return { me, kept, few, designation: undefined };
    const region = city.regions.above(premises.region, 'street') ?? premises.region;
    const [sources, auditors] = await Promise.all([
      loadSources(store, region, city, now),
      auditorsOf(store, { region, by: me }, city),
    ]);
    return { me, kept, few, designation: { region, premises: [premises], sources, auditors } };
  },
  facts: (city: City, _person, loaded): FewFacts => ({ ...city, ...loaded }),
  prefills: ({ few }) => (few.length === 1 ? { premises: few[0]?.premises } : undefined),
  closed: ({ few }) => (few.length === 0 ? { key: 'flows/few-reports:none' } : undefined),
  opens: (argument) => (argument === 'all' ? {} : { premises: argument }),
  finish: ({ premises, next }, { store, facts, now }): Outcome => {
    const { kept, designation, few, me } = facts;
    const one = few.find((found) => found.premises === premises);
    if (next !== 'designated' || !kept || !one) return noChange('few_reports_seen', { key: 'common:closed' });
    const done = designation && designate(designation, 'few_reports', { store, city: facts, by: me, now });
    if (!done?.draw)
      return noChange('few_reports_refused', ...(done?.says ?? [{ key: 'flows/few-reports:none' } as const]));
    const { draw } = done;
    const noted = kept.record.few.map((other) => (other.premises === one.premises ? { ...other, draw } : other));
    const { checks, writes } = joinChanges([keepReportCounts(store, { ...kept.record, few: noted }, kept), done]);
    return { ...done, outcome: 'few_reports_designated', checks, writes };
  },
});
