import type { Sealing } from '../../store/sealing.ts';
import type { Halves } from '../../surveys/wave/draw.ts';
import { hashOf, lotOf, seedOf } from '../../surveys/wave/draw.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import { BASIS_REDRAW, basisFrameText } from './basis-draw.ts';
import type { BasisId, Honour, HonourId } from './honour.ts';
import type { SubjectKind } from './subject.ts';
import { partsOfSubject } from './subject.ts';

/**
 * An approval (批准文号) under which honours of a kind may be named, and the number that it fixes. Without one, an honour is a thanks
 * and no title. Times in ms since the epoch.
 */
export type HonourBasis = {
  readonly id: BasisId;
  readonly document: string;
  readonly body: string;
  readonly kind: SubjectKind;
  readonly number: number;
  readonly from: number;
  /** Honours that were decided by then take part. */
  readonly until: number;
  /** SHA-256 of the server's half of the seed, fixed when the approval was entered. */
  readonly halfHash: string;
  /** The server's half, sealed. */
  readonly half: string;
  /** The draw, public at once. The second half is SHA-256 of the evidence, which the machine froze. */
  readonly drawn?: {
    readonly at: number;
    readonly frame: string;
    readonly halves: Halves;
    readonly list: readonly HonourId[];
  };
};

type Entered = Pick<HonourBasis, 'document' | 'body' | 'kind' | 'number' | 'until'>;

/** Enters an approval with the server's half of the seed. */
export function enterBasis({ seal }: Pick<Sealing, 'seal'>, entered: Entered, half: string, now: number): HonourBasis {
  const id: BasisId = `basis_${shortId()}`;
  return { ...entered, id, from: now, halfHash: hashOf(half), half: seal(half, `${id} half`) };
}

/** The honours that take part: thanked in the time of the approval, and not named before. */
export function takePart({ kind, from, until }: HonourBasis, honours: readonly Honour[]): readonly Honour[] {
  return honours.filter(
    ({ subject, state, decided, basis }) =>
      state === 'thanked' &&
      basis === undefined &&
      partsOfSubject(subject)[0] === kind &&
      decided !== undefined &&
      decided.at > from &&
      decided.at <= until,
  );
}

/** Draws an approval whose time is over; all that passed are named where it allows as many. */
export function drawBasis(
  { unseal }: Pick<Sealing, 'unseal'>,
  basis: HonourBasis,
  honours: readonly Honour[],
  now: number,
): HonourBasis {
  const own = unseal(basis.half, `${basis.id} half`);
  if (own === undefined) throw new Error(`The approval ${basis.id} was sealed with another DATA_KEY.`);
  const taking = takePart(basis, honours);
  const frame = basisFrameText({ number: basis.number, honours: taking.map(({ id }) => id) });
  const evidence = taking.map(({ id, evidence: frozen }) => `${id} ${hashOf(JSON.stringify(frozen))}`).toSorted();
  const halves: Halves = [own, hashOf(evidence.join('\n'))];
  const seed = seedOf(hashOf(frame), halves);
  const list = BASIS_REDRAW.list(frame, (name) => lotOf(seed, name));
  return { ...basis, drawn: { at: now, frame, halves, list: list === '' ? [] : (list.split('\n') as HonourId[]) } }; // ids
}
