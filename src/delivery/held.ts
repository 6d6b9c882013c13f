import type { Outgoing, Urn } from '../channels/channel.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { openMessage } from './sealed-message.ts';

/** Loads the news that waits until a person may be written to, oldest first. */
export async function loadHeld(store: Store, person: Urn): Promise<readonly Outgoing[]> {
  const bodies = await orStoreAway(store.redis.lrange(store.keys.held(person), 0, -1));
  return bodies.flatMap((body) => openMessage(body, store) ?? []);
}
