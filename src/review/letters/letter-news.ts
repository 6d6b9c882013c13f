import type { City } from '../../city/city.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { Notice } from '../../notify/notify.ts';
import type { Role } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';
import type { Letter } from './letter.ts';
import { addresseesOf, MAY_AGREE, MAY_DRAFT, staffAround } from './letter-access.ts';
import type { LetterAction } from './letter-actions.ts';
import { letterButton, letterValues } from './letter-card.ts';

/** Sentences of the job, each with its recipients and buttons. */
const NEWS = {
  drafted: { to: ['agree'], buttons: ['look', 'agreed'] },
  no_reader: { to: ['draft'], buttons: ['look', 'withdrawn'] },
  answered: { to: ['draft'], buttons: ['look'] },
  contested: { to: ['settle', 'draft'], buttons: ['look'] },
  settled: { to: ['addressee', 'draft'], buttons: ['look'] },
  struck_all: { to: ['addressee', 'draft'], buttons: ['look'] },
  met: { to: ['addressee', 'draft'], buttons: ['look'] },
  not_done: { to: ['addressee', 'agree'], buttons: ['look'] },
  stepped: { to: ['addressee', 'agree'], buttons: ['look'] },
  reply_late: { to: ['addressee', 'lead'], buttons: ['look'] },
  done_late: { to: ['addressee', 'lead', 'draft'], buttons: ['look'] },
} as const satisfies Readonly<
  Record<string, { readonly to: readonly Audience[]; readonly buttons: readonly (LetterAction | 'look')[] }>
>;
type Audience = 'addressee' | 'lead' | 'draft' | 'agree' | 'settle';

/** The name of a sentence of the letter job. */
export type LetterNews = keyof typeof NEWS;

const ROLES: Readonly<Record<Exclude<Audience, 'addressee'>, readonly Role[]>> = {
  lead: ['lead'],
  draft: MAY_DRAFT,
  agree: MAY_AGREE,
  settle: ['auditor'],
};

/** The notices of an event. The author of a draft is not asked to agree to it. */
export async function letterNotices(
  store: Store,
  news: LetterNews,
  letter: Letter,
  city: City,
  now: number,
): Promise<readonly Notice[]> {
  const { to, buttons } = NEWS[news];
  const found = await Promise.all(
    to.map((one) =>
      one === 'addressee' ? addresseesOf(store, letter.to, city) : staffAround(store, letter, ROLES[one], city),
    ),
  );
  const said: LocalizedMessage = {
    key: `flows/my-letters:news.${news}`,
    values: letterValues(letter, city, now),
    buttons: buttons.map((action) => letterButton(letter, action)),
  };
  const people = [...new Set(found.flat())];
  const others = people.filter((urn) => news !== 'drafted' || store.pseudonym(urn) !== letter.by);
  return others.map((urn) => ({ to: urn, said }));
}
