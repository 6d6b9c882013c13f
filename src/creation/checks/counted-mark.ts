import { needsDocument } from '../../inspections/documents/document.ts';
import type { Item } from '../../inspections/standards/standard.ts';
import type { Mark } from '../../inspections/visits/read-marks.ts';
import { documentsIn } from '../evidence/evidence.ts';
import type { Round } from '../rounds/round.ts';

/** The mark that counts: an item that needs a document is met by half at most while none counts. */
export function countedMark(
  item: Item,
  mark: Mark | undefined,
  { evidence }: Pick<Round, 'evidence'>,
): Mark | undefined {
  return mark === 'full' && lacksDocument(item, { evidence }) ? 'half' : mark;
}

/** True for an item that needs a document and has none that counts. */
export function lacksDocument(item: Item, { evidence }: Pick<Round, 'evidence'>): boolean {
  return needsDocument(item) && documentsIn(evidence[item.no]?.rows ?? []) === 0;
}
