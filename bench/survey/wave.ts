import { INDICATOR_SETS } from '../../src/surveys/estimate/indicator.ts';
import { QUESTIONNAIRES } from '../../src/surveys/questionnaire/questionnaire.ts';
import type { Wave } from '../../src/surveys/wave/wave.ts';
import { newWaveId, TIMES } from '../../src/surveys/wave/wave.ts';

const [questionnaire] = QUESTIONNAIRES;
const [set] = INDICATOR_SETS;
if (!questionnaire || !set) throw new Error('The product has no questionnaire or no indicator set.');
/** The questionnaire that the bench measures. */
export const QUESTIONNAIRE = questionnaire;
/** The indicators that the bench estimates. */
export const INDICATOR_SET = set;

/** Makes an open wave of the first questionnaire. */
export function waveOf(region: string): Wave {
  return {
    id: newWaveId(),
    state: 'open',
    questionnaire: QUESTIONNAIRE,
    indicators: INDICATOR_SET.id,
    region,
    target: 1000,
    by: 'bench',
    openedAt: Date.now(),
    closesAt: Date.now() + TIMES.closesMs,
    strata: [],
    releasedAt: Date.now(),
  };
}
