import { limitEnd } from '../../calendar.ts';
import type { Evidence } from './evidence.ts';
import { isEnough } from './evidence.ts';
import type { Honour, HonourObjection } from './honour.ts';
import { ANSWER_WITHIN, NOTICE_LASTS, openObjection } from './honour.ts';

/** Why a transition is refused. */
export type HonourRefusal = 'gone' | 'own' | 'objected' | 'open_objection' | 'twice';
/** The result of a transition. */
export type HonourChange =
  | { readonly type: 'done'; readonly honour: Honour }
  | { readonly type: 'refused'; readonly why: HonourRefusal };

const refused = (why: HonourRefusal): HonourChange => ({ type: 'refused', why });
const done = (honour: Honour): HonourChange => ({ type: 'done', honour });

/** The act of an organiser: a pseudonym, a time (ms since the epoch), and words where they are needed. */
export type HonourAct = { readonly by: string; readonly at: number; readonly words: string };

/** Takes a resident's proposal up after its words were read. From then on nothing tells who proposed it. */
export function takeUpProposal(before: Honour): HonourChange {
  if (before.state !== 'proposed') return refused('gone');
  const { proposer: _waited, ...rest } = before;
  return done({ ...rest, state: 'nominated' });
}

/** Sends a resident's proposal back, with the reason. */
export function returnProposal(before: Honour, { by, at, words }: HonourAct): HonourChange {
  if (before.state !== 'proposed') return refused('gone');
  const { proposer: _waited, ...rest } = before;
  return done({ ...rest, state: 'returned', decided: { by, at, words } });
}

/** Attaches the evidence. What passes begins its public notice; the rest ends with the reasons in its evidence. */
export function attachEvidence(before: Honour, evidence: Evidence): HonourChange {
  if (before.state !== 'nominated') return refused('gone');
  if (!isEnough(evidence)) return done({ ...before, state: 'not_passed', evidence });
  return done({ ...before, state: 'public_notice', evidence, noticeUntil: limitEnd(evidence.at, NOTICE_LASTS) });
}

/** A resident objects while the notice runs; one objection a person. */
export function objectToHonour(
  before: Honour,
  { mark, words, at }: Pick<HonourObjection, 'mark' | 'words' | 'at'>,
): HonourChange {
  if (before.state !== 'public_notice' || at > (before.noticeUntil ?? 0)) return refused('gone');
  if (before.objections.some((one) => one.mark === mark)) return refused('objected');
  const objection = { mark, words, at, due: limitEnd(at, ANSWER_WITHIN) };
  return done({ ...before, objections: [...before.objections, objection] });
}

/** Answers the first open objection; the nominator may not. An upheld one declines the honour. */
export function answerHonour(before: Honour, upheld: boolean, act: HonourAct): HonourChange {
  const open = openObjection(before);
  if ((before.state !== 'public_notice' && before.state !== 'deciding') || !open) return refused('gone');
  if (before.by === act.by) return refused('own');
  const { by, at, words } = act;
  const answer = { upheld, words, by, at };
  const objections = before.objections.map((one) => (one === open ? { ...one, answer } : one));
  return done(upheld ? decided({ ...before, objections }, 'declined', { by, at }) : { ...before, objections });
}

/** Ends the public notice at its time; the decision may still wait for answers. */
export function endNotice(before: Honour, now: number): HonourChange {
  if (before.state !== 'public_notice' || now < (before.noticeUntil ?? now)) return refused('gone');
  return done({ ...before, state: 'deciding' });
}

/** A decider says yes. Two different ones thank; the nominator is not among them. */
export function agreeHonour(before: Honour, { by, at }: Pick<HonourAct, 'by' | 'at'>): HonourChange {
  const refusal = decisionRefusal(before, by);
  if (refusal) return refused(refusal);
  if (!before.agreed) return done({ ...before, agreed: { by, at } });
  if (before.agreed.by === by) return refused('twice');
  return done(decided(before, 'thanked', { by, at }));
}

/** A decider says no, with the reason. */
export function declineHonour(before: Honour, { by, at, words }: HonourAct): HonourChange {
  const refusal = decisionRefusal(before, by);
  return refusal ? refused(refusal) : done(decided(before, 'declined', { by, at, words }));
}

/** Takes a thanks back, with the reason. */
export function takeHonourBack(before: Honour, act: HonourAct): HonourChange {
  return before.state === 'thanked' ? done({ ...before, state: 'taken_back', takenBack: act }) : refused('gone');
}

function decisionRefusal(before: Honour, by: string): HonourRefusal | undefined {
  if (before.state !== 'deciding') return 'gone';
  if (before.by === by) return 'own';
  return openObjection(before) ? 'open_objection' : undefined;
}

/** A decided honour keeps what was objected, and not by whom. */
function decided(before: Honour, state: 'thanked' | 'declined', decision: NonNullable<Honour['decided']>): Honour {
  const objections = before.objections.map((one) => ({ ...one, mark: '' }));
  return { ...before, state, decided: decision, objections };
}
