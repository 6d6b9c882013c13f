import type { Invariants } from '../store/invariants.ts';
import { atOnce } from '../store/invariants.ts';

/** I4: every message that waits has its text, and every chat with a message waits in a lane or is claimed: exactly one. */
export const outboxHolds: Invariants = async (store) => {
  const { keys } = store;
  const [members = [], texts = [], ...places] = (await atOnce(store, [
    ['zrange', keys.outboxQueue, '0', '-1'],
    ['hkeys', keys.outbox],
    ...[keys.outboxReady, keys.outboxBulk, keys.outboxClaims].map((key) => ['zrange', key, '0', '-1']),
  ])) as string[][];
  const bodies = new Set(texts);
  const placed = places.flat();
  const chats = new Set(members.map((member) => member.slice(0, member.lastIndexOf('|'))));
  return [
    ...members.filter((member) => !bodies.has(member)).map((member) => `${member}: queued without a text`),
    ...[...bodies]
      .filter((member) => !members.includes(member))
      .map((member) => `${member}: a text that is not queued`),
    ...[...chats]
      .filter((urn) => placed.filter((p) => p === urn).length !== 1)
      .map((urn) => `${urn}: waits in ${placed.filter((p) => p === urn).length} places`),
    ...placed.filter((urn) => !chats.has(urn)).map((urn) => `${urn}: waits without a message`),
  ];
};
