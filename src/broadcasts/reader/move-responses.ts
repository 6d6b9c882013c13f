import type { MovePast } from '../../people/link/move-past.ts';
import type { Write } from '../../store/commit.ts';
import { orStoreAway } from '../../store/store.ts';
import { broadcastIdOf, respondentPseudonym } from '../broadcast.ts';
import { loadRetainedRuns } from '../broadcast-store.ts';

/** Moves acknowledgements and replies under the person's other mark. Two acknowledgements of one person become one. */
export const moveResponses: MovePast = async (store, { from, to }) => {
  const { redis, keys } = store;
  const writes: Write[] = [];
  for (const id of new Set((await loadRetainedRuns(store)).map(broadcastIdOf))) {
    const [was, is] = [from, to].map((urn) => `${respondentPseudonym(store, id, urn)} `);
    for (const list of [keys.broadcastHeard(id), keys.broadcastReplies(id)]) {
      const flat = await orStoreAway(redis.zrange(list, 0, '-1', 'WITHSCORES'));
      const hasOwn = list === keys.broadcastHeard(id) && flat.some((one) => one.startsWith(is ?? ''));
      for (let i = 0; i < flat.length; i += 2) {
        const member = flat[i] ?? '';
        if (!member.startsWith(was ?? '')) continue;
        writes.push(['ZREM', list, member]);
        if (!hasOwn) writes.push(['ZADD', list, Number(flat[i + 1]), `${is}${member.slice(was?.length)}`]);
      }
    }
  }
  return { checks: [], writes };
};
