import type { LocalizedMessage } from '../delivery/outcome.ts';
import { open } from '../engine/advance.ts';
import type { Advance, Finished } from '../engine/advance-result.ts';
import { flowKey } from '../notify/reader.ts';
import { buttonChoice } from '../notify/render-message.ts';
import type { Talk } from '../people/talk.ts';
import type { Reply } from './reply.ts';
import { talkOf } from './talk-list.ts';

/** Adds the result of a step to the reply: the next question, a pause, the outcome, or the end. */
export function showResult(result: Advance, talk: Talk, reply: Reply): void {
  const { active: _over, ...rest } = reply.talks;
  switch (result.type) {
    case 'asked':
      reply.setTalks({ ...rest, active: result.session });
      if (!result.quiet) reply.ask(result);
      return;
    case 'paused': {
      reply.setTalks({ ...rest, active: result.session });
      reply.pauseActive();
      const { say } = reply.reader;
      const goOn = buttonChoice({ type: 'resume', talk: result.session.talk }, say('common:resume'));
      reply.closeTapped();
      reply.sayWithButtons(say('common:paused'), [[goOn]]);
      return;
    }
    case 'finished':
      reply.setTalks(rest);
      reply.closeTapped();
      if (finish(result, talk, reply)) return;
      break;
    case 'ended':
      reply.setTalks(rest);
      reply.closeTapped();
      reply.say((result.how === 'dropped' && dropAnswers(talk, reply)) || { key: endKey(result, talk) });
      break;
  }
  reply.remind();
}

/** Drops the answers that lie outside the session. Returns what is said instead of “all is deleted”. */
export function dropAnswers(talk: Talk, reply: Reply): LocalizedMessage | undefined {
  const dropped = talk.privateAnswers?.drop(reply.finishContextOf(talk));
  if (dropped) reply.change(dropped);
  return dropped?.says;
}

function endKey({ how, step }: Extract<Advance, { type: 'ended' }>, { flow }: Talk) {
  switch (how) {
    case 'declined':
      return flowKey(flow.id, `${step}.declined`);
    case 'expired':
      return 'common:menu';
    case 'dropped':
      return flow.light ? 'common:closed' : 'common:dropped';
  }
}

/** True if another talk opens. */
function finish({ answers, given }: Finished, talk: Talk, reply: Reply): boolean {
  const closed = talk.guardsEnd && talk.closed?.(reply.factsOf(talk), reply.context.now);
  if (closed) {
    reply.note(`refused:${talk.flow.id}`);
    reply.say(closed);
    return false;
  }
  reply.finish(talk.flow.id, answers);
  const outcome = talk.finish(answers, { ...reply.finishContextOf(talk), given });
  reply.change(outcome);
  // The audit must not show who answered, declined or left a survey.
  reply.note(talk.privateAnswers ? `seen:${talk.flow.id}` : outcome.outcome);
  if (outcome.contact) reply.learn(outcome.contact);
  if (outcome.pauses) reply.bring(outcome.pauses);
  if (outcome.forgets) reply.forget();
  for (const said of outcome.says) reply.say(said);
  reply.tell(outcome.tells ?? []);
  const next = outcome.goesOn && talkOf(outcome.goesOn.flow);
  if (!next || !outcome.goesOn) return false;
  const { now, talkId } = reply.context;
  showResult(open(next.flow, talkId, outcome.goesOn.facts, now, outcome.goesOn), next, reply);
  return true;
}

/** Ends a talk that has closed since it was opened, such as a survey. False if it is still open. */
export function closedWhileOpen(talk: Talk, reply: Reply): boolean {
  const closed = talk.privateAnswers && talk.closed?.(reply.factsOf(talk), reply.context.now);
  if (!closed) return false;
  const { active, ...rest } = reply.talks;
  reply.setTalks(active && active.flow !== talk.flow.id ? reply.talks : rest);
  reply.say(closed);
  return true;
}
