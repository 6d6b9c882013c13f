import { personShield } from '../../../cases/report/person-shield.ts';
import type { Urn } from '../../../channels/channel.ts';
import type { City } from '../../../city/city.ts';
import { noChange } from '../../../delivery/outcome.ts';
import { flow } from '../../../engine/flow.ts';
import { choice } from '../../../engine/steps/choice.ts';
import { text } from '../../../engine/steps/text.ts';
import { anyGrantCovers, staffWith } from '../../../people/role.ts';
import type { LoadContext } from '../../../people/talk.ts';
import { talk } from '../../../people/talk.ts';
import { loadOpenMonths } from '../../snapshot-store.ts';
import type { RowObjection } from './objection.ts';
import { keepObjection, loadObjections } from './objection-store.ts';

type DecideFacts = City & {
  readonly me: string;
  readonly open: readonly RowObjection[];
  /** Leads of the chosen objection's street. */
  readonly leads: readonly Urn[];
};

/** An auditor decides an objection to rows while its month is open. */
export const decideRows = flow<DecideFacts>({ id: 'decide-rows', version: 1, lifetimeSeconds: 24 * 3600 })
  .step(
    'objection',
    choice({ options: ({ facts }) => facts.open.map((one) => ({ id: one.id, name: nameOf(one, facts) })) }),
  )
  .step(
    'decision',
    choice({
      options: ['upheld', 'refused'],
      values: ({ facts, answers }) => {
        const chosen = facts.open.find(({ id }) => id === answers.objection);
        return {
          rows: chosen?.rows.join(' ') ?? '',
          why: chosen?.why ?? '',
          indicator: { key: `common:score_indicator.${chosen?.code ?? 'cured_in_time'}` },
        };
      },
    }),
  )
  .step('why', text({ minLength: 4, maxLength: 200, written: true, screen: personShield }))
  .end();

export const decideRowsTalk = talk({
  flow: decideRows,
  loadsBy: ['objection'],
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const me = store.pseudonym(person.urn);
    const grants = (person.contact?.grants ?? []).filter(({ role }) => role === 'auditor');
    const months = await loadOpenMonths(store, now);
    const all = (await Promise.all(months.map((month) => loadObjections(store, month)))).flat();
    const open = all.filter(
      ({ street, by, decision }) => !decision && by !== me && anyGrantCovers(grants, street, city.regions),
    );
    const chosen = open.find(({ id }) => id === position.answers.objection);
    const leads = chosen ? await staffWith(store, ['lead'], city.regions.chain(chosen.street)) : [];
    return { me, open, leads };
  },
  facts: (city: City, _person, loaded): DecideFacts => ({ ...city, ...loaded }),
  opens: () => ({}),
  menuOf: ['auditor'],
  closed: ({ open }) => (open.length > 0 ? undefined : { key: 'flows/decide-rows:none' }),
  finish: ({ objection: id, decision, why }, { store, facts, now }) => {
    const before = facts.open.find((one) => one.id === id);
    if (!before || !why || !('text' in why)) return noChange('objection_gone', { key: 'flows/decide-rows:none' });
    const upheld = decision === 'upheld';
    const decided: RowObjection = { ...before, decision: { upheld, why: why.text, by: facts.me, at: now } };
    const values = {
      month: before.month,
      region: { place: { region: before.street } },
      indicator: { key: `common:score_indicator.${before.code}` as const },
      count: before.rows.length,
      why: why.text,
    };
    const key = upheld ? ('flows/decide-rows:told_upheld' as const) : ('flows/decide-rows:told_refused' as const);
    return {
      outcome: upheld ? 'objection_upheld' : 'objection_refused',
      ...keepObjection(store, decided, before),
      says: [{ key: upheld ? 'flows/decide-rows:upheld' : 'flows/decide-rows:refused', values }],
      tells: facts.leads.map((to) => ({ to, said: { key, values } })),
    };
  },
});

/** A street's name with the contested numbers: the same in every language. */
function nameOf({ street, rows }: RowObjection, { regions }: City): Readonly<Record<string, string>> {
  const names = regions.nameOf(street) ?? { 'zh-CN': street };
  return Object.fromEntries(Object.entries(names).map(([tag, name]) => [tag, `${name} ${rows.slice(0, 2).join(' ')}`]));
}
