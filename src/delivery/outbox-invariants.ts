import type { Invariants } from '../store/invariants.ts';
import { asking } from '../store/store.ts';

/** I4: every message that waits has its text, and every chat with a message waits in a lane or is claimed: exactly one. */
export const outboxHolds: Invariants = async (store) => {
  const { redis, keys } = store;
  const members = await asking(redis.zrange(keys.outboxQueue, '0', '-1'));
  const bodies = new Set(await asking(redis.hkeys(keys.outbox)));
  const lists = [keys.outboxReady, keys.outboxBulk, keys.outboxClaims];
  const [ready = [], bulk = [], claims = []] = await asking(
    Promise.all(lists.map((key) => redis.zrange(key, '0', '-1'))),
  );
  const chats = new Set(members.map((member) => member.slice(0, member.lastIndexOf('|'))));
  const placed = [...ready, ...bulk, ...claims];
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
