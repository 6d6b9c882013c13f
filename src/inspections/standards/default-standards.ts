import type { Series } from '../../city/series.ts';
import campus from './campus.json' with { type: 'json' };
import community from './community.json' with { type: 'json' };
import short from './short.json' with { type: 'json' };
import type { Standard } from './standard.ts';
import station from './station.json' with { type: 'json' };

/** The built-in standards: three in full, nine with a common core of 60 points and 40 of their own. */
export const DEFAULT_STANDARDS = [station, campus, community, ...short] as unknown as readonly Standard[]; // checked by a test

/** The built-in standard of a series. */
export function defaultStandard(series: Series): Standard {
  const found = DEFAULT_STANDARDS.find((one) => one.series === series);
  if (!found) throw new Error(`There is no built-in standard of ${series}.`);
  return found;
}
