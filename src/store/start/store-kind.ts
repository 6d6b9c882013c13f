import type { StoreKind } from '../../config.ts';
import { CITY_NAMES, isDemoName } from '../../config.ts';
import type { Connection } from '../connect.ts';
import { keysOf } from '../keys.ts';
import type { StartFinding } from './start-finding.ts';
import { refuse, warn } from './start-finding.ts';

/** Checks that the city's data are of this kind, and that the other kind is not meant. */
export async function checkKind(redis: Connection, city: string, kind: StoreKind): Promise<readonly StartFinding[]> {
  const own = await kindIn(redis, city);
  if (kind === 'demo') {
    const real = city.slice(CITY_NAMES.demo.length + 1) || CITY_NAMES.real;
    if (own === 'real') return [realData(city)];
    return (await kindIn(redis, real)) === 'real' ? [realData(real)] : [];
  }
  if (own === 'real') return [];
  if (own === 'demo' || isDemoName(city)) {
    const cure = 'Set CITY in .env to the name of the real city, such as CITY=xicheng.';
    return [refuse(`City "${city}" is for invented data; a real bot does not open it.`, cure)];
  }
  const demo = await kindIn(redis, CITY_NAMES.demo);
  if (demo === 'real' && city === CITY_NAMES.real) {
    const what = `An earlier release kept this city's data under the name "${CITY_NAMES.demo}".`;
    return [refuse(what, `Set CITY=${CITY_NAMES.demo} in .env.`)];
  }
  const cure = 'Import its regions with `npm run anlin -- import`, and open the owner link.';
  return demo !== 'demo' ? [] : [warn(`The demo's data stay apart: "${city}" starts as a new, empty city.`, cure)];
}

function realData(city: string): StartFinding {
  const cure =
    'Set TELEGRAM_TOKEN or the other channels of that city in .env; for a demo, set DATA_DIR or REDIS_URL to another place.';
  return refuse(`This store holds the data of the real city "${city}", and the demo would stand in for it.`, cure);
}

/** Reads the kind of a city's data; undefined if it has none. Stores of earlier releases show it in their first import. */
async function kindIn(redis: Connection, city: string): Promise<StoreKind | undefined> {
  const keys = keysOf(city);
  const { instance, kind } = await redis.hgetall(keys.meta);
  if (kind === 'demo' || kind === 'real') return kind;
  if (instance === undefined) return undefined;
  const [founding] = await redis.xrange(keys.cityChanges, '-', '+', 'COUNT', 1);
  const { what } = JSON.parse(founding?.[1][1] ?? '{}') as { readonly what?: string }; // written by saveCityData
  return what === 'demo' ? 'demo' : 'real';
}
