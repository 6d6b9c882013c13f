import type { Context } from 'hono';
import type { Urn } from '../channels/channel.ts';
import type { MapTiles } from '../map-tiles.ts';
import type { Services } from '../notify/services.ts';
import type { Role } from '../people/role.ts';
import type { CaseStream } from './stream.ts';

/** An organiser of the demo, who signs in by a card. */
export type DemoOrganiser = { readonly urn: Urn; readonly name: string; readonly roles: readonly Role[] };

export type ConsoleSettings = {
  readonly services: Services;
  /** The configured origin of this server. */
  readonly site: string | undefined;
  /** The caller's address. */
  readonly caller: (c: Context) => string;
  /** Folder of the stored photos. */
  readonly photos: string;
  /** The changes that open pages follow. */
  readonly stream: CaseStream;
  /** A server of map tiles; without one, maps show the city's polygons alone. */
  readonly tiles?: MapTiles;
  /** The phones page of the demo, which opens the console in a frame. */
  readonly framedBy?: string;
  /** Lists the demo's organisers; absent on a real bot, which has no such door. */
  readonly demoOrganisers?: () => Promise<readonly DemoOrganiser[]>;
};
