import type { ApiAnswer } from '../tencent/api-calls.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { fieldsIn, textIn } from '../tencent/platform-json.ts';
import type { WecomApp } from './app.ts';
import { refuse } from './errors.ts';
import { readCard } from './read-card.ts';
import { takeResponseCode } from './response-codes.ts';
import type { WecomWorld } from './world.ts';

type Parts = { readonly app: WecomApp; readonly world: WecomWorld };

/** Replaces a card, or its buttons by words, on the phones of members: once for each code. */
export function updateCard(body: Fields, { app, world }: Parts): ApiAnswer {
  if (body.agentid !== app.agentid) throw refuse(301002);
  const named = Array.isArray(body.userids) ? body.userids.filter((id) => typeof id === 'string') : [];
  if (named.length === 0 && body.atall !== 1) throw refuse(40035, ' userids');
  const closed = textIn(fieldsIn(body, 'button'), 'replace_name');
  const replacement = closed === '' ? readCard(fieldsIn(body, 'template_card')) : undefined;
  const { messages } = takeResponseCode(textIn(body, 'response_code'), world);
  const members = body.atall === 1 ? Object.keys(messages) : named;
  const invaliduser = members.filter((id) => !update(messages[id], closed, replacement, world));
  return { json: { errcode: 0, errmsg: 'ok', invaliduser } };
}

function update(
  message: number | undefined,
  closed: string,
  replacement: ReturnType<typeof readCard> | undefined,
  { messages }: WecomWorld,
): boolean {
  const before = messages.get(String(message));
  if (!before?.card) return false;
  const { taskId = '' } = before.card;
  const card = replacement ? { ...replacement, taskId } : { ...before.card, closed };
  messages.put(String(message), { ...before, card, edits: before.edits + 1 });
  return true;
}
