import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Inbound } from '../channels/channel.ts';
import type { Question } from '../engine/question.ts';
import { readButton } from '../notify/button.ts';
import type { Talks } from '../people/person-store.ts';
import { talkOf } from './talk-list.ts';
import type { TurnContext } from './turn-context.ts';

/** A repeat within this time is ignored as accidental, ms. */
const DOUBLE_TAP_MS = 3000;

/** True if the button that just led on was tapped again, or the entry of the menu that just opened a talk. */
export function isDoubleTap({ content }: Inbound, context: TurnContext): boolean {
  const { tap } = context.person.talks;
  return tap !== undefined && tap.id === tapId(content, context) && context.now - tap.at < DOUBLE_TAP_MS;
}

/** Records a tap that led on, or a text that opened a talk. A tick may be tapped twice on purpose, so it is not recorded. */
export function withTap({ content }: Inbound, asked: Question | undefined, talks: Talks, context: TurnContext): Talks {
  const { person, now } = context;
  const before = person.talks.active;
  const after = talks.active;
  const tapped = content.type === 'choice' ? readButton(content.id) : undefined;
  // Inside a question of several parts, two taps on "back" go back twice.
  const back = tapped?.type === 'answer' && tapped.option === '~back';
  const inParts = !back && asked?.inParts === true;
  const further = inParts && JSON.stringify(after?.draft) !== JSON.stringify(before?.draft);
  const led = further || after?.step !== before?.step || after?.talk !== before?.talk;
  // A list that is opened again shows what is new.
  const opened = content.type === 'text' && after && after.talk !== before?.talk && !talkOf(after.flow)?.flow.light;
  const id = opened || (content.type === 'choice' && led) ? tapId(content, context) : undefined;
  const { tap: earlier, ...rest } = talks;
  if (id) return { ...rest, tap: { id, at: now } };
  return earlier ? rest : talks;
}

/** The stored id of a tap. Words are kept as a digest of the city; a private answer as one that only this process can compute. */
function tapId(content: Inbound['content'], { person, store }: TurnContext): string | undefined {
  // The same words at another place of the person are no second tap.
  if (content.type === 'text') return store.pseudonym(`${person.address}/${content.text}`);
  if (content.type !== 'choice') return undefined;
  const button = readButton(content.id);
  if (button?.type !== 'answer' || !talkOf(button.flow)?.privateAnswers) return content.id;
  return createHmac('sha256', SECRET).update(content.id).digest('base64url').slice(0, 16);
}

const SECRET = createSecretKey(randomBytes(32));
