import type { Keys } from '../../store/keys.ts';
import type { RecordKind } from '../../store/records/record-lists.ts';
import type { Alert } from './alert.ts';
import { alertIdOf } from './alert.ts';

/** An alert is listed once; its answer leads to its state. */
export function alertKind(keys: Keys): RecordKind<Alert> {
  return {
    prefix: 'alert',
    keyOf: keys.alert,
    lists: [keys.alerts],
    inLists: ({ id }) => [{ list: keys.alerts, member: id }],
    mayBeIn: () => true,
    faults: (alert) => {
      const { id, state, answer, answeredAt, measure, end } = alert;
      return [
        ...(alertIdOf(end, alert) === id ? [] : ['its id does not follow from its window, kind and ground']),
        ...((answer === undefined) === (answeredAt === undefined) ? [] : ['an answer needs its time']),
        ...(alert.unitSaid && alert.unit === undefined ? ['has the word of a unit, but names no unit'] : []),
        ...((state === 'confirmed' || state === 'acted') && answer !== 'confirmed'
          ? [`is ${state}, but was not confirmed`]
          : []),
        ...(state === 'acted' && measure === undefined ? ['is acted upon, but names no measure'] : []),
        ...(state === 'false' && answer !== 'false' ? ['is false, but was not answered so'] : []),
      ];
    },
  };
}
