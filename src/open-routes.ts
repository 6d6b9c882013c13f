import type { RequestListener } from 'node:http';
import type { Uploads } from './channels/web/uploads.ts';
import type { Config } from './config.ts';
import type { ConsoleSettings } from './console/console-settings.ts';
import { cityPage } from './console/public/city-page.ts';
import { publicDraws } from './console/public/public-draws.ts';
import type { Health } from './console/routes.ts';
import { webRoutes } from './console/routes.ts';
import type { CaseStream } from './console/stream.ts';
import { openCaseStream } from './console/stream.ts';
import { visitPageRoutes } from './console/visit-page.ts';
import { announcements } from './open311/announcements.ts';
import { geoReport } from './open311/georeport.ts';
import type { PublicAddress } from './open311/public-address.ts';
import { shifts } from './open311/shifts.ts';
import type { Timings } from './timings.ts';

type RouteSettings = Pick<ConsoleSettings, 'services' | 'photos' | 'demoOrganisers' | 'framedBy'> & {
  readonly config: Config;
  readonly address: PublicAddress;
  readonly uploads: Uploads;
  readonly timings: Timings;
  readonly health: () => Promise<Health>;
};

/** Builds everything that the product answers over HTTP, and the stream that open pages follow. */
export function openRoutes(settings: RouteSettings): {
  readonly listener: RequestListener;
  readonly stream: CaseStream;
} {
  const { config, services, photos, address, uploads, timings, health, ...demo } = settings;
  const { store, wording, channels, log, now } = services;
  const { site: origin, mapTiles } = config;
  const { caller } = address;
  const site = { store, wording, city: () => services.city, now, log, address, timings: timings.open311 };
  const stream = openCaseStream(services);
  const listener = webRoutes({
    host: config.host,
    channels,
    open311: geoReport({ ...site, photos }),
    announcements: announcements(site),
    shifts: shifts(store, now),
    visits: visitPageRoutes({ services, uploads, site: origin, caller }),
    draws: publicDraws(store, now),
    // Most starts never open it.
    console: async () => {
      const { openConsole } = await import('./console/console.ts');
      return openConsole({
        services,
        site: origin,
        caller,
        photos,
        stream,
        ...(mapTiles ? { tiles: mapTiles } : {}),
        ...demo,
      });
    },
    city: cityPage(services),
    log,
    health,
  });
  return { listener, stream };
}
