import { randomInt } from 'node:crypto';
import { DAY_MS } from '../calendar.ts';
import { newCaseNumber } from '../cases/case-number.ts';
import { addCase, loadCase } from '../cases/case-store.ts';
import type { Report } from '../cases/hazard-case.ts';
import { responsibleRegions } from '../cases/routing.ts';
import type { Category } from '../city/category.ts';
import type { City } from '../city/city.ts';
import type { Store } from '../store/store.ts';
import { commitCall, digestOf } from './commit-call.ts';
import { CallRefused, descriptionOf, placeOf } from './read-call.ts';

type FileContext = { readonly store: Store; readonly city: City; readonly now: () => number };

/** Files a service request as a case and returns its report. */
export async function fileRequest(
  form: URLSearchParams,
  keyId: string,
  { store, city, now }: FileContext,
): Promise<Report> {
  const code = form.get('service_code') ?? '';
  if (code === '') throw new CallRefused(400, 'service_code is required.');
  const service = city.categories.get(code);
  if (!service?.group) throw new CallRefused(404, `There is no service ${code}.`);
  const place = placeOf(form);
  const text = descriptionOf(form);
  const at = now();
  // The id is a digest of the call and the day: a repeat after a cut connection finds the same case.
  const digest = digestOf([keyId, code, JSON.stringify(place), text, String(Math.floor(at / DAY_MS))].join('\n'));
  const id = `case_${digest}` as const;
  const existing = await loadCase(store, id);
  if (existing) return existing.record;
  const extras = extrasOf(form, service);
  const region = place.point ? city.regions.at(place.point) : undefined;
  const report: Report = {
    id,
    number: newCaseNumber(randomInt),
    category: code,
    place: { ...place, ...(region ? { region } : {}) },
    description: { text: text || '-' },
    photos: [],
    urgent: false,
    ...(Object.keys(extras).length > 0 ? { extras } : {}),
    filedAt: at,
    ...responsibleRegions(region, city.regions),
  };
  const change = { op: `open311:${id}`, what: 'case_filed', ...addCase(store, report, `open311:${keyId}`) };
  await commitCall(store, change, now);
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
