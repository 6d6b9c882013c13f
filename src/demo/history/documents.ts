import { DAY_MS } from '../../calendar.ts';
import type { DocumentId } from '../../inspections/documents/document.ts';
import { keepDocument } from '../../inspections/documents/document-store.ts';
import { defaultStandard } from '../../inspections/standards/default-standards.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import words from '../city-names.json' with { type: 'json' };
import { SCHOOL } from './rounds.ts';

/** The school has four documents: in force, ending soon, unconfirmed, and ended. */
export function documentWrites(store: Store, now: number): readonly Write[] {
  const { items } = defaultStandard('campus');
  return words.creation.documents.flatMap(({ item, number, issuer, days, confirmed }, i) => {
    const id: DocumentId = `document_demo000${i + 1}`;
    const document = {
      id,
      premises: SCHOOL,
      item: items.find(({ no }) => no === item)?.words['zh-CN'] ?? '',
      number,
      issuer,
      until: now + days * DAY_MS,
      by: 'demo-contact',
      at: now - 60 * DAY_MS,
      ...(confirmed ? { confirmed: { by: 'demo-lead', at: now - 50 * DAY_MS } } : {}),
      ...(days < 0 ? { told: 'expired' as const } : days <= 30 ? { told: 'ahead' as const } : {}),
    };
    return keepDocument(store, document).writes;
  });
}
