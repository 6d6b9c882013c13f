import { join } from 'node:path';
import { sweepBroadcasts } from './broadcasts/broadcast-retention.ts';
import { CALENDAR_ENDS } from './calendar.ts';
import { bringUp } from './cases/bring-up.ts';
import { sweepCases } from './cases/case-retention.ts';
import { sweepPhotos } from './cases/photo-keeper.ts';
import type { Surge } from './cases/surge.ts';
import { NO_SURGE, watchSurge } from './cases/surge.ts';
import type { SendOutcome, Urn } from './channels/channel.ts';
import { openTelegram } from './channels/telegram/telegram.ts';
import { cityOf } from './city/city.ts';
import { loadCityData, saveCityData, watchCity } from './city/city-store.ts';
import type { Config } from './config.ts';
import type { Health, WebServer } from './console/server.ts';
import { openWebServer } from './console/server.ts';
import { watchCampaigns } from './conversation/campaigns.ts';
import { watchExpiry } from './conversation/expiry.ts';
import { commandsIn } from './conversation/intent.ts';
import { watchNews } from './conversation/news.ts';
import { watchSurveys } from './conversation/surveying.ts';
import type { House } from './conversation/turn.ts';
import { answer, keepOrForget } from './conversation/turn.ts';
import { watchVolunteering } from './conversation/volunteering.ts';
import { openRelay } from './delivery/relay.ts';
import { demoCityData } from './demo/city.ts';
import { giveDemoRoles } from './demo/people.ts';
import { seedDemo } from './demo/seed.ts';
import type { Simulator } from './demo/simulator/server.ts';
import { startSimulator } from './demo/simulator/server.ts';
import { answerSurveys } from './demo/survey-residents.ts';
import { openWording } from './i18n.ts';
import type { Log } from './log.ts';
import { openLog } from './log.ts';
import { announcements } from './open311/announcements.ts';
import { geoReport } from './open311/georeport.ts';
import { watchHooks } from './open311/send-hooks.ts';
import { shifts } from './open311/shifts.ts';
import { ownersInvitation } from './people/invitation.ts';
import { knowPersons } from './people/known-persons.ts';
import { sweepOrphans, sweepPersons, sweepUndelivered } from './people/person-retention.ts';
import type { Quotas } from './people/quota.ts';
import { QUOTAS } from './people/quota.ts';
import { watchRetention } from './people/retention.ts';
import { clearPeople } from './store/apply.ts';
import type { Connection } from './store/connect.ts';
import { connect } from './store/connect.ts';
import type { EmbeddedRedis } from './store/embedded.ts';
import { startEmbeddedRedis } from './store/embedded.ts';
import type { Finding, GateSettings } from './store/gate.ts';
import { checkStore, gateFor, rememberStore } from './store/gate.ts';
import { watchLease } from './store/held-lease.ts';
import { goSafe, reachedBy, safeMode, watchRestores } from './store/safe-mode.ts';
import type { Store } from './store/store.ts';
import { openStore } from './store/store.ts';
import { sweepMediations } from './volunteers/mediation-store.ts';
import { sweepTasks } from './volunteers/task-retention.ts';
import { sweepVolunteers } from './volunteers/volunteer-store.ts';

/** The product, running. */
export type Running = {
  readonly store: Store;
  readonly house: House;
  readonly web: WebServer;
  readonly simulator: Simulator | undefined;
  readonly embedded: EmbeddedRedis | undefined;
  readonly warnings: readonly Finding[];
  /** What makes whoever sends it the city's first organiser; undefined once there is one. */
  readonly owner: string | undefined;
  /** Finishes what was begun, then closes everything. */
  close(): Promise<void>;
};

/** The start gate said no: each finding has its cure. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly findings: readonly Finding[];
  constructor(findings: readonly Finding[]) {
    super(findings.map(({ what, cure }) => `${what} ${cure}`).join('\n'));
    this.findings = findings;
  }
}

type Options = {
  /** The built phones page, shown by the simulator. */
  readonly page?: string;
  readonly log?: Log;
  /** Another clock than the machine's, ms since the epoch. */
  readonly now?: () => number;
  readonly quotas?: Quotas;
  /** Instead of looking at what comes in. */
  readonly surge?: Surge;
};

