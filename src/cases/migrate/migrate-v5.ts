import type { Migration } from '../../store/start/migrate.ts';
import { stageOf, stageOwners, stageScore } from '../desk/stages.ts';
import { forAllCases } from './for-all-cases.ts';

/** Schema 6 lists the cases of each desk and unit by stage. */
export const migrateV5: Migration = {
  to: 6,
  run: (store) =>
    forAllCases(store, ({ record }) =>
      stageOwners(record).map(
        (owner) => ['ZADD', store.keys.casesAtStage(owner, stageOf(record)), stageScore(record), record.id] as const,
      ),
    ),
};
