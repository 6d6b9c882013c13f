import { parseChecked } from '../store/records/checksum.ts';
import type { InvariantCheck } from '../store/records/invariants.ts';
import { readAtomically, scanKeys } from '../store/records/invariants.ts';
import type { Wave } from './wave/wave.ts';

/** I10: secrets, ballots and ledger exist only while a wave is open or sealing, results only once it is counted. */
export const wavesHold: InvariantCheck = async (store) => {
  const { keys } = store;
  const wrong: string[] = [];
  for (const key of await scanKeys(store, keys.wave('wave_????????'))) {
    const id = key.slice(keys.wave('').length);
    const [record, state, secrets, ballots, ledger, results, responses] = (await readAtomically(store, [
      ['hget', key, 'record'],
      ['hget', key, 'state'],
      ['exists', keys.waveSecrets(id)],
      ['hlen', keys.waveBallots(id)],
      ['hlen', keys.waveLedger(id)],
      ['exists', keys.waveResults(id)],
      ['exists', keys.waveResponses(id)],
    ])) as [string | null, string | null, number, number, number, number, number];
    const wave = parseChecked<Wave>(record ?? '', '');
    if (!wave) continue;
    if (wave.state !== state) wrong.push(`${id}: the state field differs from the record`);
    const answered = state === 'open' || state === 'sealing';
    const counted = state === 'closed' || state === 'published';
    // The halves of a seed are secret from their making on.
    const isSecret = answered || (wave.state === 'drawing' && wave.halfHashes !== undefined);
    if (isSecret !== (secrets === 1))
      wrong.push(`${id}: ${state}, but its key is ${secrets === 1 ? 'present' : 'missing'}`);
    if (!answered && ballots + ledger > 0) wrong.push(`${id}: ${state}, but it still has ballots or a ledger`);
    if (answered && ballots > ledger) wrong.push(`${id}: more ballots than ledger entries`);
    if (counted !== (results === 1 && responses === 1))
      wrong.push(`${id}: ${state}, but its results or responses are ${counted ? 'missing' : 'present'}`);
  }
  return wrong;
};
