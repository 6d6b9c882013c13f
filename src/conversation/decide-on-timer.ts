import { newContact, retentionAction } from '../people/contact.ts';
import { Reply } from './reply.ts';
import { dropExpired } from './talk-control.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';
import { languageOf } from './turn-context.ts';

/** Decides the notice about expired talks of a person who does not write. */
export function decideExpiry(context: TurnContext): Decision {
  const reply = replyTo(context);
  dropExpired(reply);
  return reply.decision();
}

/** The flow by which a person is forgotten. */
export const FORGET = 'forget-me';

/** Decides which retention step is due for a person. */
export function decideKeeping(context: TurnContext): Decision {
  const reply = replyTo(context);
  switch (retentionAction(reply.contact, context.now)) {
    case 'nothing':
      break;
    case 'place_goes': {
      const { lastPlace: _over, ...contact } = reply.contact;
      reply.learn(contact);
      break;
    }
    case 'asked':
      // After a silent year the person is asked; any answer means that the record stays.
      reply.learn({ ...reply.contact, askedToStay: context.now });
      reply.say({ key: 'common:still_there' });
      break;
    case 'forgotten':
      forget(reply);
      break;
  }
  return reply.decision();
}

/** Forgets a silent person as `/forget` does, without a message. */
function forget(reply: Reply): void {
  const talk = talkOf(FORGET);
  if (!talk) throw new Error(`The flow ${FORGET} is missing: add its talk to TALKS in talk-list.ts.`);
  reply.change(talk.finish({ sure: true, really: true }, reply.finishContextOf(talk)));
  reply.note('person_forgotten_after_silence');
  reply.forget();
}

function replyTo(context: TurnContext): Reply {
  return new Reply(context, context.person.contact ?? newContact(languageOf(context, undefined), context.now));
}
