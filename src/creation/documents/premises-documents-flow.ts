import { momentOf } from '../../calendar.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm, review } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { text, writtenOf } from '../../engine/steps/text.ts';
import type { PremisesDocument } from '../../inspections/documents/document.ts';
import { confirmDocument, DOCUMENTS_MAX, documentState, newDocumentId } from '../../inspections/documents/document.ts';
import { documentLines } from '../../inspections/documents/document-lines.ts';
import { keepDocument, loadDocuments, removeDocument } from '../../inspections/documents/document-store.ts';
import type { Standard } from '../../inspections/standards/standard.ts';
import { loadStandard, loadVersion } from '../../inspections/standards/standard-store.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Write } from '../../store/commit.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { isClaiming } from '../claims/claim-rules.ts';
import { currentRound, peopleOf } from '../premises/load-premises.ts';
import { isContact, isLead } from '../premises/rights.ts';
import { loadRoundsOf } from '../rounds/round-store.ts';
import { documentMessage } from './document-message.ts';

/** What the talk about documents knows. */
export type DocumentFacts = {
  /** The person's pseudonym. */
  readonly me: string;
  readonly mayConfirm: boolean;
  /** Own premises, then those of the led series. */
  readonly list: readonly Premises[];
  readonly premises: Premises | undefined;
  readonly documents: readonly PremisesDocument[];
  readonly standard: Standard | undefined;
  readonly contacts: readonly Urn[];
  readonly leads: readonly Urn[];
  /** The round whose claim is open: its figures are read anew when a document begins or ceases to count. */
  readonly claiming: string | undefined;
};

/** Premises offered as buttons; a lead of many opens them from their card. */
const OFFERED_MAX = 12;
/** A document is in force for at most ten years. */
const UNTIL_DAYS = 3650;

type Next = { readonly answers: { readonly next?: string | null } };
const isAdding = ({ answers }: Next) => answers.next === 'added';
const isChosen = ({ answers }: Next) => answers.next === 'confirmed' || answers.next === 'removed';
/** Numbers and issuers are typed; a person's certificate has no place here. */
const TYPED = { written: true, minLength: 2, screen: personShield } as const;

/** 文件: contacts and leads enter the documents that items ask for; a lead confirms what another person entered. */
export const premisesDocuments = flow<DocumentFacts>({
  id: 'premises-documents',
  version: 1,
  lifetimeSeconds: 24 * 3600,
  light: true,
})
  .step(
    'premises',
    choice({
      options: ({ facts }) => facts.list.map(({ id, names }) => ({ id, name: names })),
      resets: ['next'],
      reviewed: false,
    }),
  )
  .step(
    'next',
    choice({
      reviewed: false,
      options: ({ facts, now }) => [
        ...(facts.documents.length < DOCUMENTS_MAX && itemsOf(facts).length > 0 ? [{ id: 'added' }] : []),
        ...(confirmable(facts, now).length > 0 ? [{ id: 'confirmed' }] : []),
        ...(facts.documents.length > 0 ? [{ id: 'removed' }] : []),
        { id: 'done' },
      ],
      values: ({ facts, now }) => ({
        name: { names: facts.premises?.names ?? {} },
        lines: documentLines(facts.documents, now),
      }),
      changeResets: ['item', 'document', 'number', 'issuer', 'until'],
    }),
  )
  .step(
    'item',
    choice({
      relevant: isAdding,
      options: ({ facts }) => itemsOf(facts).map(({ no, words }) => ({ id: String(no), name: words })),
    }),
  )
  .step(
    'document',
    choice({
      relevant: isChosen,
      options: ({ facts, answers, now }) =>
        (answers.next === 'confirmed' ? confirmable(facts, now) : facts.documents).map(({ id, item, number }) => ({
          id,
          name: { 'zh-CN': `${number} · ${item}` },
        })),
    }),
  )
  .step('number', text({ ...TYPED, relevant: isAdding, maxLength: 60 }))
  .step('issuer', text({ ...TYPED, relevant: isAdding, maxLength: 40 }))
  .step('until', date({ relevant: isAdding, withinDays: UNTIL_DAYS }))
  .step('sure', { ...review(), relevant: isAdding })
  .step(
    'certain',
    confirm({
      reviewed: false,
      relevant: isChosen,
      values: ({ answers }) => ({ deed: { key: `flows/premises-documents:certain.${answers.next}` } }),
    }),
  )
  .end();

