import type { Urn } from '../../channels/channel.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Contact } from '../contact.ts';

/** A move of a person's data to another Urn: two persons become one, or a person leaves their first address. */
export type Move = {
  readonly from: Urn;
  readonly to: Urn;
  /** The contact at `from`; the move joins it into that of `to`. */
  readonly contact: Contact;
  readonly now: number; // ms since the epoch
};

/**
 * Computes the change that moves everything one feature keeps under `from` to `to`. Nothing is lost, and nothing counts
 * twice. The checks make a concurrent change of the same data a conflict.
 */
export type MovePast = (store: Store, move: Move) => Promise<Change>;
