import { mkdirSync } from 'node:fs';
import type { Urn } from '../src/channels/channel.ts';
import { CityBusy, saveCityData } from '../src/city/city-store.ts';
import { NO_SURGE } from '../src/city/surge.ts';
import { readConfig } from '../src/config.ts';
import { demoCityData } from '../src/demo/city.ts';
import type { Running } from '../src/open.ts';
import { open } from '../src/open.ts';
import type { Contact } from '../src/people/contact.ts';
import { newContact } from '../src/people/contact.ts';
import { contactFields } from '../src/people/person-store.ts';
import type { Grant } from '../src/people/role.ts';
import { addToStaff, EVERYWHERE } from '../src/people/role.ts';
import { bulkWrite } from '../src/store/bulk-write.ts';
import type { OuterKey } from '../src/store/start/data-key.ts';
import type { Store } from '../src/store/store.ts';
import type { Environment } from './subject.ts';

/** Name of the measured city in Redis. */
export const CITY = 'bench';
/** Secret of the product's webhook. */
export const WEBHOOK_SECRET = 'bench-secret-of-thirty-two-letters';

/** DATA_KEY of the measured city. */
export const OUTER_KEY: OuterKey = { key: 'bench-data-key-of-thirty-two-letters', from: 'environment' };

/** A send rate that no bench reaches, in messages a second. */
const UNREACHED_RATE = '1000000';
const UNLIMITED_QUOTAS = { updates: 1e9, reportsPerHour: 1e9, reportsPerDay: 1e9, reportsOnFirstDay: 1e9 };

/** Opens the product as in production, in a city with regions, without sending limits and quotas. */
export async function openCity({ redisUrl, apiRoot, token, folder }: Environment): Promise<Running> {
  mkdirSync(folder, { recursive: true });
  const config = readConfig({
    TELEGRAM_TOKEN: token,
    TELEGRAM_API_ROOT: apiRoot,
    TELEGRAM_WEBHOOK_URL: 'https://bench.example/telegram',
    TELEGRAM_WEBHOOK_SECRET: WEBHOOK_SECRET,
    REDIS_URL: redisUrl,
    CITY,
    DATA_KEY: OUTER_KEY.key,
    DATA_DIR: folder,
    PORT: '0',
    SEND_RATE: UNREACHED_RATE,
    SEND_RATE_CHAT: UNREACHED_RATE,
    LOG_LEVEL: 'error',
  });
  const founding = await open(config);
  await saveCityData(founding.store, demoCityData(), 'bench', Date.now()).catch((error) => {
    // Another process of the bench imports the same city at this moment.
    if (!(error instanceof CityBusy)) throw error;
  });
  await appointDispatcher(founding.store);
  await founding.close();
  // Thousands of people report one hazard within seconds, and the scout writes faster than a person.
  return open(config, { quotas: UNLIMITED_QUOTAS, surge: NO_SURGE });
}

/** Gives the city a dispatcher, so that there is a person who is told of each new case. */
export async function appointDispatcher(store: Store): Promise<void> {
  const now = Date.now();
  const grant: Grant = { role: 'dispatcher', scope: EVERYWHERE, since: now };
  const contact: Contact = { ...newContact('zh-CN', now), grants: [grant] };
  const person = [
    'HSET',
    store.keys.person(DISPATCHER),
    'version',
    '1',
    ...Object.entries(contactFields(contact)).flat(),
  ] as const;
  await bulkWrite(store, [person, ...addToStaff(store, DISPATCHER, grant)]);
}

const DISPATCHER: Urn = 'telegram:2000000001';
