import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { DEFAULT_LANGUAGE } from '../../i18n.ts';
import type { Broadcast } from '../broadcast.ts';
import { findFaults } from '../compose/lint.ts';
import type { BroadcastRefusal } from '../lifecycle.ts';
import { editButton, openButton } from './board-messages.ts';

/** Refuses an action with the reason; changes nothing. */
export function refuse(why: BroadcastRefusal, record: Broadcast): Outcome {
  return noChange(`broadcast_refused:${why}`, {
    key: `flows/my-broadcasts:refused.${why}` as const,
    buttons: openButton(record),
  });
}

/** Refuses content with a lint fault and offers to edit it; undefined if there is none. */
export function refuseFaultyContent(record: Broadcast): Outcome | undefined {
  const [fault] = findFaults(record.content, [DEFAULT_LANGUAGE]);
  if (!fault) return undefined;
  return noChange('broadcast_refused:fault', {
    key: `flows/my-broadcasts:fault.${fault.type}` as const,
    values: { what: fault.what },
    buttons: record.written ? editButton(record) : openButton(record),
  });
}
