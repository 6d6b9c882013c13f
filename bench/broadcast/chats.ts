/** The chats of an audience. */
export function chatsOf(count: number, first = 7_000_000_000): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Hands each of the list to one of so many who send at the same time. */
export async function inFlight(
  many: number,
  chats: readonly number[],
  send: (chat: number) => Promise<unknown>,
): Promise<void> {
  const list = chats.values();
  const sender = async () => {
    for (const chat of list) await send(chat);
  };
  await Promise.all(Array.from({ length: many }, sender));
}
