import { Hono } from 'hono';
import type { MapTiles } from '../../map-tiles.ts';
import { inLanguage, sayAny } from '../../notify/reader.ts';
import { scopeName } from '../../people/join-flow.ts';
import type { Role } from '../../people/role.ts';
import { regionsIn } from '../../people/role.ts';
import type { ConsoleSettings } from '../console-settings.ts';
import type { Page } from '../pages.ts';
import { mayOpenPage, PAGES } from '../pages.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from './session.ts';

type Named = { readonly id: string; readonly name: string };

/** The signed-in organiser, and what the filters of the pages offer. */
export type Me = {
  readonly language: string;
  readonly roles: readonly { readonly role: Role; readonly name: string; readonly scope: string }[];
  readonly pages: readonly Page[];
  /** Regions of the own scope with a desk or below it, the larger first. */
  readonly regions: readonly Named[];
  readonly kinds: readonly Named[];
  /** A server of map tiles, if one is set. */
  readonly tiles?: MapTiles;
  /** The server's clock, ms since the epoch: pages count deadlines by it. */
  readonly now: number;
};

/** `GET /`: who is signed in. */
export function meRoutes({ services, tiles }: Pick<ConsoleSettings, 'services' | 'tiles'>): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', (c) => {
    const organiser = c.get('organiser');
    const { city } = services;
    const { grants } = organiser;
    const reader = readerFor(organiser, services);
    const { regions, categories } = city;
    const nameOf = (id: string) => ({ id, name: inLanguage(regions.nameOf(id) ?? {}, reader.language) });
    const scopes = grants.filter(({ role }) => role !== 'unit_staff').map(({ scope }) => scope);
    const levels = ['district', 'street', 'community'] as const;
    const own = levels.flatMap((level) => scopes.flatMap((scope) => regionsIn(scope, level, regions)));
    return c.json<Me>({
      language: reader.language,
      roles: grants.map((grant) => ({
        role: grant.role,
        name: reader.say(`common:roles.${grant.role}`),
        scope: String(sayAny(scopeName(grant, city), reader)),
      })),
      pages: PAGES.filter((page) => mayOpenPage(page, grants)),
      regions: [...new Set(own)].map(nameOf),
      kinds: categories.groups.map(({ id, name }) => ({ id, name: inLanguage(name ?? {}, reader.language) })),
      ...(tiles ? { tiles } : {}),
      now: services.now(),
    });
  });
  return app;
}
