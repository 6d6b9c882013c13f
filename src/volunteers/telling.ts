import type { Urn } from '../channels/channel.ts';
import type { Said } from '../delivery/effects.ts';
import type { Write } from '../store/commit.ts';

/** What is to be told: to single persons, and to those who organise in a region; and what is let go of once it is. */
export type Telling = {
  readonly volunteers?: readonly (readonly [Urn, Said])[];
  readonly organisers?: { readonly region: string; readonly said: Said };
  readonly writes?: readonly Write[];
  /** Not now, but after so long, ms: everybody whom it concerns sleeps. */
  readonly laterMs?: number;
};