export const premisesDocumentsTalk = talk({
  flow: premisesDocuments,
  loadsBy: ['premises'],
  load: async ({ store, city, person, position }: LoadContext): Promise<DocumentFacts> => {
    const grants = person.contact?.grants ?? [];
    const all = [...city.premises.values()];
    const mine = [...all.filter((one) => isContact(grants, one)), ...all.filter((one) => isLead(grants, one, city))];
    const premises = mine.find(({ id }) => id === position.answers.premises);
    const list = premises ? [premises] : [...new Set(mine)].slice(0, OFFERED_MAX);
    const me = store.pseudonym(person.urn);
    if (!premises) return { me, list, ...NOTHING };
    const [documents, rounds, { contacts, leads }] = await Promise.all([
      loadDocuments(store, premises.id),
      loadRoundsOf(store, premises.id),
      peopleOf(store, city, premises),
    ]);
    const round = currentRound({ rounds })?.record;
    const standard = round
      ? await loadVersion(store, round.series, round.standard)
      : await loadStandard(store, premises.series);
    const mayConfirm = isLead(grants, premises, city);
    const claiming = round && isClaiming(round) ? round.id : undefined;
    return { me, mayConfirm, list, premises, documents, standard, contacts, leads, claiming };
  },
  facts: (_city: City, _person, loaded: DocumentFacts) => loaded,
  prefills: ({ list }) => (list.length === 1 ? { premises: list[0]?.id } : undefined),
  closed: ({ list }) => (list.length === 0 ? { key: 'flows/premises-documents:none' } : undefined),
  opens: (argument) => (argument === 'all' ? {} : { premises: argument }),
  finish: ({ next, item, document: id, number, issuer, until, certain }, { store, facts, person, now }) => {
    const { premises, documents, me, contacts, leads, claiming } = facts;
    const read: Write[] = claiming ? [['ZADD', store.keys.roundsClock, 'XX', now, claiming]] : [];
    const others = (to: readonly Urn[]) => to.filter((urn) => urn !== person);
    if (!premises || next === 'done' || certain === false) return noChange('documents_seen', { key: 'common:closed' });
    if (next === 'added') {
      const chosen = itemsOf(facts).find(({ no }) => String(no) === item);
      if (!chosen || !until) return noChange('document_refused', GONE);
      const document: PremisesDocument = {
        id: newDocumentId(),
        premises: premises.id,
        item: chosen.words['zh-CN'] ?? '',
        number: writtenOf(number),
        issuer: writtenOf(issuer),
        until: momentOf(`${until.slice(0, 10)}T23:59`),
        by: me,
        at: now,
      };
      return {
        outcome: 'document_added',
        ...keepDocument(store, document),
        says: [documentMessage('done.added', document, premises)],
        tells: others(leads).map((to) => ({ to, said: documentMessage('news.added', document, premises) })),
      };
    }
    const before = (next === 'confirmed' ? confirmable(facts, now) : documents).find((one) => one.id === id);
    if (!before) return noChange('document_refused', GONE);
    if (next === 'removed')
      return {
        outcome: 'document_removed',
        ...joinChanges([removeDocument(store, before), { checks: [], writes: read }]),
        says: [documentMessage('done.removed', before, premises)],
        tells: others([...contacts, ...leads]).map((to) => ({
          to,
          said: documentMessage('news.removed', before, premises),
        })),
      };
    const document = confirmDocument(before, me, now);
    if (!document) return noChange('document_refused', GONE);
    return {
      outcome: 'document_confirmed',
      ...joinChanges([keepDocument(store, document, before), { checks: [], writes: read }]),
      says: [documentMessage('done.confirmed', document, premises)],
      tells: others(contacts).map((to) => ({ to, said: documentMessage('news.confirmed', document, premises) })),
    };
  },
});

const GONE = { key: 'flows/premises-documents:gone' } as const;
const NOTHING = {
  mayConfirm: false,
  premises: undefined,
  documents: [],
  standard: undefined,
  contacts: [],
  leads: [],
  claiming: undefined,
} as const;

/** Items that ask for a document. */
function itemsOf({ standard }: DocumentFacts): Standard['items'] {
  return (standard?.items ?? []).filter(({ evidence }) => evidence.includes('D'));
}

/** Documents that this person may confirm: another one entered them. */
function confirmable({ documents, me, mayConfirm }: DocumentFacts, now: number): readonly PremisesDocument[] {
  return mayConfirm ? documents.filter((one) => one.by !== me && documentState(one, now) === 'unconfirmed') : [];
}
