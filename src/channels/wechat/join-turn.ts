import type { Outgoing } from '../channel.ts';

/**
 * Joins what one turn says into one text, the question last: messages are rationed. Files stay alone, and so do changes of
 * earlier messages where the channel can change one.
 */
export function joinTurn(messages: readonly Outgoing[], canEdit = false): readonly Outgoing[] {
  const joined: Outgoing[] = [];
  for (const message of canEdit ? messages : messages.map(withoutEdit)) {
    const last = joined.at(-1);
    if (last && !isAlone(last) && !isAlone(message)) joined[joined.length - 1] = together(last, message);
    else joined.push(message);
  }
  return joined;
}

function isAlone({ photo, voice, file, pin, edits }: Outgoing): boolean {
  return Boolean(photo || voice || file || pin || edits);
}

/** Nothing can be edited here. A question that would only get its answer noted leaves that note. */
function withoutEdit({ edits, closes: _closes, ...message }: Outgoing): Outgoing {
  if (edits === undefined || message.choices || message.menu) return message;
  const { marks: _marks, ...rest } = message;
  return { ...rest, text: noteOf(message.text) };
}

/** The last paragraph of a closed question: its noted answer. */
export function noteOf(text: string): string {
  return text.split('\n\n').at(-1) ?? '';
}

function together(first: Outgoing, second: Outgoing): Outgoing {
  const text = `${first.text}\n\n${second.text}`;
  const moved = second.marks?.map((mark) => ({ ...mark, offset: mark.offset + first.text.length + 2 })) ?? [];
  const choices = [...(first.choices ?? []), ...(second.choices ?? [])];
  const ledger = [...(first.ledger ?? []), ...(second.ledger ?? [])];
  return {
    ...first,
    ...second,
    text,
    marks: [...(first.marks ?? []), ...moved],
    ...(choices.length > 0 ? { choices } : {}),
    ...(ledger.length > 0 ? { ledger } : {}),
    ...(first.apart || second.apart ? { apart: true } : {}),
  };
}
