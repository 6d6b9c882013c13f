import { randomInt } from 'node:crypto';
import { DAY_MS } from '../calendar.ts';
import type { ApiKey } from '../cases/api-key.ts';
import { newCaseNumber } from '../cases/case-number.ts';
import { addCase, loadCase } from '../cases/case-store.ts';
import type { Report } from '../cases/hazard-case.ts';
import { PHOTOS_MAX } from '../cases/hazard-case.ts';
import { responsibleRegions } from '../cases/routing.ts';
import type { Category } from '../city/category.ts';
import type { City } from '../city/city.ts';
import { readFirstDay } from '../engine/dates/first-day.ts';
import { commitOrThrow } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { CallRefused } from './call-refused.ts';
import { digestOf } from './digest.ts';
import { descriptionOf, placeOf } from './read-call.ts';
import type { Form } from './read-form.ts';
import { keepPhotos, sameOf, takePhotos } from './take-photos.ts';

type FileContext = {
  readonly store: Store;
  readonly city: City;
  readonly now: () => number;
  /** Folder of the stored photos. */
  readonly folder: string;
};

/** Files a service request with its photos as a case and returns its report. */
export async function fileRequest(
  { fields: form, files, key }: Form & { readonly key: ApiKey },
  { store, city, now, folder }: FileContext,
): Promise<Report> {
  const code = form.get('service_code') ?? '';
  if (code === '') throw new CallRefused(400, 'service_code is required.');
  const service = city.categories.get(code);
  if (!service?.group) throw new CallRefused(404, `There is no service ${code}.`);
  const place = placeOf(form);
  const text = descriptionOf(form);
  const at = now();
  // The id is a digest of the call and the day: a repeat after a cut connection finds the same case.
  const said = [key.id, code, JSON.stringify(place), text, String(Math.floor(at / DAY_MS)), ...files.map(sameOf)];
  const id = `case_${digestOf(said.join('\n'))}` as const;
  const sent = await takePhotos(files, id, PHOTOS_MAX);
  const existing = await loadCase(store, id);
  if (existing) {
    const { photos } = existing.record;
    // Photos whose retention is over stay away.
    await keepPhotos(
      folder,
      sent.filter(({ media }) => photos.some(({ same }) => same === media.same)),
    );
    return existing.record;
  }
  const extras = extrasOf(form, service);
  const region = place.point ? city.regions.at(place.point) : undefined;
  const seenOn = readFirstDay(text, at);
  const report: Report = {
    id,
    number: newCaseNumber(randomInt),
    category: code,
    place: { ...place, ...(region ? { region } : {}) },
    description: { text: text || '-' },
    photos: sent.map(({ media }) => media),
    urgent: false,
    ...(Object.keys(extras).length > 0 ? { extras } : {}),
    filedAt: at,
    ...(seenOn === undefined ? {} : { seenOn }),
    ...responsibleRegions(region, city.regions),
  };
  const change = { op: `open311:${id}`, what: 'case_filed', ...addCase(store, report, `open311:${key.id}`) };
  await commitOrThrow(store, change, at);
  // After the commit: no photo lies on disk without a case. A kill in between leaves no answer, and the repeat keeps them.
  await keepPhotos(folder, sent);
  // A concurrent call with the same report may have assigned the number.
  return (await loadCase(store, id))?.record ?? report;
}

/** Reads the answers to the service's own questions. */
function extrasOf(form: URLSearchParams, { questions = [] }: Category): Readonly<Record<string, string>> {
  return Object.fromEntries(
    questions.flatMap(({ id, options }) => {
      const chosen = form.get(`attribute[${id}]`);
      if (!chosen) return [];
      if (!options.some((option) => option.id === chosen))
        throw new CallRefused(400, `attribute[${id}] must be one of ${options.map((one) => one.id).join(', ')}.`);
      return [[id, chosen]];
    }),
  );
}
