import type { Urn } from '../src/channels/channel.ts';
import { ARGUMENT_END } from '../src/store/scripts/scripts.ts';
import type { Store } from '../src/store/store.ts';
import type { Step } from './subject.ts';

/** One commit of a person's turn as the script gets it; see COMMIT. */
export type RecordedCommit = { readonly keys: readonly string[]; readonly args: readonly string[] };
/** A talk of one person: its steps with the commit of each, and what differs for another person. */
export type RecordedTalk = {
  readonly chat: number;
  readonly pseudonym: string;
  readonly city: string;
  readonly steps: readonly (RecordedCommit & { readonly step: Step })[];
};

/** Keys of COMMIT before those of its operations. */
const SHARED_KEYS = 7;

/** Records the commits of one person's turns until `end` returns them. */
export function recordCommits({ redis }: Store, person: Urn): { readonly end: () => readonly RecordedCommit[] } {
  const commit = redis.anlinCommit.bind(redis);
  const found: RecordedCommit[] = [];
  const recording = (count: number, ...all: (string | number)[]) => {
    const words = all.map(String);
    let base = SHARED_KEYS;
    for (const text of words.slice(count + 3)) {
      const args = text.split(ARGUMENT_END).slice(0, -1);
      const own = Number(args[0]);
      if (args[2] === person && args[1]?.startsWith('telegram:'))
        found.push({ keys: words.slice(base, base + own), args });
      base += own;
    }
    return commit(count, ...all);
  };
  Object.assign(redis, { anlinCommit: recording });
  return {
    end() {
      Object.assign(redis, { anlinCommit: commit });
      return found;
    },
  };
}
