import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { Words } from '../../engine/steps/text.ts';
import { text } from '../../engine/steps/text.ts';
import { EVERYWHERE } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { loadFrozenMonths } from '../snapshot-store.ts';
import { freezeMonth, refusalText } from './freeze.ts';
import type { Month } from './month.ts';
import { addMonths, monthOf, readMonth } from './month.ts';

type FreezeFacts = {
  readonly may: boolean;
  readonly months: readonly { readonly month: Month; readonly isFrozen: boolean }[];
  /** The answer to a chosen month and reason. */
  readonly result?: Awaited<ReturnType<typeof freezeMonth>>;
};

/** Months that can still be corrected: their cases are in the store. */
const MONTHS_BACK = 5;
const hasChange = ({ facts }: { readonly facts: FreezeFacts }) => facts.result?.type === 'ready';

/** The office freezes a month by hand, or corrects a frozen one with a reason. */
export const freezeMonthFlow = flow<FreezeFacts>({ id: 'freeze-month', version: 1, lifetimeSeconds: 24 * 3600 })
  .step(
    'month',
    choice({
      options: ({ facts }) => facts.months.map(({ month }) => ({ id: month, name: { 'zh-CN': month, en: month } })),
      resets: ['reason'],
    }),
  )
  .step(
    'reason',
    text({
      minLength: 4,
      maxLength: 200,
      written: true,
      values: ({ facts: { result }, answers: { month } }) => ({
        why: refusalText(result?.type === 'refused' ? result : { why: 'frozen' }, readMonth(month) ?? '0000-01'),
      }),
      relevant: ({ facts: { months, result }, answers: { month } }) =>
        months.some((one) => one.month === month && one.isFrozen) ||
        (result?.type === 'refused' && result.why === 'regions_changed'),
    }),
  )
  .step('sure', confirm({ relevant: hasChange, values: ({ facts }) => resultValues(facts) }))
  .end();

export const freezeMonthTalk = talk({
  flow: freezeMonthFlow,
  loadsBy: ['month', 'reason'],
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const may = grants.some(({ role, scope }) => role === 'office' && scope === EVERYWHERE);
    if (!may) return { may, months: [] };
    const frozen = (await loadFrozenMonths(store)).map(({ month }) => month);
    const months = Array.from({ length: MONTHS_BACK }, (_, i) => addMonths(monthOf(now), -1 - i)).map((month) => ({
      month,
      isFrozen: frozen.includes(month),
    }));
    const month = readMonth(position.answers.month);
    if (!months.some((one) => one.month === month) || !month) return { may, months };
    const given = position.answers.reason as Words | undefined;
    const reason = given && 'text' in given ? given.text : undefined;
    const by = store.pseudonym(person.urn);
    const result = await freezeMonth({ store, city, month, now, by, ...(reason === undefined ? {} : { reason }) });
    return { may, months, result };
  },
  facts: (_city: City, _person, loaded): FreezeFacts => loaded,
  opens: (argument) => (readMonth(argument) ? { month: argument } : {}),
  closed: ({ may }) => (may ? undefined : { key: 'flows/freeze-month:not_you' }),
  finish: ({ month, sure }, { facts: { result } }) => {
    if (result?.type === 'refused')
      return noChange('month_not_frozen', {
        key: 'flows/freeze-month:refused',
        values: { why: refusalText(result, readMonth(month) ?? '0000-01') },
      });
    if (!result || sure !== true) return noChange('month_not_frozen', { key: 'flows/freeze-month:kept_open' });
    const { snapshot, change } = result;
    return {
      outcome: 'month_frozen',
      ...change,
      says: [
        {
          key: 'flows/freeze-month:done',
          values: { month: snapshot.month, version: snapshot.version, hash: snapshot.rowsHash },
        },
      ],
    };
  },
});

function resultValues({ result }: FreezeFacts): Readonly<Record<string, Value>> {
  if (result?.type !== 'ready') return { month: '', version: 0, streets: 0, cases: 0 };
  const { snapshot } = result;
  const streets = snapshot.regions.filter(({ level }) => level === 'street');
  return {
    month: snapshot.month,
    version: snapshot.version,
    streets: streets.length,
    cases: streets.reduce((all, { filed }) => all + filed, 0),
  };
}
