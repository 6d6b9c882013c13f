import type { Urn } from '../../channels/channel.ts';
import { schemeOf } from '../../channels/channel.ts';
import { noChange } from '../../delivery/outcome.ts';
import { loadBell } from '../../delivery/web-bells.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { Contact } from '../../people/contact.ts';
import { CONSENTS, hasAgreed } from '../../people/contact.ts';
import { forgetPerson, loadTraces } from '../../people/forget.ts';
import type { Person } from '../../people/person-store.ts';
import { removeFromStaff } from '../../people/role.ts';
import { loadAccess } from '../../people/sign-in/sign-in-store.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { showCaseNumber } from '../case-number.ts';
import { loadFollowedCases, loadOwnCases, removeCase } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import type { Volunteering } from './load-volunteering.ts';
import { loadVolunteering } from './load-volunteering.ts';
import { removeSubscriptions } from './subscription.ts';

type MyDataFacts = {
  readonly urn: Urn;
  readonly contact: Contact | undefined;
  readonly cases: readonly Kept<HazardCase>[];
  readonly shared: readonly Kept<HazardCase>[];
  readonly followed: readonly Kept<HazardCase>[];
  readonly traces: readonly string[];
  /** The person's volunteer profile and mediation request, with sealed fields decrypted. */
  readonly volunteer: object | undefined;
  readonly mediation: object | undefined;
  readonly volunteering: Volunteering | undefined;
  /** The survey panel record; it holds no answers. */
  readonly panel: object | undefined;
  /** The topic that the person proposed, until it ends, and when the next weekly card of topics is due (ms). */
  readonly topic: object | undefined;
  readonly topicsCard: string | null;
  /** The person's sessions in the console, without their hashes. */
  readonly sessions: readonly object[];
  /** The push services that ring for closed pages of the person. */
  readonly bells: readonly object[];
  /** A return code is of use here: this address can lose its identity. */
  readonly returns: boolean;
};

const load = async ({ store, person: { urn, contact }, forgets, now }: LoadContext) => {
  const { keys } = store;
  const [cases, followed, traces, volunteer, mediation, panel, topic, topicsCard, access, bells] = await Promise.all([
    loadOwnCases(store, urn, 0),
    loadFollowedCases(store, urn, 0),
    loadTraces(store, urn),
    loadUnsealed(store, keys.volunteerOf(urn), keys.volunteer, 'phone'),
    loadUnsealed(store, keys.mediationOf(urn), keys.mediation, 'told'),
    loadRecord(store, keys.surveyMember(urn)),
    loadTopicOf(store, urn),
    orStoreAway(store.redis.zscore(keys.topicReaders, urn)),
    loadAccess(store, store.pseudonym(urn)),
    loadBells(store, [urn, ...linkedTo(contact)]),
  ]);
  // A case with other followers is shared and outlives its reporter's data.
  const counts = await orStoreAway(
    Promise.all(cases.map(({ record }) => store.redis.zcard(store.keys.caseFollowers(record.id)))),
  );
  const shared = cases.filter((_, i) => (counts[i] ?? 0) > 1);
  const volunteerId = await orStoreAway(store.redis.get(keys.volunteerOf(urn)));
  const volunteering = volunteerId ? await loadVolunteering(store, volunteerId, now) : undefined;
  const sessions = access.sessions.map(({ hash: _hash, ...session }) => session);
  return {
    cases,
    shared,
    followed,
    traces,
    volunteer,
    volunteering,
    mediation,
    panel,
    topic,
    topicsCard,
    sessions,
    bells,
    returns: forgets === true,
  };
};

/** The proposer's own words and where they stand; who moderated them is not the proposer's data. */
async function loadTopicOf(store: Store, urn: Urn): Promise<object | undefined> {
  const id = await orStoreAway(store.redis.hget(store.keys.topicOf(urn), 'topic'));
  const { words, state, proposedAt } = (id && (await loadRecord(store, store.keys.topic(id)))) || {};
  return words === undefined ? undefined : { words, state, proposedAt };
}

/** The address of a subscription is whole: it is the person's own. */
async function loadBells(store: Store, addresses: readonly Urn[]): Promise<readonly object[]> {
  const bells = await Promise.all(addresses.map((address) => loadBell(store, address)));
  return bells.flatMap((bell, i) => (bell ? [{ address: addresses[i], endpoint: bell.endpoint }] : []));
}

async function loadRecord(store: Store, key: string): Promise<Record<string, unknown> | undefined> {
  const record = await orStoreAway(store.redis.hget(key, 'record'));
  return record ? (JSON.parse(record) as Record<string, unknown>) : undefined; // exported as stored
}

/** Loads a record that is stored under its own id, and decrypts its sealed field. */
async function loadUnsealed(store: Store, nameKey: string, keyOf: (name: string) => string, sealed: string) {
  const name = await orStoreAway(store.redis.get(nameKey));
  const record = name ? await loadRecord(store, keyOf(name)) : undefined;
  if (!name || !record) return undefined;
  const text = record[sealed];
  return typeof text === 'string' ? { ...record, [sealed]: store.unseal(text, name) } : record;
}

const factsOf = (_city: unknown, { urn, contact }: Person, loaded: Awaited<ReturnType<typeof load>>): MyDataFacts => ({
  urn,
  contact,
  ...loaded,
});

