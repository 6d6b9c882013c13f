import type { Category } from './category.ts';
import type { CityData } from './city.ts';
import defaultCategories from './default-categories.json' with { type: 'json' };
import defaultUnits from './default-units.json' with { type: 'json' };

/** The category tree of a new city. */
export const DEFAULT_CATEGORIES = defaultCategories as readonly Category[];

/** A city before its first import: no regions, and the default categories and units. */
export const NEW_CITY: CityData = {
  regions: [],
  places: [],
  units: defaultUnits,
  categories: DEFAULT_CATEGORIES,
  census: [],
  premises: [],
};
