import { showCaseNumber } from '../../cases/case-number.ts';
import { loadCase, loadEvents } from '../../cases/case-store.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { staffIn } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/versioned-record.ts';
import { addMonths, monthOf } from '../score/month.ts';
import type { Reread, RereadMonth } from './reread.ts';
import { mayReread, REREAD_ANSWERS } from './reread.ts';
import { keepRereads, loadRereads } from './reread-store.ts';

/** Months whose rejections are read. */
const MONTHS_BACK = 3;

type RereadFacts = City & {
  readonly kept: Kept<RereadMonth> | undefined;
  /** The first drawn rejection without an answer, and how many there are. */
  readonly row: Reread | undefined;
  readonly left: number;
  readonly card: Value;
  /** Leads of the street that rejected it. */
  readonly leads: readonly Urn[];
};

/** Lets another street read a drawn rejection again. It sees the words and the reason, no person and no exact place. */
export const reread = flow<RereadFacts>({ id: 'reread', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step('number', choice({ options: ({ facts: { row } }) => (row ? [{ id: row.number, name: {} }] : []) }))
  .step(
    'answer',
    choice({
      options: REREAD_ANSWERS,
      confirms: ({ facts }) => facts.row?.number,
      values: ({ facts: { card, left } }) => ({ card, left }),
    }),
  )
  .end();

export const rereadTalk = talk({
  flow: reread,
  load: async ({ store, city, person, now }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const nothing = { kept: undefined, row: undefined, left: 0, card: '' as Value, leads: [] };
    for (let back = 1; back <= MONTHS_BACK; back += 1) {
      const kept = await loadRereads(store, addMonths(monthOf(now), -back));
      const open = (kept?.record.rows ?? []).filter(
        (row) => row.answer === undefined && mayReread(row, grants, city.regions),
      );
      for (const row of open) {
        const found = await loadCase(store, row.case);
        // A case that was appealed or deleted meanwhile is not read.
        if (found?.record.state !== 'rejected') continue;
        const rejection = (await loadEvents(store, row.case)).findLast(({ type }) => type === 'rejected');
        const { category, description } = found.record;
        const card: Value = {
          key: 'flows/reread:card',
          values: {
            number: showCaseNumber(row.number),
            category: { names: city.categories.nameOf(category) },
            words: description ? { words: description } : { key: 'flows/reread:no_words' },
            reason: rejection?.reason
              ? { key: `common:reasons.${rejection.reason}` as 'common:reasons.out_of_scope' }
              : { key: 'flows/reread:no_words' },
            why: rejection?.words ? { words: rejection.words } : { key: 'flows/reread:no_words' },
          },
        };
        const leads = await staffIn(store, 'lead', city.regions.chain(row.street));
        return { kept, row, left: open.length, card, leads };
      }
    }
    return nothing;
  },
  facts: (city: City, _person, loaded): RereadFacts => ({ ...city, ...loaded }),
  opens: () => ({}),
  prefills: ({ row }) => row && { number: row.number },
  closed: ({ row }) => (row ? undefined : { key: 'flows/reread:none' }),
  finish: ({ answer }, { store, facts }) => {
    const { kept, row, left, leads } = facts;
    const given = REREAD_ANSWERS.find((one) => one === answer);
    if (!kept || !row || !given) return noChange('reread_gone', { key: 'flows/reread:none' });
    const rows = kept.record.rows?.map((one) => (one === row ? { ...one, answer: given } : one)) ?? [];
    const said: LocalizedMessage = {
      key: 'flows/reread:told_wrong',
      values: { number: showCaseNumber(row.number), region: { place: { region: row.street } } },
      buttons: [
        { label: 'flows/reread:look', flow: 'my-work', argument: row.number },
        { label: 'flows/reread:reopen', flow: 'my-work', argument: `${row.number}.overturned` },
      ],
    };
    return {
      outcome: `reread_${given}`,
      ...keepRereads(store, { ...kept.record, rows }, kept),
      says: [
        {
          key: 'flows/reread:done',
          values: { left: left - 1 },
          ...(left > 1 ? { buttons: [{ label: 'flows/reread:start' as const, flow: 'reread', argument: 'all' }] } : {}),
        },
      ],
      tells: given === 'wrong' ? leads.map((to) => ({ to, said })) : [],
    };
  },
});
