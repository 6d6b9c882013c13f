import { join } from 'node:path';
import type { JobRunner } from './background/job-runner.ts';
import { openJobRunner } from './background/job-runner.ts';
import { countFlushed } from './broadcasts/sending/copies.ts';
import { openSending } from './broadcasts/sending/open-sending.ts';
import { migrateV1 } from './cases/migrate/migrate-v1.ts';
import { migrateV5 } from './cases/migrate/migrate-v5.ts';
import { migrateV6 } from './cases/migrate/migrate-v6.ts';
import { openSurge } from './cases/report/surge-job.ts';
import type { Inbound, SendOutcome, Urn } from './channels/channel.ts';
import { openWebPush } from './channels/web/push/web-push.ts';
import { openUploads } from './channels/web/uploads.ts';
import { cityOf } from './city/city.ts';
import { openCity } from './city/live-city.ts';
import type { Quotas } from './city/quotas.ts';
import { QUOTAS } from './city/quotas.ts';
import type { Surge } from './city/surge.ts';
import { NO_SURGE } from './city/surge.ts';
import type { Config } from './config.ts';
import { healthOf } from './console/health.ts';
import type { WebServer } from './console/server.ts';
import { openWebServer } from './console/server.ts';
import type { CaseStream } from './console/stream.ts';
import { commandsIn } from './conversation/intent/intent.ts';
import { answer } from './conversation/turn.ts';
import { openUpdatesInHand } from './conversation/updates-in-hand.ts';
import { openRelay } from './delivery/relay.ts';
import type { Simulator } from './demo/simulator/server.ts';
import { openWording } from './i18n.ts';
import { VISIT_PAGE_AT } from './inspections/visits/visit-page.ts';
import { jobsOf } from './jobs.ts';
import type { Log } from './log.ts';
import { openLog } from './log.ts';
import type { Services } from './notify/services.ts';
import { openChannels, photosIn, siteOf } from './open-channels.ts';
import { openPublicAddress } from './open311/public-address.ts';
import { openOwnerInvitation } from './people/invitation.ts';
import { migrateV4 } from './people/migrate-v4.ts';
import { openPersonCache } from './people/person-cache.ts';
import type { SteadyClock } from './steady-clock.ts';
import { openSteadyClock } from './steady-clock.ts';
import type { EmbeddedRedis } from './store/start/embedded.ts';
import { migrate } from './store/start/migrate.ts';
import { openData } from './store/start/open-data.ts';
import type { OwnServer } from './store/start/own-server.ts';
import type { StartFinding } from './store/start/start-finding.ts';
import { warn } from './store/start/start-finding.ts';
import type { Store } from './store/store.ts';
import { migrateV3 } from './surveys/wave/migrate-v3.ts';
import { migrateWavesV5 } from './surveys/wave/migrate-v5.ts';
import type { Timings } from './timings.ts';
import { TIMINGS } from './timings.ts';

/** The product, running. */
export type Running = {
  readonly store: Store;
  readonly services: Services;
  readonly jobs: JobRunner;
  readonly web: WebServer;
  readonly simulator: Simulator | undefined;
  readonly embedded: EmbeddedRedis | undefined;
  /** The end of a new demo's history. Undefined if there is nothing to write. */
  readonly history: Promise<void> | undefined;
  readonly warnings: readonly StartFinding[];
  /** Payload that makes its sender the city's first organiser; undefined once there is one. */
  readonly owner: string | undefined;
  /** Finishes what is under way, then closes every part. */
  close(): Promise<void>;
};

export type OpenOptions = {
  /** Returns the folder of the built phones page, which the simulator shows. */
  readonly page?: () => Promise<string>;
  /** False: the demo's simulator does not enforce Telegram's sending limits. */
  readonly limits?: boolean;
  readonly log?: Log;
  /** Another clock than the machine's, ms since the epoch. */
  readonly now?: () => number;
  readonly quotas?: Quotas;
  /** Replaces the detection of surges. */
  readonly surge?: Surge;
  readonly timings?: Timings;
  /** The origin of one more push service, beside those of the browsers. */
  readonly pushService?: string;
  /** False: takes no updates, for a command that only sends. */
  readonly receives?: boolean;
  /** The city's own Redis, launched before the modules were loaded. */
  readonly server?: OwnServer;
};

