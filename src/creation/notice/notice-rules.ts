import { delayedEnd, limitEnd } from '../../calendar.ts';
import type { Words } from '../../engine/steps/text.ts';
import { checkAnew } from '../checks/check-rules.ts';
import { LEVEL_MS } from '../level/level-rules.ts';
import type { Objection, Round } from '../rounds/round.ts';
import type { RoundStep } from '../rounds/round-step.ts';
import { moved, refused } from '../rounds/round-step.ts';

/** Length of a public notice and of the answer to an objection. */
export const NOTICE_LIMIT = '5wd';

/** Proposes a public notice of a reached level; a second person starts it. */
export function proposeNotice(round: Round, by: string, now: number): RoundStep {
  if (round.state !== 'judged') return refused('gone');
  if (!round.level || round.veto) return refused('no_level');
  if (round.proposedBy === undefined) return moved(round, 'proposed', 'judged', now, { proposedBy: by });
  if (round.proposedBy === by) return refused('same_person');
  return moved(round, 'notice_begun', 'public_notice', now, {
    secondedBy: by,
    noticeUntil: limitEnd(now, NOTICE_LIMIT),
    objections: [],
  });
}

/** A resident objects; the clock of the notice stands until the answer. One open objection per person. */
export function objectTo(round: Round, objection: Objection): RoundStep {
  if (round.state !== 'public_notice') return refused('gone');
  if (round.objections.some(({ mark }) => mark === objection.mark)) return refused('objected');
  const history = [...round.history, { event: 'objected', at: objection.at }];
  return { type: 'done', round: { ...round, objections: [...round.objections, objection], history } };
}

/** The first objection without an answer. */
export function openObjection({ objections }: Pick<Round, 'objections'>): Objection | undefined {
  return objections.find(({ answer }) => answer === undefined);
}

/** When leads are told that the first open objection has no answer, ms since the epoch; undefined once they were. */
export function answerDue({ objections }: Pick<Round, 'objections'>): number | undefined {
  const open = openObjection({ objections });
  return open && !open.late ? limitEnd(open.at, NOTICE_LIMIT) : undefined;
}

/** Notes that the first open objection has no answer in its time; the notice goes on standing still. */
export function noteLateAnswer(round: Round, now: number): RoundStep {
  const open = openObjection(round);
  const due = answerDue(round);
  if (round.state !== 'public_notice' || !open || due === undefined || now < due) return refused('gone');
  const objections = round.objections.map((one) => (one === open ? { ...one, late: true as const } : one));
  return { type: 'done', round: { ...round, objections } };
}

/**
 * Answers the first open objection. The checkers of the round may not. An upheld one leads back to a check of all items;
 * otherwise the notice lasts as much longer as its clock stood.
 */
export function answerObjection(
  round: Round,
  answer: { readonly upheld: boolean; readonly words: Words; readonly by: string },
  now: number,
): RoundStep {
  const open = openObjection(round);
  if (round.state !== 'public_notice' || !open) return refused('gone');
  if (round.checkers.includes(answer.by)) return refused('was_checker');
  const objections = round.objections.map((one) => (one === open ? { ...one, answer: { ...answer, at: now } } : one));
  if (answer.upheld) return checkAnew({ ...round, objections }, now);
  // Objections that overlap pause the clock once: from the end of the last pause.
  const paused = Math.max(open.at, ...round.objections.flatMap(({ answer: given }) => given?.at ?? []));
  const noticeUntil = delayedEnd(round.noticeUntil ?? now, { from: Math.min(paused, now), until: now }, NOTICE_LIMIT);
  const history = [...round.history, { event: 'answered', at: now }];
  return { type: 'done', round: { ...round, objections, noticeUntil, history } };
}

/** Ends a notice without an open objection: the level is met. It is no title. */
export function endNotice(round: Round, now: number): RoundStep {
  if (round.state !== 'public_notice' || now < (round.noticeUntil ?? 0)) return refused('gone');
  if (openObjection(round)) return refused('open_objection');
  // The marks only told objectors apart while the notice lasted.
  const objections = round.objections.map((one) => ({ ...one, mark: '' }));
  return moved(round, 'met', 'met', now, { objections, metAt: now, until: now + LEVEL_MS });
}
