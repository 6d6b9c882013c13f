import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { HOUR_MS } from '../../calendar.ts';
import type { PremisesDocument } from '../../inspections/documents/document.ts';
import { documentDue } from '../../inspections/documents/document.ts';
import { keepDocument, loadDueDocuments, removeDocument } from '../../inspections/documents/document-store.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { peopleOf } from '../premises/load-premises.ts';
import { documentMessage } from './document-message.ts';

/** Tells of documents of premises that end in 30 days or have ended, and deletes them two years later. */
export function documentClockJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'premises-documents',
    every: HOUR_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = await loadDueDocuments(store, now);
      const work = (document: PremisesDocument) => step(document, services, now);
      return { stepped: await eachOrLog(due, { log, what: 'a document of premises', stopping, work }) };
    },
  };
}

async function step(document: PremisesDocument, services: Services, now: number): Promise<void> {
  const { store, city } = services;
  const { id, told, until } = document;
  const premises = city.premises.get(document.premises);
  // Documents of premises that an import took away go with their time.
  if (told === 'expired' || !premises) {
    const over = now >= documentDue({ until, told: 'expired' });
    const change = over
      ? removeDocument(store, document)
      : keepDocument(store, { ...document, told: 'expired' }, document);
    await commitAndNotify({ op: `${id}:ended:${now}`, what: 'document_ended', ...change }, [], services);
    return;
  }
  const next = { ...document, told: until < now ? 'expired' : 'ahead' } as const;
  const { contacts, leads } = await peopleOf(store, city, premises);
  // An ended document concerns those who count with it; its renewal is the contacts' work.
  const to = next.told === 'expired' || contacts.length === 0 ? [...new Set([...contacts, ...leads])] : contacts;
  const said = documentMessage(`news.${next.told}`, next, premises);
  await commitAndNotify(
    { op: `${id}:${next.told}`, what: `document_${next.told}`, ...keepDocument(store, next, document) },
    to.map((one) => ({ to: one, said })),
    services,
  );
}