type Closing = { add(close: () => Promise<unknown> | unknown): void; all(): Promise<void> };

/** Opens every part and wires them together. Throws BadConfig, StartRefused or DataInUse, each with its cure. */
export async function open(config: Config, options: OpenOptions = {}): Promise<Running> {
  const closing = closingList();
  try {
    return await openParts(config, options, closing);
  } catch (error) {
    await closing.all();
    throw error;
  }
}

/** Closes parts once, in reverse order; a part that fails (its Redis is gone) does not keep the others open. */
function closingList(): Closing {
  const list: (() => Promise<unknown> | unknown)[] = [];
  return {
    add: (close) => list.push(close),
    async all() {
      for (const close of list.splice(0).reverse()) await Promise.resolve(close()).catch(() => {});
    },
  };
}

async function openParts(config: Config, options: OpenOptions, closing: Closing): Promise<Running> {
  // Loaded only in demo mode: a real bot has no simulator.
  const demo = config.telegram.type === 'demo' ? await import('./demo/open-demo.ts') : undefined;
  const timings = options.timings ?? TIMINGS;
  const log = options.log ?? openLog(config.logLevel, config.telegram.type === 'bot' ? [config.telegram.token] : []);
  const { store, embedded, warnings, recheck } = await openData({
    config,
    log,
    closing,
    timings: timings.store,
    server: options.server,
  });
  const simulator = await demo?.openDemoSimulator(config, options);
  if (simulator) closing.add(() => simulator.close());
  const steppedBack = (ms: number) => log.warn({ ms }, 'the clock of the machine was set back');
  const clock = openSteadyClock({ steppedBack });
  const now = options.now ?? simulator?.world.now ?? clock.now;
  const url = embedded?.url ?? config.redisUrl ?? '';
  const receives = options.receives ?? true;
  const order = () => ({ config, url, now: now() });
  const history = receives ? await demo?.seedNewDemo(store, order()) : undefined;

  const wording = openWording();
  const surge = options.surge ? undefined : openSurge(store, log, now);
  const { site: origin, trustedProxy = [] } = config;
  const chatSite = config.webChat ? siteOf(config).site : undefined;
  const around = {
    ...siteOf(config),
    ...(chatSite === undefined ? {} : { visitPage: `${chatSite}${VISIT_PAGE_AT}/` }),
    surge: options.surge ?? surge ?? NO_SURGE,
    quotas: options.quotas ?? QUOTAS,
  };
  const city = await openCity(store, (data) => cityOf(data, wording.languageNames, around));
  const converted = await migrate(store, [
    migrateV1(city.now(), now()),
    migrateV3,
    migrateV4,
    migrateV5,
    migrateWavesV5,
    migrateV6,
  ]);
  if (converted > 0) log.warn({ records: converted }, 'records of an earlier release were converted');

  // Parts close in reverse order: nothing new comes in, turns end, replies go out, connections close.
  const address = openPublicAddress(origin, trustedProxy);
  const uploads = openUploads(join(config.dataDir, 'uploads'));
  const push = openWebPush({ secret: store.dataKey, site: siteOf(config).site, further: options.pushService });
  closing.add(() => push.close());
  const phones = receives ? await demo?.openDemoPlatforms(config, now) : undefined;
  if (phones) closing.add(() => phones.close());
  const channels = await openChannels({
    config,
    simulator,
    store,
    log,
    now,
    timings,
    receives,
    closing,
    address,
    uploads,
    push,
    wording,
    wechat: config.wechat ?? phones?.wechat,
    wecom: config.wecom ?? phones?.wecom,
  });
  for (const channel of channels) closing.add(() => channel.close());
  const ended = (to: Urn, outcome: SendOutcome): void => {
    if (outcome.type !== 'sent') persons.drop(to);
    else if (outcome.ref) persons.sent(to, outcome.ref);
  };
  const flushed = async (to: Urn, ledger: readonly string[], ref?: string) =>
    void (await countFlushed(store, to, ledger, ref));
  const relay = openRelay({ store, channels, log, ended, flushed, timings: timings.relay });
  const persons = openPersonCache(store, relay.alone);
  closing.add(() => relay.close());
  const services: Services = {
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

  const updates = openUpdatesInHand();
  /** Without a loaded page no one follows changes. */
  let stream: CaseStream | undefined;
  const health = () => healthOf(services, updates, async () => [...clockWarning(clock), ...(await recheck())]);
  const web = await openWebServer({
    host: config.host,
    port: receives ? config.port : 0,
    routes: async () => {
      const { openRoutes } = await import('./open-routes.ts');
      const opened = openRoutes({
        config,
        services,
        photos: photosIn(config),
        address,
        uploads,
        timings,
        health,
        ...(demo && simulator
          ? { demoOrganisers: () => demo.demoOrganisers(store, simulator.world), framedBy: simulator.url }
          : {}),
      });
      stream = opened.stream;
      return opened.listener;
    },
    log,
  });
  const here = `http://127.0.0.1:${web.port}`;
  const webChat = `${here}/w/`;
  simulator?.beside({
    console: `${origin ?? here}/console`,
    ...(config.webChat ? { webChat, stairwell: demo?.stairwellLink(webChat, city.now().regions) ?? webChat } : {}),
    ...(phones ? { wechat: phones.wechat.apiRoot, wecom: phones.wecom.apiRoot } : {}),
  });
  closing.add(() => web.close());
  closing.add(() => stream?.close());
  for (const channel of channels) closing.add(() => channel.pause());
  if (receives) {
    const sending = await openSending(services, timings.sending);
    closing.add(() => sending.close());
  }
  const jobs = await openJobRunner({
    store,
    log,
    now,
    jobs: [
      ...jobsOf(services, { city, surge, uploads, push, dataDir: config.dataDir, digestTimes: config.digestTimes }),
      ...(demo?.demoJobs(store) ?? []),
    ],
    after: history?.ended,
    timings: timings.jobs,
  });
  closing.add(() => jobs.close());
  if (history) closing.add(() => history.stop());
  void history?.ended.then(
    () => stream?.reconnect(),
    (err: unknown) => log.error({ err }, 'the demo stays without its history'),
  );

  if (simulator) demo?.reseedOnReset(simulator, phones, store, order, history);
  if (simulator) demo?.followClock(simulator, store, jobs, options.page !== undefined);
  const commands = commandsOf(services);
  const take = (inbound: Inbound) => updates.during(() => answer(inbound, services));
  if (receives) for (const channel of channels) await channel.open(take, commands);
  phones?.connect(web.port);
  relay.wake();
  const owner = demo ? undefined : await openOwnerInvitation(store, now());
  return {
    store,
    services,
    jobs,
    web,
    simulator,
    embedded,
    history: history?.ended,
    warnings,
    owner,
    close: closing.all,
  };
}

/** Seconds of a step that are worth a warning. */
const STEP_S = 2;

/** Warns while this process waits for a clock that was set back. */
function clockWarning(clock: SteadyClock): readonly StartFinding[] {
  const seconds = Math.round(clock.ahead() / 1000);
  if (seconds < STEP_S) return [];
  const what = `The machine's clock was set back; Anlin is ${seconds} s ahead and waits for it.`;
  return [warn(what, 'Synchronise the clock (NTP). Restart to follow it at once.')];
}

function commandsOf({ wording }: Services) {
  return Object.fromEntries(wording.languages.map((language) => [language, commandsIn(wording.in(language))]));
}
