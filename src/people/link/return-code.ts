import { DAY_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Contact } from '../contact.ts';
import { drawSigns } from './link-code.ts';

/** Signs of a return code: log2(31^10) is 49.5 bits. */
const LENGTH = 10;
/** Lifetime of a return code, ms: that of the browser's cookie. */
const CODE_MS = 400 * DAY_MS;

/** Most draws until one holds a digit. A draw has none with the probability (23/31)^10 = 5 %. */
const DRAWS = 20;

/** Draws a return code and writes it as two groups. It holds a digit, so that no English word reads as a code. */
export function newReturnCode(random: (below: number) => number): string {
  let signs = '';
  for (let i = 0; i < DRAWS && !/\d/.test(signs); i += 1) signs = drawSigns(LENGTH, random);
  return `${signs.slice(0, 5)}-${signs.slice(5)}`;
}

/** The name under which a return code is stored: keyed, so that a copy of the store alone tests no guess. */
export function returnHashOf({ pseudonym }: Store, code: string): string {
  const plain = code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '');
  return pseudonym(`return:${plain}`);
}

/** Writes a return code of a person and voids the earlier one. It expires by itself. */
export function returnWrites(store: Store, hash: string, urn: Urn, before?: string): readonly Write[] {
  const key = store.keys.returnCode(hash);
  return [...voidReturn(store, before), ['HSET', key, 'urn', urn], ['PEXPIRE', key, CODE_MS]];
}

/** Deletes a return code; nothing for a contact without one. */
export function voidReturn({ keys }: Store, hash: Contact['returns']): readonly Write[] {
  return hash ? [['DEL', keys.returnCode(hash)]] : [];
}

/** Loads the address of the person whose return code this is. */
export async function loadReturn({ redis, keys }: Store, hash: string): Promise<Urn | undefined> {
  return ((await orStoreAway(redis.hget(keys.returnCode(hash), 'urn'))) ?? undefined) as Urn | undefined; // by returnWrites
}
