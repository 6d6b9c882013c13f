import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { newWaveKey } from '../../surveys/ballot/ballot.ts';

/** `key` seals the votes of the present round; `part` marks who took part, until the topic ends. */
export type TopicSecrets = { readonly key: string; readonly part: string };

/** Loads the secrets of a topic; undefined before seconding begins and after the topic ends. */
export async function loadTopicSecrets(store: Store, id: string): Promise<TopicSecrets | undefined> {
  const [key, part] = await orStoreAway(store.redis.hmget(store.keys.topicSecrets(id), 'key', 'part'));
  if (!part) return undefined;
  // After the last round there is no key any more.
  const open = { key: key ? store.unseal(key, `${id} key`) : '', part: store.unseal(part, `${id} part`) };
  if (open.key === undefined || open.part === undefined) throw new Error(`${id} was sealed with another DATA_KEY.`);
  return { key: open.key, part: open.part };
}

/** Makes the secrets of a topic whose first round begins. */
export function newTopicSecrets(store: Store, id: string): Write {
  return keepTopicSecrets(store, id, { key: newWaveKey(), part: newWaveKey() });
}

/** Keeps the secrets of a topic, sealed with the store's own key. */
export function keepTopicSecrets({ keys, seal }: Store, id: string, { key, part }: TopicSecrets): Write {
  const sealed = ['key', seal(key, `${id} key`), 'part', seal(part, `${id} part`)];
  return ['HSET', keys.topicSecrets(id), ...sealed];
}

/** Replaces the key of a round by that of the next one: votes of one round cannot be linked to those of another. */
export function nextRoundKey({ keys, seal }: Store, id: string): Write {
  return ['HSET', keys.topicSecrets(id), 'key', seal(newWaveKey(), `${id} key`)];
}

/** Deletes the key of the last round. */
export function dropRoundKey({ keys }: Store, id: string): Write {
  return ['HDEL', keys.topicSecrets(id), 'key'];
}
