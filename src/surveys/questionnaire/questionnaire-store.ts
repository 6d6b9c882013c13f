import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Questionnaire } from './questionnaire.ts';
import { QUESTIONNAIRES } from './questionnaire.ts';

/** Loads the questionnaires that organisers can choose: built-in ones first, then imported ones. */
export async function loadQuestionnaires({ redis, keys }: Store): Promise<readonly Questionnaire[]> {
  const imported = Object.values(await orStoreAway(redis.hgetall(keys.questionnaires)));
  return [...QUESTIONNAIRES, ...imported.map((text) => JSON.parse(text) as Questionnaire)]; // written by the import
}
