import type { LocalizedMessage } from '../delivery/outcome.ts';
import type { Notice } from '../notify/notify.ts';
import type { Write } from '../store/commit.ts';

/** The notices of one volunteering event, and the writes that go with them. */
export type Notification = {
  readonly people?: readonly Notice[];
  /** For organisers of this region and of the regions above it. */
  readonly organisers?: { readonly region: string; readonly said: LocalizedMessage };
  readonly writes?: readonly Write[];
  /** Postpones the event by this long, ms: every recipient is in quiet hours. */
  readonly laterMs?: number;
};
