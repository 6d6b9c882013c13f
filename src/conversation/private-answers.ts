import type { Session } from '../engine/session.ts';
import type { Person, Talks } from '../people/person-store.ts';
import type { PrivateAnswers } from '../people/talk.ts';
import { changeBy, finishingOf } from './reply.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';
import { factsOf } from './turn-context.ts';

/** The person with the answers that do not lie with them, as far as they were loaded for this turn. */
export function withPrivateAnswers(context: TurnContext): TurnContext {
  const { person } = context;
  if (!allOf(person.talks).some(({ flow }) => talkOf(flow)?.privateAnswers)) return context;
  const whole = (session: Session): Session => {
    const talk = talkOf(session.flow);
    if (!talk?.privateAnswers || !context.loaded.has(session.flow)) return session;
    const { answers, draft, step } = talk.privateAnswers.read(factsOf(talk, context));
    const known = { ...session, step: step || session.step, answers: { ...answers, ...session.answers } };
    return draft === undefined ? known : { ...known, draft };
  };
  return { ...context, person: { ...person, talks: mapped(person.talks, whole) } };
}

/** Takes the answers that do not lie with the person out of their talks again, and writes them where they belong. */
export function storePrivateAnswers(decision: Decision, context: TurnContext): Decision {
  decision.talks = mapped(decision.talks, (session) => {
    const talk = talkOf(session.flow);
    // What was not loaded was not touched, and lies apart already.
    if (!talk?.privateAnswers || !context.loaded.has(session.flow)) return session;
    const { answers, draft, step, ...rest } = session;
    if (isActive(session, decision))
      changeBy(talk.privateAnswers.write({ answers, draft, step }, finishingOf(talk, decision, context)), decision);
    return { ...rest, step: '', answers: kept(talk.privateAnswers, answers) };
  });
  return decision;
}

function isActive(session: Session, { talks }: Decision): boolean {
  return talks.active === session || talks.paused.at(-1) === session;
}

function kept({ keeps }: PrivateAnswers<unknown>, answers: Session['answers']): Session['answers'] {
  return Object.fromEntries(Object.entries(answers).filter(([name]) => keeps.includes(name)));
}

function allOf({ active, paused }: Talks): readonly Session[] {
  return active ? [...paused, active] : paused;
}

function mapped(talks: Person['talks'], change: (session: Session) => Session): Talks {
  const { active, paused } = talks;
  return { ...talks, ...(active ? { active: change(active) } : {}), paused: paused.map(change) };
}
