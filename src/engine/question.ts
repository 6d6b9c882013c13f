import type { FlowStep } from './flow.ts';
import { lastFew } from './last-few.ts';
import type { FlowRun } from './path.ts';
import { contextOf, findStep, isAnswered, isOptional, isSameRun, relevantSteps, stepBefore } from './path.ts';
import type { Session } from './session.ts';
import type { Asking, Names, Option, StepKind } from './step.ts';

/** Buttons that move in a flow and are no answers. Their ids start with a tilde; option ids never do. */
export const CONTROLS = ['~done', '~keep', '~skip', '~back', '~leave'] as const;
export type Control = (typeof CONTROLS)[number];

export function isControl(option: string): option is Control {
  return (CONTROLS as readonly string[]).includes(option);
}

/** Step id and options of the question "keep it for later, or drop it?". */
export const LEAVE = '~leave';
export const LEAVE_OPTIONS = ['later', 'drop', 'stay'] as const;

/** A question to ask, free of any language. */
export type Question = {
  readonly flow: string;
  readonly talk: string;
  readonly step: string;
  readonly kind: StepKind | 'leave';
  readonly part: string;
  /** The question's text where it is data and not in locales. */
  readonly name?: Names;
  readonly options: readonly Option[];
  readonly chosen: readonly string[];
  readonly controls: readonly Control[];
  readonly takes?: 'location' | 'contact';
  /** Typed words are the answer here. */
  readonly takesWords: boolean;
  /** Photos belong to this talk: one of its questions asks for them. */
  readonly takesPhotos: boolean;
  /** The step itself looks typed names up. */
  readonly searches: boolean;
  /** The step asks in several parts, each with its own buttons. */
  readonly inParts: boolean;
  /** Hash that ties buttons to the value they confirm; '' where that value cannot change. */
  readonly seal: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly review: readonly AnswerLine[];
  /** A light flow is closed without a question. */
  readonly light: boolean;
};

/** An answer with the data needed to word it. */
export type AnswerLine = {
  readonly step: string;
  readonly kind: StepKind;
  /** Null if it is not filled in. */
  readonly answer: unknown;
  readonly options: readonly Option[];
  /** Values of the step's wording. */
  readonly values: Readonly<Record<string, unknown>>;
};

/** One turn needs the current question twice: before it reads the input, and to check a tap. */
const CACHE = lastFew<Session, { readonly run: FlowRun<unknown>; readonly question: Question }>();

/** The current question of a session. */
export function questionOf<F>(run: FlowRun<F>, session: Session): Question {
  const cached = CACHE.get(session);
  if (cached && isSameRun(cached.run, run as FlowRun<unknown>)) return cached.question;
  const question = makeQuestion(run, session);
  CACHE.set(session, { run: run as FlowRun<unknown>, question });
  return question;
}

function makeQuestion<F>(run: FlowRun<F>, session: Session): Question {
  const step = findStep(run, session.step);
  if (!step) throw new Error(`Flow ${run.flow.id} has no step "${session.step}"; settle the session first.`);
  const { light } = run.flow;
  const head = {
    flow: run.flow.id,
    talk: session.talk,
    part: 'ask',
    values: {},
    chosen: [],
    controls: [],
    review: [],
    takesWords: false,
    takesPhotos: relevantSteps(run, session.answers).some(({ kind }) => kind === 'photos'),
    searches: false,
    inParts: false,
    seal: '',
    light,
  };
  if (session.leaving) {
    return { ...head, step: LEAVE, kind: 'leave', options: LEAVE_OPTIONS.map((id) => ({ id })) };
  }
  const context = contextOf(run, session.answers);
  const asking = step.ask(context, session.draft);
  let seal: string | undefined;
  return {
    ...head,
    step: step.id,
    kind: step.kind,
    part: asking.part ?? 'ask',
    ...(asking.name ? { name: asking.name } : {}),
    options: asking.options ?? [],
    chosen: asking.chosen ?? [],
    controls: controlsFor(run, session, step, asking),
    ...(asking.takes ? { takes: asking.takes } : {}),
    takesWords: asking.takesWords ?? false,
    searches: asking.searches ?? false,
    inParts: step.backInside !== undefined,
    values: { ...step.values?.(context), ...asking.values },
    review: step.review ? reviewOf(run, session, step) : [],
    // Most inputs of a turn look at no button.
    get seal() {
      seal ??= asking.confirms === undefined ? '' : sealOf(asking.confirms);
      return seal;
    },
  };
}

function controlsFor<F>(run: FlowRun<F>, session: Session, step: FlowStep<F>, asking: Asking): readonly Control[] {
  const inside = session.draft !== undefined && step.backInside?.(session.draft) !== undefined;
  const context = contextOf(run, session.answers);
  const answered = isAnswered(step, context);
  const kept = answered && session.answers[step.id] !== null;
  const offered: Record<Control, boolean> = {
    '~done': asking.done ?? false,
    '~keep': kept && session.draft === undefined,
    '~skip': isOptional(step, context) && !kept && session.draft === undefined,
    '~back': inside || stepBefore(run, session) !== undefined,
    '~leave': true,
  };
  return CONTROLS.filter((control) => offered[control]);
}

function reviewOf<F>(run: FlowRun<F>, session: Session, step: FlowStep<F>): readonly AnswerLine[] {
  return relevantSteps(run, session.answers)
    .filter((s) => s.id !== step.id && s.reviewed !== false && isReviewed(s, session.answers[s.id]))
    .map((s) => lineOf(run, session.answers, s));
}

/** Lists an empty answer if the card can add it. Leaves out other skipped choices. */
function isReviewed<F>({ kind, offered }: FlowStep<F>, answer: unknown): boolean {
  return offered !== undefined || (answer !== undefined && !(answer === null && kind === 'choice'));
}

/** Builds the line that words a step's answer. */
export function lineOf<F>(run: FlowRun<F>, answers: Session['answers'], step: FlowStep<F>): AnswerLine {
  const context = contextOf(run, answers);
  const own = step.optionOfAnswer?.(answers[step.id], context);
  const { options = [] } = own ? { options: [own] } : step.ask(context, undefined);
  const values = step.values?.(context) ?? {};
  return { step: step.id, kind: step.kind, answer: answers[step.id] ?? null, options, values };
}

/** Short hash of a value (FNV-1a). A forged seal gains nothing: it only confirms the value on the person's screen. */
function sealOf(value: unknown): string {
  let hash = 0x811c9dc5;
  const text = JSON.stringify(value);
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36).slice(-5);
}
