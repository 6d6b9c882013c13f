import { whatTimeDoes } from '../people/contact.ts';
import { beginning } from './decide.ts';
import { sayMessage } from './reply.ts';
import { dropExpired } from './talk-control.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';
import { factsOf } from './turn-context.ts';

/** The notice about talks that were left alone too long, when nobody writes. */
export function decideExpiry(context: TurnContext): Decision {
  const decision = beginning(context);
  dropExpired(decision, context);
  return decision;
}

/** The flow by which a person is forgotten. */
export const FORGET = 'forget-me';

/** What time does to a person now. */
export function decideKeeping(context: TurnContext): Decision {
  const decision = beginning(context);
  switch (whatTimeDoes(decision.contact, context.now)) {
    case 'nothing':
      break;
    case 'place_goes': {
      const { lastPlace: _over, ...contact } = decision.contact;
      decision.contact = contact;
      break;
    }
    case 'asked':
      // A year without a word: do they still want to be kept? Any answer means yes.
      decision.contact = { ...decision.contact, askedToStay: context.now };
      sayMessage({ key: 'common:still_there' }, decision, context);
      break;
    case 'forgotten':
      return decideForgetting(context);
  }
  return decision;
}

/** Nobody answered: the person is forgotten as if they had asked for it, without a message. */
function decideForgetting(context: TurnContext): Decision {
  const decision = beginning(context);
  const talk = talkOf(FORGET);
  if (!talk) throw new Error('There is no talk by which a person is forgotten.');
  const facts = factsOf(talk, context);
  const finishing = {
    store: context.store,
    person: context.person.urn,
    contact: decision.contact,
    facts,
    given: {},
    now: context.now,
    random: context.random,
  };
  const { checks, writes } = talk.finish({ sure: true, really: true }, finishing);
  decision.checks.push(...checks);
  decision.writes.push(...writes);
  decision.audit.push('person_forgotten_after_silence');
  decision.forgets = true;
  return decision;
}
