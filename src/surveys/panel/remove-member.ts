import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { nullifierOf } from '../ballot/ballot.ts';
import { removeBallot } from '../ballot/ballot-store.ts';
import { loadSecrets } from '../wave/secrets-store.ts';
import { loadUnfinishedWaves } from '../wave/wave-store.ts';

/**
 * Returns the writes that remove a member and the ballots of open waves. Answers of closed waves stay: they have no link to
 * a person.
 */
export async function removeMember(store: Store, urn: Urn): Promise<readonly Write[]> {
  const { keys } = store;
  const unfinished = await loadUnfinishedWaves(store);
  const open = unfinished.filter(({ record }) => ['drawing', 'open', 'sealing'].includes(record.state));
  const own = open.map(async ({ record: { id } }): Promise<readonly Write[]> => {
    const secrets = await loadSecrets(store, id);
    return [
      ['HDEL', keys.waveLedger(id), urn],
      // A draw or count that runs now conflicts on this number and starts again without the member.
      ['HINCRBY', keys.wave(id), 'left', 1],
      ...(secrets ? [removeBallot(store, id, nullifierOf(secrets.key, urn))] : []),
    ];
  });
  return [['DEL', keys.surveyMember(urn)], ['ZREM', keys.surveyMembers, urn], ...(await Promise.all(own)).flat()];
}
