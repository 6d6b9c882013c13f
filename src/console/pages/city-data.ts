import { Hono } from 'hono';
import type { Category } from '../../city/category.ts';
import type { CityPart } from '../../city/city.ts';
import { cityChanges, cityVersion, loadCityData, saveCityData, undoCityChange } from '../../city/city-store.ts';
import { isCityPart, planFile } from '../../city/import/import.ts';
import type { PlanInWords } from '../../city/import/import-words.ts';
import { wordPlan } from '../../city/import/import-words.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { needsStepUp } from '../../people/sign-in/sign-in.ts';
import { DATUMS } from '../../regions/datum.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';

/** The stored categories, which the editor sends back one by one as an import, and the units that may lead. */
export type CategoryPage = {
  readonly categories: readonly Category[];
  readonly units: readonly { readonly id: string; readonly name: string }[];
};

/** City data by file or by row: a dry run, the import of what was looked at, and the undo of the last one. */
export function cityDataRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const { store } = services;
  app.get('/categories', async (c) => {
    const { language } = readerFor(c.get('organiser'), services);
    const { categories } = await loadCityData(store);
    const units = [...services.city.units.values()].filter(({ region }) => region === undefined);
    return c.json<CategoryPage>({
      categories,
      units: units.map(({ id, names }) => ({ id, name: inLanguage(names, language) })),
    });
  });
  app.get('/imports', async (c) => c.json(await importsOf(readerFor(c.get('organiser'), services), services)));
  app.post('/imports', async (c) => {
    const organiser = c.get('organiser');
    const { say } = readerFor(organiser, services);
    const body = await c.req.formData();
    const [file, planned, datum, as] = ['file', 'planned', 'datum', 'as'].map((name) => body.get(name));
    if (!(file instanceof File)) return c.json({ error: 'bad_form' }, 400);
    const says = services.wording.languages.map((language) => services.wording.in(language));
    const version = await cityVersion(store);
    const plan = await planFile(new Uint8Array(await file.arrayBuffer()), {
      data: await loadCityData(store),
      ...(typeof as === 'string' && isCityPart(as) ? { as } : {}),
      replace: body.get('replace') === 'yes',
      datum: DATUMS.find((one) => one === datum) ?? 'wgs84',
      says,
    });
    const words = wordPlan(plan, file.name, say);
    const dry: ImportAnswer = { ...words, planned: version ?? '', done: false };
    if (plan.type === 'bad' || words.changes === 0 || typeof planned !== 'string') return c.json(dry);
    if (needsStepUp(organiser.session, services.now())) return c.json({ error: 'step_up' }, 403);
    // What was looked at is what is saved: another import in between makes a new dry run.
    if (planned !== (version ?? '')) return c.json(dry);
    await saveCityData(store, { [plan.part]: plan.list }, file.name.slice(0, 80), services.now(), { planned: version });
    return c.json<ImportAnswer>({ ...dry, done: true });
  });
  app.post('/imports/undo', async (c) => {
    const organiser = c.get('organiser');
    if (needsStepUp(organiser.session, services.now())) return c.json({ error: 'step_up' }, 403);
    const change = await undoCityChange(store, services.now());
    return c.json({ undone: change?.what ?? null });
  });
  return app;
}

/** What a file would change, in words. With `planned`, the version that was looked at, it is saved. */
export type ImportAnswer = PlanInWords & { readonly planned: string; readonly done: boolean };
export type ImportList = readonly {
  readonly at: number;
  readonly what: string;
  readonly parts: string;
  readonly undone: boolean;
}[];

async function importsOf({ say }: Reader, { store }: Services): Promise<ImportList> {
  return (await cityChanges(store)).map(({ at, what, parts, undone }) => ({
    at,
    what,
    parts: Object.keys(parts)
      .map((part) => say(`import:parts.${part as CityPart}`))
      .join('、'),
    undone,
  }));
}