/** Shows a person all stored data about them, and exports it. */
export const myData = flow<MyDataFacts>({ id: 'my-data', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'next',
    choice({
      options: ({ facts }) => [
        { id: 'export' },
        ...(linkedTo(facts.contact).length > 0
          ? [{ id: 'part', opens: { flow: 'part-address', argument: 'list' } }]
          : []),
        ...(facts.returns ? [{ id: 'return_code', opens: { flow: 'return-code', argument: 'new' } }] : []),
        { id: 'done' },
      ],
      values: ({ facts }) => summaryOf(facts),
    }),
  )
  .end();

/** The flow for a person's own data. */
export const myDataTalk = talk({
  flow: myData,
  load,
  facts: factsOf,
  finish: ({ next }, { facts }) => {
    if (next !== 'export') return noChange('data_seen', { key: 'common:closed' });
    const file = { name: 'anlin-my-data.json', text: exportOf(facts) };
    return noChange('data_exported', { key: 'flows/my-data:done', file, apart: true });
  },
});

/** Deletes all data that identifies a person, after two confirmations. */
export const forgetMe = flow<MyDataFacts>({ id: 'forget-me', version: 1, lifetimeSeconds: 3600, light: true })
  .step('sure', confirm({ values: ({ facts }) => summaryOf(facts) }))
  .step('really', confirm({ relevant: ({ answers }) => answers.sure === true }))
  .end();

/** The flow that forgets a person. */
export const forgetMeTalk = talk({
  flow: forgetMe,
  load,
  facts: factsOf,
  finish: ({ sure, really }, { store, person, facts, now }) => {
    if (sure !== true || really !== true) {
      return noChange('forgetting_declined', { key: 'flows/forget-me:kept' });
    }
    const { keys } = store;
    // An unreviewed case without other followers is deleted; all other cases stay without the person.
    const changes = facts.cases.map((kept) => (isDeletable(kept, facts) ? removeCase(store, kept, now) : undefined));
    return {
      outcome: 'person_forgotten',
      checks: changes.flatMap((change) => change?.checks ?? []),
      writes: [
        ...changes.flatMap((change) => change?.writes ?? []),
        ...[...facts.cases, ...facts.followed].map(
          ({ record }) => ['ZREM', keys.caseFollowers(record.id), person] as const,
        ),
        ...removeSubscriptions(store, person, facts.contact?.areas ?? []),
        ...removeFromStaff(store, person, facts.contact?.grants ?? []),
        ...forgetPerson(store, person, tracesOf(facts), now),
      ],
      says: [{ key: 'flows/forget-me:done' }],
      forgets: true,
    };
  },
});

function tracesOf({ traces, contact }: MyDataFacts) {
  return { traces, linked: linkedTo(contact), returns: contact?.returns };
}

function linkedTo(contact: Contact | undefined): readonly Urn[] {
  return contact?.addresses?.map((one) => one.urn) ?? [];
}

/** True if a case is unreviewed and has no other follower. */
function isDeletable(kept: Kept<HazardCase>, { shared }: MyDataFacts): boolean {
  return !kept.record.looked && !shared.includes(kept);
}

/** Values of the summary: each kind of stored data. */
function summaryOf(facts: MyDataFacts): Readonly<Record<string, unknown>> {
  const { contact, cases } = facts;
  const deleted = cases.filter((kept) => isDeletable(kept, facts)).map(({ record }) => showCaseNumber(record.number));
  const agreed = contact ? CONSENTS.filter((consent) => hasAgreed(contact, consent)) : [];
  const consents = agreed.map((consent) => ({ key: `common:consents.${consent}` }));
  const place = contact?.lastPlace;
  return {
    language: { key: 'flows/my-data:language' },
    addresses: {
      joined: [facts.urn, ...linkedTo(contact)].map((address) => ({ key: `common:channels.${schemeOf(address)}` })),
    },
    consents: consents.length > 0 ? { list: consents } : { key: 'common:skipped' },
    cases:
      cases.length > 0
        ? cases.map(({ record }) => showCaseNumber(record.number)).join('、')
        : { key: 'common:skipped' },
    going: deleted.length > 0 ? deleted.join('、') : { key: 'common:skipped' },
    place: place ? { place: place.place } : { key: 'common:skipped' },
    volunteer: { key: facts.volunteer ? 'common:yes' : 'common:no' },
    phone: { key: facts.volunteer && 'phone' in facts.volunteer ? 'flows/my-data:phone' : 'common:skipped' },
    panel: { key: facts.panel ? 'common:yes' : 'common:no' },
    subscribed: { key: contact?.subscribed === false ? 'common:no' : 'common:yes' },
  };
}

/** The parts that the export holds as they are stored. */
const EXPORTED = [
  'volunteer',
  'volunteering',
  'mediation',
  'panel',
  'topic',
  'topicsCard',
  'sessions',
  'bells',
] as const;

/** The stored data as JSON. */
function exportOf(facts: MyDataFacts): string {
  const { urn, contact, cases, followed } = facts;
  const exported = {
    person: urn,
    contact: contact && shownContact(contact),
    reports: cases.map(({ record }) => record),
    follows: followed.map(({ record }) => showCaseNumber(record.number)),
    ...Object.fromEntries(EXPORTED.map((part) => [part, facts[part]])),
  };
  return JSON.stringify(exported, null, 2);
}

/** The contact without the secret of its second factor: a copy of the file must not give codes. */
function shownContact({ factor, ...contact }: Contact): object {
  return factor ? { ...contact, factor: { since: factor.since } } : contact;
}
