import { dayOf, momentOf } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { date } from '../../engine/steps/date.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Volunteer } from '../volunteer/volunteer.ts';
import { loadVolunteerOf, queueEvent } from '../volunteer/volunteer-store.ts';
import type { Mediation } from './mediation.ts';
import { ENDINGS, MEETING_PLACES } from './mediation.ts';
import { actOnMediation, isParty, mayTake, mediationActions } from './mediation-actions.ts';
import { mediationButton, mediationValues, meetingOf, remindOf } from './mediation-news.ts';
import { keepMediation, loadOpenMediations } from './mediation-store.ts';

type MyMediationsFacts = City & {
  readonly urn: Urn;
  readonly me: Volunteer | undefined;
  /** The person's own, and those that they could take as a mediator. */
  readonly all: readonly Kept<Mediation>[];
  /** The mediation of the button that opened the talk. */
  readonly wanted: unknown;
  /** The unsealed description of the chosen one; empty unless the reader is its asker or mediator. */
  readonly told: string;
};
type MyMediationsAnswers = { readonly mediation?: string | null; readonly next?: string | null };
type MediationContext = { readonly facts: MyMediationsFacts; readonly answers: MyMediationsAnswers };

const LISTED_MAX = 8;

/** Asker and mediator agree on a time; the mediator records the result. */
export const myMediations = flow<MyMediationsFacts>({
  id: 'my-mediations',
  version: 1,
  lifetimeSeconds: 24 * 3600,
  light: true,
})
  .step(
    'mediation',
    choice({
      options: ({ facts }) => facts.all.map(({ record }) => ({ id: record.id, name: nameOf(record, facts) })),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: (here) => {
        const { urn, me } = here.facts;
        const kept = chosen(here);
        return kept ? mediationActions(kept.record, urn, me).map((id) => ({ id })) : [];
      },
      values: (here) => {
        const kept = chosen(here);
        return kept ? { ...mediationValues(kept.record, here.facts), told: here.facts.told } : {};
      },
      resets: ['time', 'place', 'ending'],
    }),
  )
  .step('time', date({ relevant: ({ answers }) => answers.next === 'time_proposed', time: true, withinDays: 60 }))
  .step('place', choice({ relevant: ({ answers }) => answers.next === 'time_proposed', options: MEETING_PLACES }))
  .step('ending', choice({ relevant: ({ answers }) => answers.next === 'closed', options: ENDINGS }))
  .end();

export const myMediationsTalk = talk({
  flow: myMediations,
  sealed: true,
  loadsBy: ['mediation'],
  load: async ({ store, city, person, position }: LoadContext) => {
    const { urn } = person;
    const [kept, open] = await Promise.all([loadVolunteerOf(store, urn), loadOpenMediations(store)]);
    const me = kept?.record.state === 'active' ? kept.record : undefined;
    const all = open.filter(({ record }) => isParty(record, urn, me) || mayTake(record, me, city)).slice(0, LISTED_MAX);
    const asked = all.find(({ record }) => record.id === position.answers.mediation)?.record;
    const readable = asked && isParty(asked, urn, me) ? asked : undefined;
    const told = readable?.told === undefined ? '' : (store.unseal(readable.told, readable.id) ?? '');
    return { urn, me, all, told, wanted: position.answers.mediation };
  },
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  closed: ({ all, wanted }) => {
    if (wanted !== undefined && !all.some(({ record }) => record.id === wanted))
      return { key: 'flows/my-mediations:over' };
    return all.length === 0 ? { key: 'flows/my-mediations:nothing' } : undefined;
  },
  opens: (argument) => {
    if (argument === 'all') return {};
    const [mediation = '', action, agreed] = argument.split('.');
    return {
      mediation,
      ...(action === undefined ? {} : { next: action }),
      ...(agreed === undefined ? {} : { agreed }),
    };
  },
  finish: (answers, { store, facts, given, person, now }) => {
    const kept = chosen({ facts, answers });
    const action = answers.next;
    if (!kept || !action) return noChange('mediations_seen', { key: 'common:closed' });
    const time = answers.time ? momentOf(answers.time) : now;
    const isOutdated = given.agreed !== undefined && given.agreed !== meetingOf(kept.record);
    if (isOutdated)
      return noChange('mediation_refused:other_time', {
        key: 'flows/my-mediations:refused.other_time',
        buttons: [mediationButton(kept.record, 'look')],
      });
    const ending = answers.ending ?? 'not_settled';
    const place = answers.place ?? 'room';
    const step = actOnMediation(action, kept.record, { me: facts.me, urn: person, time, place, ending });
    if (step.type === 'refused')
      return noChange(`mediation_refused:${step.why}`, { key: `flows/my-mediations:refused.${step.why}` });
    const { mediation } = step;
    const { checks, writes } = keepMediation(store, mediation, kept);
    return {
      outcome: `mediation_${action}`,
      checks,
      writes: [
        ...writes,
        queueEvent(store, `${EVENTS[action] ?? 'mediation_seen'} ${mediation.id}`, now),
        ...(action === 'time_agreed' ? remindOf(mediation, store, now) : []),
      ],
      says: [
        {
          key: `flows/my-mediations:done.${action}`,
          values: mediationValues(mediation, facts),
          ...(mediation.state === 'closed' || action === 'handed_back'
            ? {}
            : { buttons: [mediationButton(mediation, 'look')] }),
        },
      ],
    };
  },
});

/** The event queued for the other party after an action. */
const EVENTS: Readonly<Record<string, string>> = {
  taken: 'mediation_taken',
  time_proposed: 'mediation_time',
  time_agreed: 'mediation_agreed',
  time_declined: 'mediation_declined',
  handed_back: 'mediation_back',
  closed: 'mediation_closed',
  withdrawn: 'mediation_closed',
};

function chosen({ facts, answers }: MediationContext): Kept<Mediation> | undefined {
  return facts.all.find(({ record }) => record.id === answers.mediation);
}

function nameOf({ kind, region, askedAt }: Mediation, { regions }: City) {
  const where = regions.nameOf(region) ?? {};
  const day = dayOf(askedAt).slice(5);
  const icon = { noise: '🔊', leak: '💧', parking: '🚗', pets: '🐕', stairwell: '🪜', other: '💬' }[kind];
  return Object.fromEntries(Object.entries(where).map(([language, name]) => [language, `${icon} ${name} ${day}`]));
}
