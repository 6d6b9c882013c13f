import { DAY_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { DocumentId } from '../../inspections/documents/document.ts';
import { keepDocument } from '../../inspections/documents/document-store.ts';
import { defaultStandard } from '../../inspections/standards/default-standards.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import words from '../city-names.json' with { type: 'json' };

/** The school has documents in force, ending soon, unconfirmed and ended; the station has what its level rests on. */
export function documentWrites(store: Store, { premises }: Pick<City, 'premises'>, now: number): readonly Write[] {
  return words.creation.documents.flatMap(({ at, item, number, issuer, days, open }, i) => {
    const series = premises.get(at)?.series;
    if (series === undefined) return [];
    const found = defaultStandard(series).items.find(({ no }) => no === item);
    const id: DocumentId = `document_demo000${i + 1}`;
    const document = {
      id,
      premises: at,
      item: found?.words['zh-CN'] ?? '',
      number,
      issuer,
      until: now + days * DAY_MS,
      by: 'demo-contact',
      at: now - 60 * DAY_MS,
      ...(open ? {} : { confirmed: { by: 'demo-lead', at: now - 50 * DAY_MS } }),
      ...(days < 0 ? { told: 'expired' as const } : days <= 30 ? { told: 'ahead' as const } : {}),
    };
    return keepDocument(store, document).writes;
  });
}
