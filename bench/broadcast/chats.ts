/** Returns the chat ids of an audience. */
export function chatsOf(count: number, first = 7_000_000_000): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Sends to all chats with this number of sends in flight. */
export async function sendInFlight(
  count: number,
  chats: readonly number[],
  send: (chat: number) => Promise<unknown>,
): Promise<void> {
  const list = chats.values();
  const sender = async () => {
    for (const chat of list) await send(chat);
  };
  await Promise.all(Array.from({ length: count }, sender));
}
