import type { FlowStep } from './flow.ts';
import type { Play } from './path.ts';
import { contextOf, findStep, isAnswered, isSamePlay, relevantSteps, stepBefore } from './path.ts';
import type { Session } from './session.ts';
import type { Asking, Names, Option, StepKind } from './step.ts';

/** Every way of moving in a talk that is not an answer. The ids start with a tilde, which no option does. */
export const CONTROLS = ['~done', '~keep', '~skip', '~back', '~leave'] as const;
export type Control = (typeof CONTROLS)[number];

export function isControl(option: string): option is Control {
  return (CONTROLS as readonly string[]).includes(option);
}

/** The step id of the question "keep it for later, or drop it?", and what can be chosen there. */
export const LEAVE = '~leave';
export const LEAVE_OPTIONS = ['later', 'drop', 'stay'] as const;

/** What to ask next, without a word of any language. */
export type Question = {
  readonly flow: string;
  readonly talk: string;
  readonly step: string;
  readonly kind: StepKind | 'leave';
  readonly part: string;
  /** The question's own words, where they are data and not in locales. */
  readonly name?: Names;
  readonly options: readonly Option[];
  readonly chosen: readonly string[];
  readonly controls: readonly Control[];
  readonly takes?: 'location' | 'contact';
  /** Ties buttons to what they confirm; '' where that cannot change. */
  readonly seal: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly review: readonly AnswerLine[];
  /** A light talk is closed rather than left. */
  readonly light: boolean;
};

/** An answer with what is needed to put it into words. */
export type AnswerLine = {
  readonly step: string;
  readonly kind: StepKind;
  readonly answer: unknown;
  readonly options: readonly Option[];
};

/** A turn asks which question stands before it reads the input, and once more to see whether a tap belongs to it. */
const known = new WeakMap<Session, { readonly play: Play<unknown>; readonly question: Question }>();

/** The question on which a talk stands. */
export function questionOf<F>(play: Play<F>, session: Session): Question {
  const before = known.get(session);
  if (before && isSamePlay(before.play, play as Play<unknown>)) return before.question;
  const question = makeQuestion(play, session);
  known.set(session, { play: play as Play<unknown>, question });
  return question;
}

function makeQuestion<F>(play: Play<F>, session: Session): Question {
  const step = findStep(play, session.step);
  if (!step) throw new Error(`Flow ${play.flow.id} has no step "${session.step}"; settle the session first.`);
  const { light } = play.flow;
  const head = {
    flow: play.flow.id,
    talk: session.talk,
    part: 'ask',
    values: {},
    chosen: [],
    controls: [],
    review: [],
    seal: '',
    light,
  };
  if (session.leaving) {
    return { ...head, step: LEAVE, kind: 'leave', options: LEAVE_OPTIONS.map((id) => ({ id })) };
  }
  const context = contextOf(play, session.answers);
  const asking = step.ask(context, session.draft);
  return {
    ...head,
    step: step.id,
    kind: step.kind,
    part: asking.part ?? 'ask',
    ...(asking.name ? { name: asking.name } : {}),
    options: asking.options ?? [],
    chosen: asking.chosen ?? [],
    controls: controlsFor(play, session, step, asking),
    ...(asking.takes ? { takes: asking.takes } : {}),
    seal: asking.confirms === undefined ? '' : sealOf(asking.confirms),
    values: { ...step.values?.(context), ...asking.values },
    review: step.review ? reviewOf(play, session, step) : [],
  };
}

function controlsFor<F>(play: Play<F>, session: Session, step: FlowStep<F>, asking: Asking): readonly Control[] {
  const inside = session.draft !== undefined && step.inside?.(session.draft) !== undefined;
  const answered = isAnswered(step, contextOf(play, session.answers));
  const kept = answered && session.answers[step.id] !== null;
  const offered: Record<Control, boolean> = {
    '~done': asking.done ?? false,
    '~keep': kept && session.draft === undefined,
    '~skip': (step.optional ?? false) && !kept && session.draft === undefined,
    '~back': inside || stepBefore(play, session) !== undefined,
    '~leave': true,
  };
  return CONTROLS.filter((control) => offered[control]);
}

function reviewOf<F>(play: Play<F>, session: Session, step: FlowStep<F>): readonly AnswerLine[] {
  return relevantSteps(play, session.answers)
    .filter((s) => s.id !== step.id && s.reviewed !== false && isSaid(s, session.answers[s.id]))
    .map((s) => lineOf(play, session.answers, s));
}

/** A choice that was passed over says nothing; no photos is news. */
function isSaid<F>({ kind }: FlowStep<F>, answer: unknown): boolean {
  return answer !== undefined && !(answer === null && kind === 'choice');
}

export function lineOf<F>(play: Play<F>, answers: Session['answers'], step: FlowStep<F>): AnswerLine {
  const context = contextOf(play, answers);
  const named = step.named?.(answers[step.id], context);
  const { options = [] } = named ? { options: [named] } : step.ask(context, undefined);
  return { step: step.id, kind: step.kind, answer: answers[step.id], options };
}

/** A short mark of a value (FNV-1a); equal values have equal marks. Whoever forges one only confirms what they see anyway. */
function sealOf(value: unknown): string {
  let hash = 0x811c9dc5;
  const text = JSON.stringify(value);
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36).slice(-5);
}
