import type { Session } from '../engine/session.ts';
import type { Person, Talks } from '../people/person-store.ts';
import type { Apart } from '../people/talk.ts';
import type { Decision, Scene } from './scene.ts';
import { factsOf } from './scene.ts';
import { changeBy, finishingOf } from './show.ts';
import { talkOf } from './talks.ts';

/** The person with the answers that do not lie with them, as far as they were loaded for this turn. */
export function withApart(scene: Scene): Scene {
  const { person } = scene;
  if (!allOf(person.talks).some(({ flow }) => talkOf(flow)?.apart)) return scene;
  const whole = (session: Session): Session => {
    const talk = talkOf(session.flow);
    if (!talk?.apart || !scene.loaded.has(session.flow)) return session;
    const { answers, draft, step } = talk.apart.read(factsOf(talk, scene));
    const known = { ...session, step: step || session.step, answers: { ...answers, ...session.answers } };
    return draft === undefined ? known : { ...known, draft };
  };
  return { ...scene, person: { ...person, talks: mapped(person.talks, whole) } };
}

/** Takes the answers that do not lie with the person out of their talks again, and writes them where they belong. */
export function putApart(decision: Decision, scene: Scene): Decision {
  decision.talks = mapped(decision.talks, (session) => {
    const talk = talkOf(session.flow);
    // What was not loaded was not touched, and lies apart already.
    if (!talk?.apart || !scene.loaded.has(session.flow)) return session;
    const { answers, draft, step, ...rest } = session;
    if (isActive(session, decision))
      changeBy(talk.apart.write({ answers, draft, step }, finishingOf(talk, decision, scene)), decision);
    return { ...rest, step: '', answers: kept(talk.apart, answers) };
  });
  return decision;
}

function isActive(session: Session, { talks }: Decision): boolean {
  return talks.active === session || talks.paused.at(-1) === session;
}

function kept({ keeps }: Apart<unknown>, answers: Session['answers']): Session['answers'] {
  return Object.fromEntries(Object.entries(answers).filter(([name]) => keeps.includes(name)));
}

function allOf({ active, paused }: Talks): readonly Session[] {
  return active ? [...paused, active] : paused;
}

function mapped(talks: Person['talks'], change: (session: Session) => Session): Talks {
  const { active, paused } = talks;
  return { ...talks, ...(active ? { active: change(active) } : {}), paused: paused.map(change) };
}
