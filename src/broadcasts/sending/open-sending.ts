import { readerOf } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Timings } from '../../timings.ts';
import type { RunId } from '../broadcast.ts';
import { broadcastIdOf } from '../broadcast.ts';
import { loadBroadcast } from '../broadcast-store.ts';
import { startFired } from '../schedule-job.ts';
import { broadcastMessage } from './broadcast-message.ts';
import type { Delivery } from './deliver.ts';
import { openDelivery } from './deliver.ts';

/** Starts the sender of announcements in this process; the holder of the broadcast lease sends. */
export function openSending(services: Services, timings: Timings['sending']): Promise<Delivery> {
  const { store, channels, log, now } = services;
  return openDelivery({
    store,
    channels,
    log,
    timings,
    open: async (run) => {
      const kept = await loadBroadcast(store, broadcastIdOf(run as RunId)); // written by the schedule job
      return kept && broadcastMessage(kept.record, (language) => readerOf(language, services), now);
    },
    prepare: () => startFired(store, services.city.regions, now()),
  });
}
