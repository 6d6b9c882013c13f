import { randomInt } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Hono } from 'hono';
import { newCaseNumber } from '../../src/cases/case-number.ts';
import { loadCases } from '../../src/cases/case-store.ts';
import { READ_MAX } from '../../src/cases/desk/case-list.ts';
import { cityOf } from '../../src/city/city.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { caseRoutes } from '../../src/console/pages/cases.ts';
import { homeRoutes } from '../../src/console/pages/home.ts';
import type { ConsoleEnv } from '../../src/console/sign-in/session.ts';
import { loadOrganiser } from '../../src/console/sign-in/session.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { openWording } from '../../src/i18n.ts';
import type { Services } from '../../src/notify/services.ts';
import { EVERYWHERE } from '../../src/people/role.ts';
import { readToken } from '../../src/people/sign-in/sign-in.ts';
import { connect } from '../../src/store/connect.ts';
import { readFieldsSingly } from '../../src/store/records/read-fields.ts';
import { openStore } from '../../src/store/store.ts';
import { takeOrder } from '../broadcast/take-order.ts';
import type { Timed } from '../cases.ts';
import { fill, pointsIn, timed } from '../cases.ts';
import { nowMs } from '../clock.ts';
import { openMeter } from '../meter.ts';
import { OUTER_KEY } from '../open-city.ts';
import { signInStaff } from './sign-in.ts';

export type ListsOrder = { readonly redisUrl: string; readonly size: number; readonly queries: number };
export type Answer = Timed & { readonly name: string };
export type ListsMeasured = {
  readonly answers: readonly Answer[];
  /** The floor of a first search: its records are read, and nothing else. */
  readonly floor: Timed;
  /** The charts of 工作台: until they are there, and the longest pause of the event loop meanwhile, ms. */
  readonly charts: { readonly ms: number; readonly blockedMs: number; readonly mb: number };
};

takeOrder<ListsOrder, ListsMeasured>(run);

const STREET = '990101001000';
const SEARCH = '/cases?q=积水&stage=intake';
/** What the pages ask for, of an organiser of the whole city and of one of a street. */
const CALLS = {
  home: '/home',
  intake: '/cases?stage=intake',
  all: '/cases',
  ended: '/cases?stage=ended',
  'page 40': '/cases?stage=ended&page=39',
  'last page': '/cases?stage=ended&page=1000000',
  number: `/cases?q=${newCaseNumber(randomInt)}`,
  // The first search of a process reads whole records, the next ones those that were written since.
  'first search': SEARCH,
  search: SEARCH,
  overdue: '/cases?only=overdue',
} as const;

/** Calls the console's routes in a city with many cases, on the routes' own code and without the jobs of the product. */
async function run({ redisUrl, size, queries }: ListsOrder): Promise<ListsMeasured> {
  const meter = openMeter(redisUrl);
  const redis = connect(redisUrl);
  const pace = { perSecond: 1, burst: 1, bulkPerSecond: 1, chatPerSecond: 1, chatBurst: 1 };
  const store = await openStore(redis, 'bench', pace, Date.now(), { outerKey: OUTER_KEY });
  await saveCityData(store, demoCityData(), 'bench', Date.now());
  const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
  await meter.redis.config('SET', 'appendfsync', 'no', 'auto-aof-rewrite-percentage', '0');
  await fill(store, city, pointsIn(city), size);
  const wording = openWording();
  // Neither a message nor a job belongs to these routes.
  const services = { store, city, wording, channels: [], now: Date.now } as unknown as Services;
  const routesOf = async (scope: string, n: number) => {
    const token = await signInStaff(store, `telegram:${n}`, { role: 'office', scope, since: 0 }, Date.now());
    const print = readToken(token);
    const organiser = print && (await loadOrganiser(print, services));
    if (!organiser) throw new Error('The organiser has no session.');
    const app = new Hono<ConsoleEnv>();
    app.use(async (c, next) => {
      c.set('organiser', organiser);
      await next();
    });
    app.route('/home', homeRoutes(services));
    app.route('/cases', caseRoutes({ services, photos: '' }));
    return async (path: string) => {
      const answer = await app.request(path);
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}.`);
      return answer.json();
    };
  };
  const answers: Answer[] = [];
  const [whole, street] = [await routesOf(EVERYWHERE, 1), await routesOf(STREET, 2)];
  for (const [where, call] of [
    ['city', whole],
    ['street', street],
  ] as const)
    for (const [name, path] of Object.entries(CALLS))
      answers.push({
        name: `${where}: ${name}`,
        ...(await timed(meter, () => call(path), name === 'first search' ? 1 : queries)),
      });
  const ids = await store.redis.zrange(store.keys.casesFiled, '0', String(READ_MAX - 1));
  const floor = await timed(meter, () => loadCases(store, ids, readFieldsSingly), queries);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().heapUsed);
  }, 100);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const began = nowMs();
  await whole('/home/charts');
  const ms = nowMs() - began;
  delay.disable();
  clearInterval(watch);
  return { answers, floor, charts: { ms, blockedMs: delay.max / 1e6, mb: (most - before) / 1e6 } };
}
