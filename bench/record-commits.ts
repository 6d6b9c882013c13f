import type { Urn } from '../src/channels/channel.ts';
import { ARGUMENT_END } from '../src/store/scripts/scripts.ts';
import type { Store } from '../src/store/store.ts';
import type { RecordedCommit } from './subject.ts';

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
