import { dayOf } from '../../calendar.ts';
import type { Premises } from '../../city/premises.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { DocumentState, PremisesDocument } from './document.ts';
import { documentState } from './document.ts';

/** A message about a document, with a button that opens the documents of its premises. */
export function documentMessage(
  part:
    | 'news.added'
    | 'news.confirmed'
    | 'news.removed'
    | 'news.ahead'
    | 'news.expired'
    | 'done.added'
    | 'done.confirmed'
    | 'done.removed',
  document: PremisesDocument,
  { id, names }: Premises,
): LocalizedMessage {
  return {
    key: `flows/premises-documents:${part}`,
    values: { name: { names }, ...documentValues(document) },
    buttons: [{ label: 'flows/premises-documents:again', flow: 'premises-documents', argument: id }],
  };
}

/** The documents of premises, one a line with its state. */
export function documentLines(documents: readonly PremisesDocument[], now: number): Value {
  if (documents.length === 0) return { key: 'flows/premises-documents:empty' };
  return {
    list: documents.map((one): Value => {
      const state: DocumentState = documentState(one, now);
      return {
        key: 'flows/premises-documents:line',
        values: { ...documentValues(one), state: { key: `flows/premises-documents:states.${state}` } },
      };
    }),
  };
}

function documentValues({ item, number, issuer, until }: PremisesDocument) {
  return { item, number, issuer, until: { date: dayOf(until) } };
}
