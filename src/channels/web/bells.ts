import type { Outgoing, Urn } from '../channel.ts';

/** The bells of pages: each browser has at most one subscription at its push service. */
export interface Bells {
  /** Keeps a subscription in place of the former one. False for a browser that is no person. */
  keep(of: Urn, endpoint: string): Promise<boolean>;
  remove(of: Urn): Promise<void>;
  /** The page is open: it has what waits, and later messages may ring at once. */
  opened(of: Urn): Promise<void>;
}

/** News and announcements ring. An answer does not: the person has just acted. */
export function isRung({ isNews, ledger }: Outgoing): boolean {
  return isNews === true || ledger !== undefined;
}
