import { dayOf } from '../../calendar.ts';
import type { Value, Values } from '../../delivery/outcome.ts';
import type { Item } from '../standards/standard.ts';
import type { PremisesDocument } from './document.ts';
import { documentState, documentsOf, needsDocument } from './document.ts';

/** The documents of premises, one a line with its state. */
export function documentLines(documents: readonly PremisesDocument[], now: number): Value {
  if (documents.length === 0) return { key: 'flows/premises-documents:empty' };
  return { list: documents.map((one) => lineOf('line', one, now)) };
}

/** Documents under their item in a checker's list; one line says so if an item that needs one has none. */
export function documentsUnder(item: Item, documents: readonly PremisesDocument[], now: number): readonly Value[] {
  const own = documentsOf(item, documents).map((one) => lineOf('under', one, now));
  return own.length === 0 && needsDocument(item) ? [{ key: 'flows/premises-documents:under_none' }] : own;
}

/** Item, number, issuer and last day of a document. */
export function documentValues({ item, number, issuer, until }: PremisesDocument) {
  return { item, number, issuer, until: { date: dayOf(until) } } satisfies Values;
}

function lineOf(part: 'line' | 'under', document: PremisesDocument, now: number): Value {
  const state = { key: `flows/premises-documents:states.${documentState(document, now)}` } as const;
  return { key: `flows/premises-documents:${part}`, values: { ...documentValues(document), state } };
}
