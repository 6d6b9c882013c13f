import { Hono } from 'hono';
import type { Premises } from '../../city/premises.ts';
import { seriesNames } from '../../city/series.ts';
import { NOTICE_LINK } from '../../creation/notice/public-notices-flow.ts';
import { loadRoundsOf } from '../../creation/rounds/round-store.ts';
import { tidyText } from '../../engine/tidy-text.ts';
import { qrPath } from '../../notify/qr-picture.ts';
import { inLanguage } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { publicLink } from '../../notify/services.ts';
import { anyGrantCovers, regionsIn } from '../../people/role.ts';
import { placePayload } from '../../regions/place-link.ts';
import { ROLES_OF_PAGE } from '../pages.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';

/** A QR code that opens a report at a place. `path` draws it in a square of `size` modules, quiet zone included. */
export type Poster = {
  readonly place: string;
  readonly stairs?: string;
  /** False: the stairs are printed only, and the code names the community. */
  readonly knowsStairs: boolean;
  /** Leads to the public notice of premises instead of a report. */
  readonly isNotice?: true;
  readonly link: string;
  readonly size: number;
  readonly path: string;
};

export type PostersPage = {
  readonly communities: readonly { readonly id: string; readonly name: string; readonly street: string }[];
  readonly premises: readonly { readonly id: string; readonly name: string; readonly series: string }[];
  readonly posters: readonly Poster[];
};

/** Bounds of one call, in lines and characters: its address must not outgrow what servers take. */
const [STAIRS_MAX, STAIRS_LENGTH] = [40, 20];

/** QR posters: `GET /` lists the communities in scope, `GET /?region=…&stairs=…` makes one per line, or one in all. `GET /?premises=…` makes those for the door of premises. */
export function posterRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { regions } = services.city;
    const { language } = readerFor(organiser, services);
    const own = organiser.grants.filter(({ role }) => ROLES_OF_PAGE.posters.includes(role));
    const nameOf = (id: string | undefined) => inLanguage(regions.nameOf(id ?? '') ?? {}, language);
    const ids = own.flatMap(({ scope }) => regionsIn(scope, 'community', regions));
    const communities = [...new Set(ids)].map((id) => {
      return { id, name: nameOf(id), street: nameOf(regions.above(id, 'street')) };
    });
    const { region, stairs = '', premises: door } = c.req.query();
    const doors = [...services.city.premises.values()].filter((one) => anyGrantCovers(own, one.region, regions));
    const premises = doors.map(({ id, names, series }) => {
      return { id, name: inLanguage(names, language), series: inLanguage(seriesNames(series), language) };
    });
    if (door) {
      const found = doors.find(({ id }) => id === door);
      if (!found) return c.json({ error: 'not_found' }, 404);
      const posters = await doorPosters(found, inLanguage(found.names, language), services);
      return posters.length > 0
        ? c.json<PostersPage>({ communities, premises, posters })
        : c.json({ error: 'no_link' }, 503);
    }
    if (!region) return c.json<PostersPage>({ communities, premises, posters: [] });
    if (regions.levelOf(region) !== 'community') return c.json({ error: 'not_found' }, 404);
    if (!anyGrantCovers(own, region, regions)) return c.json({ error: 'no_right' }, 403);
    const lines = [...new Set(stairs.split('\n').map(tidyText))].filter((line) => line !== '');
    if (lines.length > STAIRS_MAX || lines.some((line) => [...line].length > STAIRS_LENGTH))
      return c.json({ error: 'too_many' }, 400);
    const posters = (lines.length > 0 ? lines : ['']).flatMap((line): readonly Poster[] => {
      const payload = placePayload(region, line, regions);
      const link = publicLink(payload, services.channels);
      const knowsStairs = payload !== placePayload(region, '', regions);
      const place = nameOf(region);
      return link ? [{ place, ...(line ? { stairs: line } : {}), knowsStairs, link, ...qrPath(link) }] : [];
    });
    return posters.length > 0
      ? c.json<PostersPage>({ communities, premises, posters })
      : c.json({ error: 'no_link' }, 503);
  });
  return app;
}

/** Posters for the door of premises: 怎么报 with their place, and 有异议 while a public notice runs. */
async function doorPosters(
  { id, region, names }: Premises,
  place: string,
  { store, city, channels }: Services,
): Promise<readonly Poster[]> {
  const [current] = await loadRoundsOf(store, id);
  const [report, notice] = [
    placePayload(region, names['zh-CN'] ?? '', city.regions),
    current?.record.state === 'public_notice' ? `${NOTICE_LINK}${current.record.id}` : undefined,
  ];
  return [report, notice].flatMap((payload, i): readonly Poster[] => {
    const link = payload === undefined ? undefined : publicLink(payload, channels);
    return link ? [{ place, knowsStairs: true, ...(i === 1 ? { isNotice: true } : {}), link, ...qrPath(link) }] : [];
  });
}