/** Opens every part and ties them together: store, simulator in demo mode, channel, relay, web server. */
export async function open(config: Config, options: Options = {}): Promise<Running> {
  const closing: (() => Promise<unknown> | unknown)[] = [];
  // Each part is closed once, and one that cannot be (its Redis is gone) does not keep the others open.
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await Promise.resolve(close()).catch(() => {});
  };
  try {
    return await openParts(config, options, closing, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function openParts(
  config: Config,
  options: Options,
  closing: (() => Promise<unknown> | unknown)[],
  closeAll: () => Promise<void>,
): Promise<Running> {
  const secrets = config.telegram.type === 'bot' ? [config.telegram.token] : [];
  const log = options.log ?? openLog(config.logLevel, secrets);

  const embedded = config.redisUrl ? undefined : await startEmbeddedRedis(join(config.dataDir, 'redis'));
  if (embedded) closing.push(() => embedded.stop());
  const url = config.redisUrl ?? embedded?.url ?? '';
  const redis = connect(url);
  closing.push(() => redis.disconnect());
  const gate = gateFor(config, url);
  const warnings = [...(await passGate(redis, gate, log)), ...calendarWarning(Date.now())];
  const store = await openStore(redis, config.city, config.pace, Date.now(), config.dataKey);
  if (warnings.some(({ level }) => level === 'safe_mode')) await goSafe(store, (await reachedBy(store)).restores);
  await rememberStore(redis, gate);
  const restores = watchRestores(store, log);
  closing.push(() => restores.close());
  closing.push(() => rememberStore(redis, gate, true));

  const simulator = config.telegram.type === 'demo' ? await openSimulator(config, options) : undefined;
  if (simulator) closing.push(() => simulator.close());
  const now = options.now ?? simulator?.world.now ?? Date.now;

  const wording = openWording();
  if (config.telegram.type === 'demo') await foundDemo(store, now());
  const watched = options.surge ? undefined : watchSurge(store, log, now);
  closing.push(() => watched?.close());
  const site = config.telegram.type === 'bot' ? config.telegram.webhook?.url : undefined;
  const pages = site === undefined ? {} : { site: new URL(site).origin };
  const around = { ...pages, surge: options.surge ?? watched ?? NO_SURGE, quotas: options.quotas ?? QUOTAS };
  const city = await watchCity(store, (data) => cityOf(data, wording.languages, around), log);
  closing.push(() => city.close());
  const brought = await bringUp(store, city.now(), now());
  if (brought > 0) log.warn({ cases: brought }, 'cases of an earlier release were brought up to this one');
  // What is opened later is closed earlier: nothing new comes in, what came in is answered, then the connections go.
  const bot = config.telegram.type === 'bot' ? config.telegram : demoBot(simulator);
  const poller = 'webhook' in bot ? undefined : await watchLease(store, 'poller', log, { listens: true });
  if (poller) closing.push(() => poller.close());
  const telegram = openTelegram({ ...bot, log, now, mayPoll: () => poller?.held() ?? false });
  closing.push(() => telegram.close());
  const channels = [telegram];
  const ended = (to: Urn, outcome: SendOutcome): void => {
    if (outcome.type !== 'sent') persons.drop(to);
    else if (outcome.ref) persons.sent(to, outcome.ref);
  };
  const relay = openRelay({ store, channels, log, ended });
  const persons = knowPersons(store, relay.alone);
  closing.push(() => relay.close());
  const house: House = {
    store,
    wording,
    relay,
    persons,
    channels,
    log,
    now,
    get city() {
      return city.now();
    },
  };

  const web = await openWebServer({
    host: config.host,
    port: config.port,
    channels,
    open311: geoReport({
      store,
      wording,
      city: () => city.now(),
      now,
      log,
      photos: join(config.dataDir, 'photos'),
    }),
    announcements: announcements({ store, wording, city: () => city.now() }),
    shifts: shifts(store, now),
    health: () => healthOf(house, warnings),
  });
  closing.push(() => web.close());
  closing.push(() => telegram.pause());
  const expiry = watchExpiry(house);
  closing.push(() => expiry.close());
  const hooks = await watchHooks({ store, wording, city: () => city.now(), now, log });
  closing.push(() => hooks.close());
  const news = await watchNews(house);
  closing.push(() => news.close());
  const campaigns = await watchCampaigns(house);
  closing.push(() => campaigns.close());
  const volunteering = await watchVolunteering(house);
  closing.push(() => volunteering.close());
  const surveying = await watchSurveys(house);
  closing.push(() => surveying.close());
  if (simulator) {
    const residents = answerSurveys(store);
    closing.push(() => residents.close());
  }
  const sweeps = [
    sweepCases,
    sweepOrphans,
    sweepUndelivered,
    sweepBroadcasts,
    sweepTasks,
    sweepMediations,
    sweepVolunteers,
    sweepPersons((person) => keepOrForget(person, house)),
    // The slowest last: what people were promised does not wait for pictures.
    sweepPhotos({ folder: join(config.dataDir, 'photos'), channels, log }),
  ];
  const retention = await watchRetention(store, sweeps, log, now);
  closing.push(() => retention.close());
  const commands = Object.fromEntries(
    wording.languages.map((language) => [language, commandsIn(wording.in(language))]),
  );
  simulator?.whenReset(async () => {
    await clearPeople(store);
    await seedDemo(store, now());
    await giveDemoRoles(store, simulator.world, now());
  });
  await telegram.open((inbound) => answer(inbound, house), commands);
  relay.wake();
  const owner = config.telegram.type === 'bot' ? await ownersInvitation(store, now()) : undefined;
  return { store, house, web, simulator, embedded, warnings, owner, close: closeAll };
}

/** How long before the known holidays end a newer release is asked for. */
const CALENDAR_WARNING_MS = 60 * 24 * 3600_000;

/** Limits in working days go wrong, quietly, when the holidays of a year are not known. */
function calendarWarning(now: number): readonly Finding[] {
  if (now < Date.parse(CALENDAR_ENDS) - CALENDAR_WARNING_MS) return [];
  const what = `The holidays are known until ${CALENDAR_ENDS} only; after that every weekday counts as a working day.`;
  return [{ level: 'warn', what, cure: 'Update chinese-days once next year is announced.' }];
}

/** Waits a little for a Redis that is only just starting; loading its data may take a minute. */
async function passGate(redis: Connection, gate: GateSettings, log: Log): Promise<readonly Finding[]> {
  const started = performance.now();
  for (;;) {
    const findings = await checkStore(redis, gate, Date.now()).catch((error) => [unreachable(error)]);
    const refusals = findings.filter(({ level }) => level === 'refuse');
    if (refusals.length === 0) return findings;
    const wait = Math.max(...refusals.map(({ mayPassInMs = 0 }) => mayPassInMs));
    if (performance.now() - started > wait) throw new Refused(refusals);
    log.info({ refusals: refusals.map(({ what }) => what) }, 'the store is not ready yet');
    await new Promise((done) => setTimeout(done, 500));
  }
}

function unreachable(error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  const what = `Redis does not answer (${why}).`;
  if (/WRONGPASS|NOAUTH|NOPERM/.test(why)) {
    return {
      level: 'refuse',
      what,
      cure: 'Put the right user and password into REDIS_URL: redis://user:password@host.',
    };
  }
  const cure = 'Start it, or set REDIS_URL; without REDIS_URL the bot starts a Redis of its own.';
  return { level: 'refuse', what, cure, mayPassInMs: why.startsWith('LOADING') ? 60_000 : 10_000 };
}

function openSimulator(config: Config, options: Options): Promise<Simulator> {
  const page = options.page ? { page: options.page } : {};
  return startSimulator({
    host: config.host,
    port: config.simPort,
    file: join(config.dataDir, 'simulator.jsonl'),
    ...page,
  });
}

function demoBot(simulator: Simulator | undefined) {
  return { token: simulator?.token ?? '', apiRoot: simulator?.url ?? '' };
}

/** A new demo is given a made-up city with a past. */
async function foundDemo(store: Store, now: number): Promise<void> {
  if ((await loadCityData(store)).regions.length > 0) return;
  await seedDemo(store, now);
  await saveCityData(store, demoCityData(), 'demo', now, { founding: true });
}

async function healthOf({ store, channels }: House, warnings: readonly Finding[]): Promise<Health> {
  const { redis, keys, city } = store;
  const waiting = await redis.hlen(keys.outbox).catch(() => undefined);
  const safe = await safeMode(store).catch(() => undefined);
  const troubles = channels.flatMap((channel) => channel.trouble() ?? []);
  return {
    ok: waiting !== undefined,
    city,
    store: waiting === undefined ? 'away' : 'up',
    messages_waiting: waiting ?? null,
    ...(safe ? { safe_mode_since: new Date(safe.since).toISOString() } : {}),
    channels: troubles.length > 0 ? troubles : 'up',
    warnings: warnings.map(({ what, cure }) => `${what} ${cure}`),
  };
}
