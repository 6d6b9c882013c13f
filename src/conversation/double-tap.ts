import { createHmac, randomBytes } from 'node:crypto';
import type { Inbound } from '../channels/channel.ts';
import type { Question } from '../engine/question.ts';
import { readButton } from '../notify/button.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';

/** How soon the same button tapped once more is a trembling finger and not a wish. */
const DOUBLE_TAP_MS = 3000;

/** The button that just led on, tapped again: nothing needs to be done or said. */
export function isDoubleTap({ content }: Inbound, { person, now }: TurnContext): boolean {
  const { tap } = person.talks;
  return content.type === 'choice' && tap?.id === tapId(content.id) && now - tap.at < DOUBLE_TAP_MS;
}

/** Keeps a tap that led on. A tick that can be taken back is tapped twice on purpose. */
export function rememberTap(
  { content }: Inbound,
  asked: Question | undefined,
  decision: Decision,
  context: TurnContext,
): void {
  const before = context.person.talks.active;
  const tapped = content.type === 'choice' ? readButton(content.id) : undefined;
  // Back, inside a question that asks in parts, may be meant twice.
  const back = tapped?.type === 'answer' && tapped.option === '~back';
  const inParts = !back && (asked?.kind === 'tree' || asked?.kind === 'place');
  const further = inParts && JSON.stringify(decision.talks.active?.draft) !== JSON.stringify(before?.draft);
  const led = further || decision.talks.active?.step !== before?.step || decision.talks.active?.talk !== before?.talk;
  const { tap: earlier, ...talks } = decision.talks;
  if (content.type === 'choice' && led) decision.talks = { ...talks, tap: { id: tapId(content.id), at: context.now } };
  else if (earlier) decision.talks = talks;
}

/** What of a tap is remembered: of one whose answer does not lie with the person, a digest that only this process can make. */
function tapId(id: string): string {
  const button = readButton(id);
  if (button?.type !== 'answer' || !talkOf(button.flow)?.privateAnswers) return id;
  return createHmac('sha256', SECRET).update(id).digest('base64url').slice(0, 16);
}

const SECRET = randomBytes(32);
