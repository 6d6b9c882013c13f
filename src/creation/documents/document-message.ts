import type { Premises } from '../../city/premises.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { PremisesDocument } from '../../inspections/documents/document.ts';
import { documentValues } from '../../inspections/documents/document-lines.ts';

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
