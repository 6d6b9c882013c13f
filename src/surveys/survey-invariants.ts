import type { InvariantCheck } from '../store/invariants.ts';
import { atOnce, keysLike } from '../store/invariants.ts';
import type { Wave } from './wave/wave.ts';

/** I10: what a wave is sealed with, its ballots and its ledger are there as long as it is answered, and its results from the moment on in which they are not. */
export const wavesHold: InvariantCheck = async (store) => {
  const { keys } = store;
  const wrong: string[] = [];
  for (const key of await keysLike(store, keys.wave('wave_????????'))) {
    const id = key.slice(keys.wave('').length);
    const [record, state, secrets, ballots, ledger, results, responses] = (await atOnce(store, [
      ['hget', key, 'record'],
      ['hget', key, 'state'],
      ['exists', keys.waveSecrets(id)],
      ['hlen', keys.waveBallots(id)],
      ['hlen', keys.waveLedger(id)],
      ['exists', keys.waveResults(id)],
      ['exists', keys.waveResponses(id)],
    ])) as [string | null, string | null, number, number, number, number, number];
    if (!record) continue;
    const wave = JSON.parse(record) as Wave; // written by keepWave
    if (wave.state !== state) wrong.push(`${id}: its state is said twice, and differs`);
    const answered = state === 'open' || state === 'sealing';
    const counted = state === 'closed' || state === 'published';
    if (answered !== (secrets === 1)) wrong.push(`${id}: ${state}, but its key is ${secrets === 1 ? 'there' : 'gone'}`);
    if (!answered && ballots + ledger > 0) wrong.push(`${id}: ${state}, but ballots or ledger are there`);
    if (answered && ballots > ledger) wrong.push(`${id}: more ballots than people`);
    if (counted !== (results === 1 && responses === 1))
      wrong.push(`${id}: ${state}, but its results are not as that needs`);
  }
  return wrong;
};
