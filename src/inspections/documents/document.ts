import { DAY_MS } from '../../calendar.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import type { Item } from '../standards/standard.ts';

export type DocumentId = `document_${string}`;

/** A document (文件) of premises that an item of their standard asks for. It is never a person's certificate. */
export type PremisesDocument = {
  readonly id: DocumentId;
  readonly premises: string;
  /** The Chinese words of its item: a later version of the standard may number it otherwise. */
  readonly item: string;
  readonly number: string;
  readonly issuer: string;
  /** The last moment in which it is in force, ms since the epoch. */
  readonly until: number;
  /** Pseudonym of the person who entered it. */
  readonly by: string;
  readonly at: number; // ms since the epoch
  /** Another person asked the issuer. */
  readonly confirmed?: { readonly by: string; readonly at: number };
  /** The last message about its end. */
  readonly told?: 'ahead' | 'expired';
};

/** Days before the end on which the contacts are told. */
export const TOLD_AHEAD_MS = 30 * DAY_MS;
/** Rounds of three years rest on documents; an expired one is deleted two years later. */
const KEPT_MS = 2 * 365 * DAY_MS;
/** Documents that premises have at most. */
export const DOCUMENTS_MAX = 60;

export type DocumentState = 'expired' | 'unconfirmed' | 'ends_soon' | 'in_force';

/** The state of a document, the first that holds. */
export function documentState({ until, confirmed }: PremisesDocument, now: number): DocumentState {
  if (until < now) return 'expired';
  if (!confirmed) return 'unconfirmed';
  return until - now <= TOLD_AHEAD_MS ? 'ends_soon' : 'in_force';
}

/**
 * True for an item that checkers test (v1) and an issuer confirms (v3). Without a document that counts it is met by half at most.
 */
export function needsDocument({ evidence, verify }: Pick<Item, 'evidence' | 'verify'>): boolean {
  return evidence.includes('D') && verify.includes('v1') && verify.includes('v3');
}

/** The documents of an item. */
export function documentsOf(
  { words }: Pick<Item, 'words'>,
  documents: readonly PremisesDocument[],
): readonly PremisesDocument[] {
  return documents.filter(({ item }) => item === words['zh-CN']);
}

/** The documents that count for an item: in force, and confirmed by their issuer. */
export function countedFor(
  item: Pick<Item, 'words'>,
  documents: readonly PremisesDocument[],
  now: number,
): readonly DocumentId[] {
  return documentsOf(item, documents)
    .filter((one) => /^(ends_soon|in_force)$/.test(documentState(one, now)))
    .map(({ id }) => id);
}

/** Confirms a document after its issuer was asked. The person who entered it cannot; undefined then. */
export function confirmDocument(document: PremisesDocument, by: string, now: number): PremisesDocument | undefined {
  if (document.by === by || documentState(document, now) !== 'unconfirmed') return undefined;
  return { ...document, confirmed: { by, at: now } };
}

/** When the clock looks at a document, ms since the epoch. */
export function documentDue({ until, told }: Pick<PremisesDocument, 'until' | 'told'>): number {
  if (told === undefined) return until - TOLD_AHEAD_MS;
  return told === 'ahead' ? until + 1 : until + KEPT_MS;
}

/** Makes a random document id. */
export function newDocumentId(): DocumentId {
  return `document_${shortId()}`;
}
