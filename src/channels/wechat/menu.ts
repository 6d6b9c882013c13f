import type { BotCommands } from '../channel.ts';

/** Names of entries, bytes: WeChat's limits. */
const [TOP_MAX_BYTES, SUB_MAX_BYTES] = [16, 60];
const GROUP_MAX = 5;

/** A page that an entry opens. */
type Page = { readonly name: string; readonly url: string };
type Click = { readonly type: 'click'; readonly name: string; readonly key: string };

/** The menu below the chat, made of the bot's commands: the first alone, the others in two groups. `page`: heads the second. */
export function accountMenu(
  commands: BotCommands,
  { more, other }: { readonly more: string; readonly other: string },
  page?: Page,
): { readonly button: readonly object[] } {
  const [first, ...rest] = Object.values(commands)[0] ?? [];
  const click = (max: number, { command, description }: { command: string; description: string }): Click => ({
    type: 'click',
    name: cut(description, max),
    key: `/${command}`,
  });
  const entries = rest.map((entry) => click(SUB_MAX_BYTES, entry));
  const second = [...(page ? [{ type: 'view', ...page }] : []), ...entries.slice(GROUP_MAX)].slice(0, GROUP_MAX);
  const groups = [
    { name: more, sub_button: entries.slice(0, GROUP_MAX) },
    { name: other, sub_button: second },
  ].filter(({ sub_button }) => sub_button.length > 0);
  return { button: [...(first ? [click(TOP_MAX_BYTES, first)] : []), ...groups] };
}

function cut(text: string, maxBytes: number): string {
  const letters = [...text];
  while (Buffer.byteLength(letters.join('')) > maxBytes) letters.pop();
  return letters.join('');
}
