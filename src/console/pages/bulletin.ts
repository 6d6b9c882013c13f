import type { Context } from 'hono';
import { Hono } from 'hono';
import { showCaseNumber } from '../../cases/case-number.ts';
import { communityOutlines } from '../../city/community-outlines.ts';
import type { Value } from '../../delivery/outcome.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage, sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { Bulletin, KeyNumber, PointAnswer, StreetLine } from '../../review/bulletin/bulletin.ts';
import { hashOfBulletin } from '../../review/bulletin/bulletin.ts';
import {
  answerText,
  isWithheld,
  pastText,
  sentenceText,
  versionText,
  weakText,
} from '../../review/bulletin/bulletin-card.ts';
import type { SentenceRows } from '../../review/bulletin/bulletin-rows.ts';
import { rowsBehind } from '../../review/bulletin/bulletin-rows.ts';
import { loadAnswers, loadBulletin, loadBulletinMonths } from '../../review/bulletin/bulletin-store.ts';
import { bulletinFor, bulletinGrants, MAY_ANSWER_POINTS } from '../../review/bulletin/bulletin-view.ts';
import type { Sentence } from '../../review/bulletin/sentence.ts';
import { INDICATORS } from '../../review/score/indicator.ts';
import { readMonth } from '../../review/score/month.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';

/** A sentence with the key of its rows: region and indicator. */
export type PageSentence = { readonly text: string; readonly rows?: string };

/** The bulletin as its page shows it. Times in ms since the epoch. */
export type BulletinPage = Pick<
  Bulletin,
  'month' | 'version' | 'madeAt' | 'formula' | 'promises' | 'letters' | 'alerts' | 'snapshot'
> & {
  readonly city: string;
  readonly state: string;
  readonly hash: string;
  readonly numbers: readonly (KeyNumber & { readonly name: string })[];
  /** Sentences in place of withheld numbers. */
  readonly withheld: readonly string[];
  readonly moved: readonly PageSentence[];
  readonly streets: readonly (StreetLine & { readonly name: string })[];
  readonly weak: readonly (PageSentence & {
    readonly proposal: string;
    readonly answer: string;
    readonly open: boolean;
  })[];
  readonly past: readonly (PageSentence & { readonly answer: string })[];
  readonly holidays?: readonly string[];
  /** Outlines of communities, each with its street. */
  readonly map: readonly {
    readonly street: string;
    readonly rings: readonly (readonly (readonly [number, number])[])[];
  }[];
  readonly weakStreets: readonly string[];
};

export type BulletinMonths = readonly { readonly month: string; readonly version: number }[];

/** 月报: `GET /` lists the months, `GET /:month` shows a version, `GET /:month/rows` the rows behind a sentence. */
export function bulletinRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => c.json<BulletinMonths>(await loadBulletinMonths(services.store)));
  app.get('/:month', async (c) => {
    const bulletin = await bulletinOf(c, services);
    if (!bulletin) return c.json({ error: 'not_found' }, 404);
    const answers = await loadAnswers(services.store, bulletin.month);
    return c.json(await pageOf(bulletin, answers, c, services));
  });
  app.get('/:month/rows', async (c) => {
    const { store, city } = services;
    const bulletin = await bulletinOf(c, services);
    const [region = '', name] = (c.req.query('of') ?? '').split('.');
    const code = INDICATORS.find((one) => one === name);
    const mayRead = anyGrantCovers(bulletinGrants(c.get('organiser').grants), region, city.regions);
    if (!bulletin || !code || !mayRead) return c.json({ error: 'not_found' }, 404);
    const rows = await rowsBehind(store, bulletin, { region, code }, city);
    const shown: SentenceRows | null = rows
      ? { ...rows, failed: rows.failed.map((number) => showCaseNumber(number)) }
      : null;
    return c.json(shown);
  });
  return app;
}

/** The version that an address names, as the organiser may read it. */
async function bulletinOf(c: Context<ConsoleEnv>, { store, city }: Services): Promise<Bulletin | undefined> {
  const month = readMonth(c.req.param('month'));
  const version = Number(c.req.query('version') ?? 0);
  const found = month && (await loadBulletin(store, month, version >= 1 ? Math.floor(version) : undefined));
  return found && bulletinFor(found, c.get('organiser').grants, city);
}

async function pageOf(
  bulletin: Bulletin,
  answers: ReadonlyMap<string, PointAnswer>,
  c: Context<ConsoleEnv>,
  services: Services,
): Promise<BulletinPage> {
  const { store, city } = services;
  const organiser = c.get('organiser');
  const reader = readerFor(organiser, services);
  const say = (value: Value) => String(sayAny(value, reader));
  const own = organiser.grants.filter(({ role }) => MAY_ANSWER_POINTS.includes(role));
  const isMoved = ({ kind }: Sentence) => ['moved_up', 'moved_down', 'no_difference'].includes(kind);
  const { month, version, madeAt, formula, promises, letters, alerts, snapshot, holidays } = bulletin;
  const mayRead = (region: string) => anyGrantCovers(bulletinGrants(organiser.grants), region, city.regions);
  const rowsOf = (region: string, code: string) => (mayRead(region) ? { rows: `${region}.${code}` } : {});
  return {
    ...{ month, version, madeAt, formula, letters, alerts },
    ...(promises ? { promises } : {}),
    ...(snapshot ? { snapshot } : {}),
    city: nameOf(bulletin.region, reader),
    state: say(versionText(bulletin)),
    hash: hashOfBulletin(bulletin),
    numbers: bulletin.numbers.map((one) => ({ ...one, name: say({ key: `flows/my-bulletin:indicator.${one.code}` }) })),
    withheld: bulletin.sentences.filter(isWithheld).map((one) => say(sentenceText(one))),
    moved: bulletin.sentences
      .filter(isMoved)
      .map((one) => ({ text: say(sentenceText(one)), ...rowsOf(one.region, one.code) })),
    streets: bulletin.streets.map((line) => ({ ...line, name: nameOf(line.region, reader) })),
    weak: bulletin.weak.map((point) => ({
      text: say(weakText(point, bulletin, city)),
      ...(point.basis === 'alert' ? {} : rowsOf(point.region, point.code)),
      proposal: say({ key: `flows/my-bulletin:proposal.${point.proposal}` }),
      answer: say(answerText(answers.get(point.id))),
      open: !answers.has(point.id) && anyGrantCovers(own, point.region, city.regions),
    })),
    past: bulletin.past.map((one) => ({
      text: say(pastText(one, city)),
      ...(one.sentence ? rowsOf(one.sentence.region, one.sentence.code) : {}),
      answer: say(answerText(one.answer)),
    })),
    ...(holidays ? { holidays: holidays.map((day) => say({ date: day })) } : {}),
    map: (await communityOutlines(store)).map(({ id, rings }) => ({
      street: bulletin.streets.find(({ region }) => city.regions.chain(id).includes(region))?.region ?? '',
      rings,
    })),
    weakStreets: bulletin.weak.map(({ region }) => region),
  };
}

function nameOf(region: string, { regions, language }: Reader): string {
  return inLanguage(regions.nameOf(region) ?? { 'zh-CN': region }, language);
}
