import { dayOf } from '../calendar.ts';
import type { Inbound } from '../channels/channel.ts';
import type { LocalizedMessage, Value } from '../delivery/outcome.ts';
import { lastFew } from '../engine/last-few.ts';
import type { Question } from '../engine/question.ts';
import type { Key } from '../i18n.ts';
import { readerOf } from '../notify/notify.ts';
import type { Contact } from '../people/contact.ts';
import { newContact } from '../people/contact.ts';
import { spokenFrom } from '../people/link/addresses.ts';
import type { Role } from '../people/role.ts';
import type { TalkPosition } from '../people/talk.ts';
import { answerOrMenu, oldButton } from './answer-input.ts';
import { isDoubleTap, withTap } from './double-tap.ts';
import type { Intent } from './intent/intent.ts';
import { readIntent } from './intent/read-intent.ts';
import { Reply, tappedQuestion } from './reply.ts';
import {
  dropExpired,
  dropTalk,
  openFresh,
  openTalk,
  resumeTalk,
  showAgain,
  takeLocation,
  takePhoto,
} from './talk-control.ts';
import { menuOfRoles, talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';
import { activeTalk, languageOf, questionNow, readerFor } from './turn-context.ts';

/** Lists the flows whose loads a decision needs, with the person's position in each. */
export function flowsNeeded(inbound: Inbound, context: TurnContext): ReadonlyMap<string, TalkPosition> {
  const { active, paused } = context.person.talks;
  const asked = questionNow(context);
  const intent = intentOf(inbound, context, asked);
  const needed = new Map<string, TalkPosition>();
  if (active) needed.set(active.flow, active);
  const known = intent.type === 'open' || intent.type === 'fresh' ? intent.known : undefined;
  // A button's own answers count even if the same flow is active.
  if ('flow' in intent && (known || intent.flow !== active?.flow)) {
    const waiting = paused.find(({ flow }) => flow === intent.flow);
    needed.set(intent.flow, waiting && !known ? waiting : { ...known, answers: known?.answers ?? {} });
  }
  if (intent.type === 'emergency' && intent.report) needed.set('report-hazard', { answers: intent.report });
  const resumed =
    intent.type === 'resume' || intent.type === 'drop' ? paused.find(({ talk }) => talk === intent.talk) : undefined;
  if (resumed) needed.set(resumed.flow, resumed);
  return needed;
}

/** Decides on one input of one person. Pure: the same context gives the same decision. */
export function decide(inbound: Inbound, context: TurnContext): Decision {
  const asked = questionNow(context);
  const reply = new Reply(context, contactAfter(inbound, context), tappedQuestion(inbound, asked, context));
  if (isDoubleTap(inbound, context)) return reply.decision();
  dropExpired(reply);
  route(intentOf(inbound, context, asked), inbound, asked, reply);
  reply.setTalks(withTap(inbound, asked, reply.talks, context));
  return reply.decision();
}

/** Notes the day of an input, never its hour. Any input answers the question whether to keep the record. */
function contactAfter(inbound: Inbound, context: TurnContext): Contact {
  const { person } = context;
  const known = person.contact ?? newContact(languageOf(context, inbound), context.now);
  const contact = spokenFrom(known, person.urn, person.address);
  const day = dayOf(context.now);
  if (contact.day === day && contact.askedToStay === undefined) return contact;
  const { askedToStay: _answered, ...rest } = contact;
  return { ...rest, day };
}

function route(intent: Intent, inbound: Inbound, asked: Question | undefined, reply: Reply): void {
  switch (intent.type) {
    case 'start':
      return start(reply);
    case 'help':
      reply.say(helpFor(reply.reader.roles));
      return showAgain(reply);
    case 'stop':
      reply.learn({ ...reply.contact, subscribed: false });
      reply.note('unsubscribed');
      reply.say({ key: 'common:stopped' });
      return showAgain(reply);
    case 'emergency':
      reply.say({ key: 'common:emergency' });
      return intent.report ? openTalk('report-hazard', reply, { answers: intent.report }) : showAgain(reply);
    case 'wrong_number':
      return reply.say({ key: 'common:wrong_number' });
    case 'thanks':
      return reply.say({ key: 'common:thanks' });
    case 'remark':
      reply.say({ key: `common:remarks.${intent.remark}` });
      return activeTalk(reply.context) ? showAgain(reply) : reply.remind();
    case 'open':
      return openTalk(intent.flow, reply, intent.known);
    case 'photo':
      return takePhoto(intent.photo, intent.flow, reply);
    case 'location':
      return takeLocation(intent.location, intent.flow, reply);
    case 'fresh':
      return talkOf(intent.flow) ? openFresh(intent.flow, reply, intent.known) : oldButton(reply);
    case 'resume':
      return resumeTalk(intent.talk, reply) ? undefined : oldButton(reply);
    case 'drop':
      return dropTalk(intent.talk, reply) ? undefined : oldButton(reply);
    case 'answer':
      return answerOrMenu(inbound, asked, reply);
  }
}

/** Residents read what they can do; organisers what their roles do. */
function helpFor(roles: readonly Role[]): LocalizedMessage {
  if (roles.length === 0) return { key: 'common:help' };
  const lines = roles.map((role): Value => {
    const values = { label: { key: `common:roles.${role}` }, answer: { key: `common:duties.${role}` } } as const;
    return { key: 'common:line', values };
  });
  const buttons = menuOfRoles(roles).map((id): Value => ({ key: `common:buttons.${id}` as Key }));
  return { key: 'common:help_staff', values: { lines: { list: lines }, buttons: { joined: buttons } } };
}

/** Greets; /start also subscribes again after /stop. */
function start(reply: Reply): void {
  const before = reply.context.person.contact;
  reply.learn({ ...reply.contact, subscribed: true });
  reply.pauseActive();
  const again = before?.subscribed === false ? 'common:subscribed_again' : 'common:welcome_back';
  reply.say({ key: before ? again : 'common:welcome' });
  reply.remind();
}

/** The intent of the input of a turn; the loads and the decision ask for it. */
const INTENTS = lastFew<TurnContext, { readonly asked: Question | undefined; readonly intent: Intent }>();

function intentOf(inbound: Inbound, context: TurnContext, asked: Question | undefined): Intent {
  const known = INTENTS.get(context);
  if (known && known.asked === asked) return known.intent;
  const intent = readIntentOf(inbound, context, asked);
  INTENTS.set(context, { asked, intent });
  return intent;
}

function readIntentOf(inbound: Inbound, context: TurnContext, asked: Question | undefined): Intent {
  const { person, now, city } = context;
  return readIntent(inbound.content, {
    reader: person.contact ? readerFor(context, person.contact) : readerOf(languageOf(context, inbound), context),
    asked,
    light: activeTalk(context)?.talk.flow.light ?? true,
    staff: (person.contact?.grants ?? []).length > 0,
    checks: (person.contact?.grants ?? []).length > 0 || person.volunteer !== undefined,
    forgets: context.forgets === true,
    waiting: person.talks.paused.findLast(({ expires }) => now <= expires),
    isHazard: (text) => city.categories.isNamedIn(text),
    isCertain: (text) => city.categories.certain(text) !== undefined,
  });
}
