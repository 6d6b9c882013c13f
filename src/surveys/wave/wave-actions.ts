import type { Urn } from '../../channels/channel.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers, widestOf } from '../../people/role.ts';
import { narrowest } from '../../regions/narrow-region.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { INDICATOR_SETS } from '../estimate/indicator.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Wave } from './wave.ts';
import { newWaveId, TIMES } from './wave.ts';
import { keepWave } from './wave-store.ts';

/** Bounds and default of the number of wanted answers. */
export const TARGET = { min: 30, max: 100_000, usual: 600 };

type NewWaveAnswers = {
  readonly district?: string | null;
  readonly street?: string | null;
  readonly questionnaire?: string | null;
  readonly indicators?: string | null;
  readonly target?: number | null;
};

type NewWaveContext = {
  readonly store: Store;
  /** The organiser, and the grants by which they may run surveys. */
  readonly person: Urn;
  readonly grants: readonly Grant[];
  readonly regions: RegionTree;
  readonly questionnaires: readonly Questionnaire[];
  readonly now: number;
};

/** Creates a wave that waits for its draw; refused outside the organiser's region. */
export function createWave(
  answers: NewWaveAnswers,
  { store, person, grants, regions, questionnaires, now }: NewWaveContext,
): Outcome {
  const widest = widestOf(grants, regions);
  const region = narrowest(answers.district, answers.street) ?? (widest === '*' ? regions.all('city')[0] : widest);
  const questionnaire = questionnaires.find(({ key }) => key === answers.questionnaire);
  if (!region || !questionnaire || !anyGrantCovers(grants, region, regions))
    return noChange('wave_refused', { key: 'flows/my-surveys:not_you' });
  const wave: Wave = {
    id: newWaveId(),
    state: 'drawing',
    questionnaire,
    indicators: answers.indicators ?? INDICATOR_SETS[0]?.id ?? '',
    region,
    target: answers.target ?? TARGET.usual,
    by: store.pseudonym(person),
    openedAt: now,
    closesAt: now + TIMES.closesMs,
    strata: [],
  };
  return { outcome: 'wave_opened', ...keepWave(store, wave, now), says: [{ key: 'flows/my-surveys:opened' }] };
}

/** Calls a wave off, and deletes its ballots, ledger and secrets. */
export function callOffWave(chosen: Kept<Wave>, store: Store, now: number): Outcome {
  const { keys } = store;
  const { checks, writes } = keepWave(store, { ...chosen.record, state: 'called_off' }, now, chosen);
  const removed = [keys.waveBallots, keys.waveLedger, keys.waveSecrets].map(
    (key) => ['DEL', key(chosen.record.id)] as const,
  );
  const says = [{ key: 'flows/my-surveys:called_off' }] as const;
  return { outcome: 'wave_called_off', checks, writes: [...writes, ...removed], says };
}
