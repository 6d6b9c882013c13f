import { Hono } from 'hono';
import * as v from 'valibot';
import { commitAndNotify } from '../../notify/notify.ts';
import { qrPath } from '../../notify/qr-picture.ts';
import type { Services } from '../../notify/services.ts';
import { changeFactor, codeOp, offerSecret, readOffer } from '../../people/sign-in/second-factor.ts';
import { isLive, needsStepUp } from '../../people/sign-in/sign-in.ts';
import { loadAccess } from '../../people/sign-in/sign-in-store.ts';
import { appLink, base32Of, stepOf } from '../../people/sign-in/totp.ts';
import { WHO_LENGTH } from '../../people/staff-list.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv, Organiser } from './session.ts';

/** The caller's own ways into the console. Times in ms since the epoch. */
export type AccountPage = {
  /** Since when an authenticator app proves the person. */
  readonly factor?: number;
  readonly sessions: readonly {
    readonly id: string;
    /** Its family and system. */
    readonly browser: readonly string[];
    readonly since: number;
    readonly seen: number;
    readonly current: boolean;
  }[];
};

/** A secret for an authenticator app: as text, as a QR code, and sealed, as the page posts it back. */
export type FactorOffer = {
  readonly secret: string;
  readonly size: number;
  readonly path: string;
  readonly offer: string;
};

const confirmSchema = v.object({
  offer: v.pipe(v.string(), v.maxLength(400)),
  code: v.pipe(v.string(), v.maxLength(40)),
});

/** 登录和安全: `GET /`, and the second factor: `POST /factor/new` offers a secret, `POST /factor` sets it, `DELETE /factor` ends it. */
export function accountRoutes(services: Services): Hono<ConsoleEnv> {
  const { store, now } = services;
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { urn, person, session } = organiser;
    const { say } = readerFor(organiser, services);
    const { sessions } = await loadAccess(store, store.pseudonym(urn));
    const live = sessions.filter((one) => isLive(one, now())).toSorted((a, b) => b.seen - a.seen);
    const since = person.contact?.factor?.since;
    return c.json<AccountPage>({
      ...(since === undefined ? {} : { factor: since }),
      sessions: live.map(({ id, browser: { family, system }, since, seen }) => ({
        id,
        browser: [say(`flows/confirm-browser:families.${family}`), say(`flows/confirm-browser:systems.${system}`)],
        ...{ since, seen, current: id === session.id },
      })),
    });
  });
  app.use('/factor/*', async (c, next) =>
    needsStepUp(c.get('organiser').session, now()) ? c.json({ error: 'step_up' }, 403) : next(),
  );
  app.post('/factor/new', (c) => {
    const organiser = c.get('organiser');
    const { say } = readerFor(organiser, services);
    const who = store.pseudonym(organiser.urn);
    const { secret, offer } = offerSecret(store, who, now());
    const link = appLink(secret, say('console:brand'), who.slice(0, WHO_LENGTH));
    const groups = base32Of(secret).match(/.{4}/g) ?? [];
    return c.json<FactorOffer>({ secret: groups.join(' '), offer, ...qrPath(link) });
  });
  app.post('/factor', async (c) => {
    const posted = v.safeParse(confirmSchema, await c.req.json().catch(() => undefined));
    if (!posted.success) return c.json({ error: 'bad_form' }, 400);
    const organiser = c.get('organiser');
    const who = store.pseudonym(organiser.urn);
    const secret = readOffer(store, posted.output.offer, who, now());
    if (!secret) return c.json({ error: 'gone' }, 410);
    const step = stepOf(secret, posted.output.code, now());
    if (step === undefined) return c.json({ error: 'wrong_code' }, 403);
    // The code that sets the factor is spent by it.
    const done = await change(organiser, secret, codeOp(who, secret, step), 'set');
    return done ? c.json({}) : c.json({ error: 'conflict' }, 409);
  });
  app.delete('/factor', async (c) => {
    const organiser = c.get('organiser');
    const { factor } = organiser.person.contact ?? {};
    // A second tap finds nothing left to end.
    if (!factor) return c.json({});
    const op = `console-factor-off:${store.pseudonym(organiser.urn)}:${factor.since}`;
    return (await change(organiser, undefined, op, 'off')) ? c.json({}) : c.json({ error: 'conflict' }, 409);
  });

  /** Commits the change, and tells the person in the chat: a stranger's change must not stay unseen. */
  function change({ urn, person }: Organiser, secret: Buffer | undefined, op: string, to: 'set' | 'off') {
    const change = changeFactor(store, person, secret, now());
    const what = `console_factor_${to}`;
    const said = { key: `flows/reset-factor:told_${to}` } as const;
    return commitAndNotify({ op, what, who: store.pseudonym(urn), ...change }, [{ to: urn, said }], services);
  }

  return app;
}
