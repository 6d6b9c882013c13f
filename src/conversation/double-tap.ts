import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Inbound } from '../channels/channel.ts';
import type { Question } from '../engine/question.ts';
import { readButton } from '../notify/button.ts';
import type { Talks } from '../people/person-store.ts';
import { talkOf } from './talk-list.ts';
import type { TurnContext } from './turn-context.ts';

/** A repeat within this time is ignored as accidental, ms. */
const DOUBLE_TAP_MS = 3000;

/** True if the button that just led on was tapped again. */
export function isDoubleTap({ content }: Inbound, { person, now }: TurnContext): boolean {
  const { tap } = person.talks;
  return content.type === 'choice' && tap?.id === tapId(content.id) && now - tap.at < DOUBLE_TAP_MS;
}

/** Records a tap that led on. A tick may be tapped twice on purpose, so it is not recorded. */
export function withTap(
  { content }: Inbound,
  asked: Question | undefined,
  talks: Talks,
  { person, now }: TurnContext,
): Talks {
  const before = person.talks.active;
  const after = talks.active;
  const tapped = content.type === 'choice' ? readButton(content.id) : undefined;
  // Inside a question of several parts, two taps on "back" go back twice.
  const back = tapped?.type === 'answer' && tapped.option === '~back';
  const inParts = !back && asked?.inParts === true;
  const further = inParts && JSON.stringify(after?.draft) !== JSON.stringify(before?.draft);
  const led = further || after?.step !== before?.step || after?.talk !== before?.talk;
  const { tap: earlier, ...rest } = talks;
  if (content.type === 'choice' && led) return { ...rest, tap: { id: tapId(content.id), at: now } };
  return earlier ? rest : talks;
}

/** The stored id of a tap: for a private answer, a digest that only this process can compute. */
function tapId(id: string): string {
  const button = readButton(id);
  if (button?.type !== 'answer' || !talkOf(button.flow)?.privateAnswers) return id;
  return createHmac('sha256', SECRET).update(id).digest('base64url').slice(0, 16);
}

const SECRET = createSecretKey(randomBytes(32));
