import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { HOUR_MS, limitEnd, MINUTE_MS } from '../../calendar.ts';
import type { Notice } from '../../notify/notify.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE, staffIn, staffWith } from '../../people/role.ts';
import type { Month } from '../score/month.ts';
import { addMonths, monthEnd, monthOf } from '../score/month.ts';
import { loadSnapshot } from '../snapshot-store.ts';
import type { Bulletin } from './bulletin.ts';
import { bulletinMessage } from './bulletin-card.ts';
import { keepBulletin, loadAnswers, loadBulletin } from './bulletin-store.ts';
import { bulletinFor, MAY_READ_BULLETIN } from './bulletin-view.ts';
import { makeBulletin } from './make-bulletin.ts';

const EVERY_MS = 10 * MINUTE_MS;
/** The bulletin of a month is made on this working day of the next one, when offices open. */
const MADE_WITHIN = '3wd';
const OFFICE_DAY_MS = 8 * HOUR_MS;
/** Months whose corrections make a new version. */
const MONTHS_BACK = 3;

/** Makes the bulletin on the third working day, and a new version for each version of the month's snapshot. */
export function bulletinJob(services: Services): Job {
  const { log } = services;
  return {
    name: 'bulletin',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const months = Array.from({ length: MONTHS_BACK }, (_, i) => addMonths(monthOf(now), -(i + 1)));
      let made = 0;
      const work = async (month: Month) => {
        if (await isDue(month, now, services)) made += Number(await make(month, services));
      };
      await eachOrLog(months, { log, what: 'a bulletin', stopping, work });
      return { made };
    },
  };
}

/** When the bulletin of a month is made, ms since the epoch. Beyond the known holidays it is a draft that is not frozen. */
export function bulletinDue(month: Month): number {
  return limitEnd(monthEnd(month) - 1, MADE_WITHIN) - OFFICE_DAY_MS;
}

async function isDue(month: Month, now: number, { store }: Services): Promise<boolean> {
  if (now < bulletinDue(month)) return false;
  const [bulletin, snapshot] = await Promise.all([loadBulletin(store, month), loadSnapshot(store, month)]);
  // An older month without a bulletin was before the city's first one.
  if (!bulletin) return month === addMonths(monthOf(now), -1);
  return snapshot !== undefined && bulletin.snapshot?.version !== snapshot.version;
}

async function make(month: Month, services: Services): Promise<boolean> {
  const { store, city, now } = services;
  const bulletin = await makeBulletin({ store, city, month, now: now() });
  if (!bulletin) return false;
  const { checks, writes } = keepBulletin(store, bulletin);
  const op = `bulletin:${month}:${bulletin.version}`;
  const change = { op, what: `bulletin_${bulletin.snapshot ? 'frozen' : 'drafted'}`, checks, writes };
  return commitAndNotify(change, await noticesOf(bulletin, services), services);
}

/** The whole card for readers of the whole city; leads of streets with a weak point get the part of their ground. */
async function noticesOf(bulletin: Bulletin, { store, city }: Services): Promise<readonly Notice[]> {
  const answers = await loadAnswers(store, bulletin.month);
  const whole = await staffWith(store, MAY_READ_BULLETIN, [bulletin.region]);
  const notices: Notice[] = whole.map((to) => ({ to, said: bulletinMessage(bulletin, answers, city) }));
  for (const { region } of bulletin.weak) {
    const grant: Grant = { role: 'lead', scope: region, since: 0 };
    const part = bulletinFor(bulletin, [grant], city);
    const leads = (await staffIn(store, 'lead', [region])).filter((urn) => !notices.some(({ to }) => to === urn));
    if (part && region !== EVERYWHERE)
      notices.push(...leads.map((to) => ({ to, said: bulletinMessage(part, answers, city) })));
  }
  return notices;
}
