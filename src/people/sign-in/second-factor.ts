import { createHash, randomUUID } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Check, Write } from '../../store/commit.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { StoreAway } from '../../store/connect.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Contact } from '../contact.ts';
import type { Person } from '../person-store.ts';
import { contactFields } from '../person-store.ts';
import { newSecret, stepOf } from './totp.ts';

/** The name that the sealed secret is bound to. The contact may move to another Urn, so it names no person. */
const SEALED_AS = 'second-factor';
/** Lifetime of a secret that waits for its first code. */
const OFFER_MS = 10 * MINUTE_MS;
/**
 * Wrong codes of a person in an hour. Three codes of a million count at a time, and a session lasts 12 hours: a stolen one
 * finds a code with 5 × 12 × 3 / 1e6 = 0.02 %, and then still needs the number in the chat.
 */
const WRONG_MAX = 5;

/** Draws a secret. Nothing is stored: the page keeps it sealed, for its person and ten minutes. */
export function offerSecret(
  store: Store,
  who: string,
  now: number,
): { readonly secret: Buffer; readonly offer: string } {
  const secret = newSecret();
  const offer = JSON.stringify({ secret: secret.toString('base64url'), until: now + OFFER_MS });
  return { secret, offer: store.seal(offer, offerName(who)) };
}

/** Reads an offered secret; undefined for another person's, an expired or a changed one. */
export function readOffer(store: Store, offer: string, who: string, now: number): Buffer | undefined {
  const text = store.unseal(offer, offerName(who));
  if (text === undefined) return undefined;
  const { secret, until } = JSON.parse(text) as { readonly secret: string; readonly until: number }; // sealed above
  return now < until ? Buffer.from(secret, 'base64url') : undefined;
}

function offerName(who: string): string {
  return `${SEALED_AS} offered to ${who}`;
}

/** Sets or removes the factor of a person. Conflicts if the person changes meanwhile. */
export function changeFactor(
  store: Store,
  { urn, version, contact }: Person,
  secret: Buffer | undefined,
  now: number,
): { readonly checks: readonly Check[]; readonly writes: readonly Write[] } {
  if (!contact) return { checks: [], writes: [] };
  const { factor: _before, ...rest } = contact;
  const sealed = secret && store.seal(secret.toString('base64url'), SEALED_AS);
  const changed: Contact = sealed ? { ...rest, factor: { secret: sealed, since: now } } : rest;
  const key = store.keys.person(urn);
  const fields = Object.entries(contactFields(changed)).flat();
  return {
    checks: [{ key, field: 'version', is: String(version) }],
    writes: [
      ['HSET', key, 'version', String(version + 1), ...fields],
      // A browser that waits for a number was asked without the new factor.
      ['HDEL', store.keys.console(store.pseudonym(urn)), 'browser'],
    ],
  };
}

/** The operation id of a used code: each code of a person counts once. */
export function codeOp(who: string, secret: Buffer, step: number): string {
  const code = createHash('sha256').update(secret).update(` ${step}`).digest('base64url').slice(0, 16);
  return `console-code:${who}:${code}`;
}

/** The result of a typed code: `wrong` also for a used one, `last` if no try is left; `locked` after that. */
type CodeResult =
  | { readonly type: 'right' }
  | { readonly type: 'wrong'; readonly last: boolean }
  | { readonly type: 'locked'; readonly seconds: number };

/** Checks a typed code against the factor of a person, and spends it. */
export async function spendCode(
  store: Store,
  urn: Urn,
  factor: NonNullable<Contact['factor']>,
  typed: string,
  now: number,
): Promise<CodeResult> {
  const who = store.pseudonym(urn);
  const hour = Math.floor(now / HOUR_MS);
  const key = store.keys.codeTries(hour);
  // With another data key the secret is lost: every code is wrong until a colleague resets the factor.
  const secret = Buffer.from(store.unseal(factor.secret, SEALED_AS) ?? '', 'base64url');
  for (;;) {
    const tries = (await orStoreAway(store.redis.hget(key, who))) ?? '';
    if (Number(tries) >= WRONG_MAX) return { type: 'locked', seconds: Math.ceil(((hour + 1) * HOUR_MS - now) / 1000) };
    // No answer is given before the try is counted: calls at one moment get no more tries than calls in turn.
    const note = async (op: string, what: string, writes: readonly Write[]) => {
      const change = { op, what, who, checks: [{ key, field: who, is: tries }], writes };
      const { type } = await commitAsSystem(store, change, now);
      if (type === 'limit') throw new StoreAway('The store is full. The code was not checked.');
      return type;
    };
    const step = secret.length === 0 ? undefined : stepOf(secret, typed, now);
    const given = step === undefined ? 'wrong' : await note(codeOp(who, secret, step), 'console_code_given', []);
    if (given === 'ok') return { type: 'right' };
    if (given === 'conflict') continue;
    const counted = await note(`console-code-wrong:${randomUUID()}`, 'console_code_wrong', [
      ['HINCRBY', key, who, 1],
      ['PEXPIRE', key, 2 * HOUR_MS],
    ]);
    if (counted === 'ok') return { type: 'wrong', last: Number(tries) + 1 >= WRONG_MAX };
  }
}
