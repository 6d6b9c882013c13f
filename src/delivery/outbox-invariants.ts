import type { InvariantCheck } from '../store/records/invariants.ts';
import { readAtomically } from '../store/records/invariants.ts';

/** I4: a chat with messages is in exactly one place, a lane or a claim, and its queue is well-formed. */
export const outboxHolds: InvariantCheck = async (store) => {
  const { keys } = store;
  const [queued, ...places] = (await readAtomically(store, [
    ['hgetall', keys.outbox],
    ...[keys.outboxReady, keys.outboxBulk].map((key) => ['zrange', key, '0', '-1']),
    ['hkeys', keys.outboxClaims],
  ])) as [Record<string, string>, ...string[][]];
  const queues = new Map(Object.entries(queued));
  const placed = places.flat();
  return [
    ...[...queues].flatMap(([urn, queue]) => (isWhole(queue) ? [] : [`${urn}: its queue is torn`])),
    ...[...queues.keys()]
      .filter((urn) => placed.filter((p) => p === urn).length !== 1)
      .map((urn) => `${urn}: waits in ${placed.filter((p) => p === urn).length} places`),
    ...placed.filter((urn) => !queues.has(urn)).map((urn) => `${urn}: waits without a message`),
  ];
};

/** Parses a queue as outbox-lua.ts writes it: lane, number, tries, length (bytes), then the message. */
function isWhole(queue: string): boolean {
  let bytes = Buffer.from(queue);
  while (bytes.length > 0) {
    const [head = '', length] = /^[rb]\d+ \d+ (\d+) /.exec(bytes.toString('latin1', 0, 60)) ?? [];
    const end = head.length + Number(length);
    if (!(end <= bytes.length)) return false;
    bytes = bytes.subarray(end);
  }
  return queue !== '';
}
