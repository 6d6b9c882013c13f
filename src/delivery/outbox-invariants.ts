import type { InvariantCheck } from '../store/invariants.ts';
import { atOnce } from '../store/invariants.ts';

/** I4: every chat with a message waits in a lane or is claimed, exactly one; its messages are whole. */
export const outboxHolds: InvariantCheck = async (store) => {
  const { keys } = store;
  const [queued, ...places] = (await atOnce(store, [
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

/** The queue as outbox-scripts.ts writes it: lane, number, tries and length before each message. Lengths are bytes. */
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
