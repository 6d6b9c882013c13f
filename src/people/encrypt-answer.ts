import type { Urn } from '../channels/channel.ts';
import { SEALED } from '../engine/steps/phone.ts';
import type { Store } from '../store/store.ts';

/** An answer as a session keeps it that nobody shall read there. */
export function encryptAnswer(answer: string, person: Urn, store: Store): string {
  return answer.startsWith(SEALED) ? answer : `${SEALED}${store.seal(answer, person)}`;
}

/** The answer itself; undefined if it cannot be opened any more. */
export function decryptAnswer(answer: string, person: Urn, store: Store): string | undefined {
  return answer.startsWith(SEALED) ? store.unseal(answer.slice(SEALED.length), person) : answer;
}
