import type { Urn } from '../../channels/channel.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import { queueEvent } from '../volunteer/volunteer-store.ts';
import type { Mediation } from './mediation.ts';
import { closeMediation, handBackMediation } from './mediation.ts';
import { keepMediation, loadOpenMediations } from './mediation-store.ts';

type MovedMediations = {
  readonly from: Urn;
  readonly to: Urn;
  /** The person's volunteer record, and a former one that it replaces. */
  readonly volunteer: VolunteerId | undefined;
  readonly former?: VolunteerId;
  readonly now: number;
};

/**
 * Moves open mediations. Of two requests of one person the one with a mediator stays, else the older; the other is withdrawn.
 * A request that its own asker took goes back.
 */
export async function moveMediations(
  store: Store,
  { from, to, volunteer, former, now }: MovedMediations,
): Promise<Change> {
  const { keys } = store;
  const all = await loadOpenMediations(store);
  const asked = all
    .filter(({ record }) => record.asker === from || record.asker === to)
    .toSorted((a, b) => Number(!a.record.mediator) - Number(!b.record.mediator) || a.record.askedAt - b.record.askedAt);
  const [stays] = asked;
  const changes = all.flatMap((kept): readonly Change[] => {
    const { record } = kept;
    const isOwn = asked.includes(kept);
    const takes = record.mediator !== undefined && (record.mediator === former || record.mediator === volunteer);
    const moved: Mediation = {
      ...record,
      ...(isOwn ? { asker: to } : {}),
      ...(takes && volunteer ? { mediator: volunteer } : {}),
    };
    const step =
      isOwn && kept !== stays
        ? ({ event: 'mediation_closed', ...closeMediation(moved, undefined, to, 'withdrawn') } as const)
        : isOwn && takes
          ? ({ event: 'mediation_back', ...handBackMediation(moved, moved.mediator) } as const)
          : undefined;
    if (step?.type === 'done') {
      const { checks, writes } = keepMediation(store, step.mediation, kept);
      return [{ checks, writes: [...writes, queueEvent(store, `${step.event} ${record.id}`, now)] }];
    }
    return moved.asker === record.asker && moved.mediator === record.mediator
      ? []
      : [keepMediation(store, moved, kept)];
  });
  const names: Change['writes'] = stays
    ? [
        ['DEL', keys.mediationOf(from)],
        ['SET', keys.mediationOf(to), stays.record.id],
      ]
    : [];
  return joinChanges([...changes, { checks: [], writes: names }]);
}
