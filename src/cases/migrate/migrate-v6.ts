import type { Migration } from '../../store/start/migrate.ts';
import { geoIndexOf } from '../case-indexes.ts';
import { forAllCases } from './for-all-cases.ts';

/** Schema 7 has one geo index of all closed cases, where earlier ones had one of each category. */
export const migrateV6: Migration = {
  to: 7,
  run: (store) =>
    forAllCases(store, ({ record }) => {
      const { keys } = store;
      const { id, category, place } = record;
      if (!place.point || geoIndexOf(keys, record) !== keys.casesEnded) return [];
      return [
        ['GEOADD', keys.casesEnded, place.point.longitude, place.point.latitude, id],
        ['ZREM', keys.formerCasesEnded(category), id],
      ];
    }),
};
