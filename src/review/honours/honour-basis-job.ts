import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { HOUR_MS } from '../../calendar.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { drawBasis } from './honour-basis.ts';
import { keepHonourBasis, loadHonourBases } from './honour-basis-store.ts';
import { honourNotices } from './honour-news.ts';
import { keepHonour, loadHonours } from './honour-store.ts';

/** Draws each approval of honours whose time is over, and names the honours of its lot. */
export function honourBasisJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'honour-bases',
    every: HOUR_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = (await loadHonourBases(store)).filter(({ until, drawn }) => until < now && !drawn);
      const work = async (id: string) => {
        const before = due.find((one) => one.id === id);
        if (!before) return;
        const all = await loadHonours(store, 0);
        const basis = drawBasis(
          store,
          before,
          all.map(({ record }) => record),
          now,
        );
        const { document, body } = basis;
        const named = all
          .filter(({ record }) => basis.drawn?.list.includes(record.id))
          .map((kept) => ({ kept, honour: { ...kept.record, basis: { id: basis.id, document, body } } }));
        const change = joinChanges([
          keepHonourBasis(store, basis, before),
          ...named.map(({ kept, honour }) => keepHonour(store, honour, kept)),
        ]);
        const notices = await Promise.all(
          named.map(({ honour }) => honourNotices(store, 'named', honour, services.city)),
        );
        await commitAndNotify({ op: `${id}:drawn`, what: 'honour_basis_drawn', ...change }, notices.flat(), services);
      };
      const ids = due.map(({ id }) => id);
      return { drawn: await eachOrLog(ids, { log, what: 'an approval of honours', stopping, work }) };
    },
  };
}
