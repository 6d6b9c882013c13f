import type { BotCommands } from '../channel.ts';

/** Names of entries, bytes: WeChat's limits. */
const [TOP_MAX_BYTES, SUB_MAX_BYTES] = [16, 60];
const GROUP_MAX = 5;

type Click = { readonly type: 'click'; readonly name: string; readonly key: string };

/** The menu below the chat, made of the bot's commands: the first alone, the others in two groups. */
export function accountMenu(
  commands: BotCommands,
  { more, other }: { readonly more: string; readonly other: string },
): { readonly button: readonly object[] } {
  const [first, ...rest] = Object.values(commands)[0] ?? [];
  const click = (max: number, { command, description }: { command: string; description: string }): Click => ({
    type: 'click',
    name: cut(description, max),
    key: `/${command}`,
  });
  const groups = [rest.slice(0, GROUP_MAX), rest.slice(GROUP_MAX, 2 * GROUP_MAX)].flatMap((entries, i) =>
    entries.length === 0
      ? []
      : [{ name: i === 0 ? more : other, sub_button: entries.map((entry) => click(SUB_MAX_BYTES, entry)) }],
  );
  return { button: [...(first ? [click(TOP_MAX_BYTES, first)] : []), ...groups] };
}

function cut(text: string, maxBytes: number): string {
  const letters = [...text];
  while (Buffer.byteLength(letters.join('')) > maxBytes) letters.pop();
  return letters.join('');
}
