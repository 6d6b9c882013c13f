import type { Session } from '../engine/session.ts';
import type { Talks } from '../people/person-store.ts';
import { mapTalks } from '../people/person-store.ts';
import type { PrivateAnswers } from '../people/talk.ts';
import type { Change } from '../store/records/versioned-record.ts';
import { joinChanges } from '../store/records/versioned-record.ts';
import { Reply } from './reply.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';
import { factsOf } from './turn-context.ts';

/** Puts loaded private answers into the person's sessions for this turn. */
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
  return { ...context, person: { ...person, talks: mapTalks(person.talks, whole) } };
}

/** Takes private answers out of the sessions again and writes them to their own place. */
export function storePrivateAnswers(decision: Decision, context: TurnContext): Decision {
  const reply = new Reply(context, decision.contact);
  const changes: Change[] = [];
  const talks = mapTalks(decision.talks, (session) => {
    const talk = talkOf(session.flow);
    // Answers that were not loaded are unchanged in their own place.
    if (!talk?.privateAnswers || !context.loaded.has(session.flow)) return session;
    // The seal would tell what was on the screen.
    const { answers, draft, step, seal: _seal, ...rest } = session;
    if (isLatest(session, decision.talks))
      changes.push(talk.privateAnswers.write({ answers, draft, step }, reply.finishContextOf(talk)));
    return { ...rest, step: '', answers: publicPart(talk.privateAnswers, answers) };
  });
  return { ...decision, talks, ...joinChanges([decision, ...changes]) };
}

/** Only the session that this turn played holds new answers. */
function isLatest(session: Session, { active, paused }: Talks): boolean {
  return active === session || paused.at(-1) === session;
}

function publicPart({ keeps }: PrivateAnswers<unknown>, answers: Session['answers']): Session['answers'] {
  return Object.fromEntries(Object.entries(answers).filter(([name]) => keeps.includes(name)));
}

function allOf({ active, paused }: Talks): readonly Session[] {
  return active ? [...paused, active] : paused;
}
