import type { Channel, Urn } from '../src/channels/channel.ts';
import { watchSends } from './watch-sends.ts';

type Sends = {
  /** Messages to scouts so far; the dispatcher's are not among them. */
  readonly toScouts: () => number;
  /** Resolves when the person's next messages have all been sent and answered. */
  expect(to: Urn, messages: number): Promise<void>;
};

/** Counts sends. An update is in flight until the API has answered its last message. */
export function countSends(channel: Channel, scouts: readonly Urn[] = []): Sends {
  const counted = new Set(scouts);
  const waiting = new Map<Urn, { left: number; readonly done: () => void }>();
  let toScouts = 0;
  watchSends(channel, {
    begun: (to) => {
      if (counted.has(to)) toScouts += 1;
    },
    ended: (to) => {
      const expected = waiting.get(to);
      if (!expected) return;
      expected.left -= 1;
      if (expected.left === 0) expected.done();
    },
  });
  return {
    toScouts: () => toScouts,
    expect: (to, messages) => {
      if (messages === 0) return Promise.resolve();
      return new Promise((done) => waiting.set(to, { left: messages, done }));
    },
  };
}
