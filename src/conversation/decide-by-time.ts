import { whatTimeDoes } from '../people/contact.ts';
import { beginning } from './decide.ts';
import { dropExpired } from './play.ts';
import type { Decision, Scene } from './scene.ts';
import { factsOf } from './scene.ts';
import { saySimply } from './show.ts';
import { talkOf } from './talks.ts';

/** The notice about talks that were left alone too long, when nobody writes. */
export function decideExpiry(scene: Scene): Decision {
  const decision = beginning(scene);
  dropExpired(decision, scene);
  return decision;
}

/** The flow by which a person is forgotten. */
export const FORGET = 'forget-me';

/** What time does to a person now. */
export function decideKeeping(scene: Scene): Decision {
  const decision = beginning(scene);
  switch (whatTimeDoes(decision.contact, scene.now)) {
    case 'nothing':
      break;
    case 'place_goes': {
      const { lastPlace: _over, ...contact } = decision.contact;
      decision.contact = contact;
      break;
    }
    case 'asked':
      // A year without a word: do they still want to be kept? Any answer means yes.
      decision.contact = { ...decision.contact, askedToStay: scene.now };
      saySimply({ key: 'common:still_there' }, decision, scene);
      break;
    case 'forgotten':
      return decideForgetting(scene);
  }
  return decision;
}

/** Nobody answered: the person is forgotten as if they had asked for it, without a message. */
function decideForgetting(scene: Scene): Decision {
  const decision = beginning(scene);
  const talk = talkOf(FORGET);
  if (!talk) throw new Error('There is no talk by which a person is forgotten.');
  const facts = factsOf(talk, scene);
  const finishing = {
    store: scene.store,
    person: scene.person.urn,
    contact: decision.contact,
    facts,
    given: {},
    now: scene.now,
    random: scene.random,
  };
  const { checks, writes } = talk.finish({ sure: true, really: true }, finishing);
  decision.checks.push(...checks);
  decision.writes.push(...writes);
  decision.audit.push('person_forgotten_after_silence');
  decision.forgets = true;
  return decision;
}
