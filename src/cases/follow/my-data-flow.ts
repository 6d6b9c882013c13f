import type { Urn } from '../../channels/channel.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { Contact } from '../../people/contact.ts';
import { CONSENTS, hasAgreed } from '../../people/contact.ts';
import { forgetPerson, loadTraces } from '../../people/forget.ts';
import type { Person } from '../../people/person-store.ts';
import { dismissed } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { showCaseNumber } from '../case-number.ts';
import type { KeptCase } from '../case-store.ts';
import { loadFollowedCases, loadOwnCases, removeCase } from '../case-store.ts';
import { unsubscribed } from './subscription.ts';

type MyDataFacts = {
  readonly urn: Urn;
  readonly contact: Contact | undefined;
  readonly cases: readonly KeptCase[];
  readonly shared: readonly KeptCase[];
  readonly followed: readonly KeptCase[];
  readonly traces: readonly string[];
  /** What they offered as a volunteer, and what they asked a mediator for; for their own eyes, nothing sealed. */
  readonly volunteer: object | undefined;
  readonly mediation: object | undefined;
  /** What is kept of them as one who is asked in surveys; never what they answered. */
  readonly panel: object | undefined;
};

const load = async ({ store, person: { urn } }: LoadContext) => {
  const { keys } = store;
  const [cases, followed, traces, volunteer, mediation, panel] = await Promise.all([
    loadOwnCases(store, urn, 0),
    loadFollowedCases(store, urn, 0),
    loadTraces(store, urn),
    opened(store, keys.volunteerOf(urn), keys.volunteer, 'phone'),
    opened(store, keys.mediationOf(urn), keys.mediation, 'told'),
    recordIn(store, keys.surveyMember(urn)),
  ]);
  // Others follow some of them: those are not only this person's.
  const counts = await orStoreAway(
    Promise.all(cases.map(({ record }) => store.redis.zcard(store.keys.caseFollowers(record.id)))),
  );
  const shared = cases.filter((_, i) => (counts[i] ?? 0) > 1);
  return { cases, shared, followed, traces, volunteer, mediation, panel };
};

async function recordIn(store: Store, key: string): Promise<Record<string, unknown> | undefined> {
  const record = await orStoreAway(store.redis.hget(key, 'record'));
  return record ? (JSON.parse(record) as Record<string, unknown>) : undefined; // shown as it is kept
}

/** A record that stands under a name of its own, with its sealed part opened. */
async function opened(store: Store, nameKey: string, keyOf: (name: string) => string, sealed: string) {
  const name = await orStoreAway(store.redis.get(nameKey));
  const read = name ? await recordIn(store, keyOf(name)) : undefined;
  if (!name || !read) return undefined;
  const text = read[sealed];
  return typeof text === 'string' ? { ...read, [sealed]: store.unseal(text, name) } : read;
}

const factsOf = (_city: unknown, { urn, contact }: Person, loaded: Awaited<ReturnType<typeof load>>): MyDataFacts => ({
  urn,
  contact,
  ...loaded,
});

/** A person sees everything that is kept about them, and may take it along. */
export const myData = flow<MyDataFacts>({ id: 'my-data', version: 1, lifetimeSeconds: 3600, light: true })
  .step('next', choice({ options: ['export', 'done'], values: ({ facts }) => summaryOf(facts) }))
  .end();

export const myDataTalk = talk({
  flow: myData,
  load,
  facts: factsOf,
  finish: ({ next }, { facts }) => {
    const nothing = { checks: [], writes: [] };
    if (next !== 'export') return { outcome: 'data_seen', ...nothing, says: [{ key: 'common:closed' }] };
    return {
      outcome: 'data_exported',
      ...nothing,
      says: [{ key: 'flows/my-data:done', file: { name: 'anlin-my-data.json', text: exportOf(facts) } }],
    };
  },
});

/** A person is forgotten: after being asked once more, nothing that names them is left. */
export const forgetMe = flow<MyDataFacts>({ id: 'forget-me', version: 1, lifetimeSeconds: 3600, light: true })
  .step('sure', confirm({ values: ({ facts }) => summaryOf(facts) }))
  .step('really', confirm({ relevant: ({ answers }) => answers.sure === true }))
  .end();

export const forgetMeTalk = talk({
  flow: forgetMe,
  load,
  facts: factsOf,
  finish: ({ sure, really }, { store, person, facts, now }) => {
    if (sure !== true || really !== true) {
      return { outcome: 'forgetting_declined', checks: [], writes: [], says: [{ key: 'flows/forget-me:kept' }] };
    }
    const { keys } = store;
    // What nobody has looked at and nobody else follows goes with its reporter; the rest stays without them.
    const changes = facts.cases.map((kept) => (isOnlyTheirs(kept, facts) ? removeCase(store, kept, now) : undefined));
    return {
      outcome: 'person_forgotten',
      checks: changes.flatMap((change) => change?.checks ?? []),
      writes: [
        ...changes.flatMap((change) => change?.writes ?? []),
        ...[...facts.cases, ...facts.followed].map(
          ({ record }) => ['ZREM', keys.caseFollowers(record.id), person] as const,
        ),
        ...unsubscribed(store, person, facts.contact?.areas ?? []),
        ...dismissed(store, person, facts.contact?.grants ?? []),
        ...forgetPerson(store, person, facts.traces, now),
      ],
      says: [{ key: 'flows/forget-me:done' }],
      forgets: true,
    };
  },
});

/** A case that is still its reporter's own affair. */
function isOnlyTheirs(kept: KeptCase, { shared }: MyDataFacts): boolean {
  return !kept.record.looked && !shared.includes(kept);
}

/** Everything kept about a person, by its kind, in words. */
function summaryOf(facts: MyDataFacts): Readonly<Record<string, unknown>> {
  const { contact, cases } = facts;
  const going = cases.filter((kept) => isOnlyTheirs(kept, facts)).map(({ record }) => showCaseNumber(record.number));
  const agreed = contact ? CONSENTS.filter((consent) => hasAgreed(contact, consent)) : [];
  const consents = agreed.map((consent) => ({ key: `common:consents.${consent}` }));
  const place = contact?.lastPlace;
  return {
    language: { key: 'flows/my-data:language' },
    consents: consents.length > 0 ? { list: consents } : { key: 'common:skipped' },
    cases:
      cases.length > 0
        ? cases.map(({ record }) => showCaseNumber(record.number)).join('、')
        : { key: 'common:skipped' },
    going: going.length > 0 ? going.join('、') : { key: 'common:skipped' },
    place: place ? { place: place.place } : { key: 'common:skipped' },
    volunteer: { key: facts.volunteer ? 'common:yes' : 'common:no' },
    phone: { key: facts.volunteer && 'phone' in facts.volunteer ? 'flows/my-data:phone' : 'common:skipped' },
    panel: { key: facts.panel ? 'common:yes' : 'common:no' },
    subscribed: { key: contact?.subscribed === false ? 'common:no' : 'common:yes' },
  };
}

/** The same as data that another program can read. */
function exportOf({ urn, contact, cases, followed, volunteer, mediation, panel }: MyDataFacts): string {
  const reports = cases.map(({ record }) => record);
  const follows = followed.map(({ record }) => showCaseNumber(record.number));
  return JSON.stringify({ person: urn, contact, reports, follows, volunteer, mediation, panel }, null, 2);
}
