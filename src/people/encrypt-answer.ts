import type { Urn } from '../channels/channel.ts';
import { SEALED } from '../engine/steps/phone.ts';
import type { Store } from '../store/store.ts';

/** Encrypts an answer for storage in a session; an encrypted one stays as it is. */
export function encryptAnswer(answer: string, person: Urn, store: Store): string {
  return answer.startsWith(SEALED) ? answer : `${SEALED}${store.seal(answer, person)}`;
}

/** Decrypts an answer; undefined if its key is lost. */
export function decryptAnswer(answer: string, person: Urn, store: Store): string | undefined {
  return answer.startsWith(SEALED) ? store.unseal(answer.slice(SEALED.length), person) : answer;
}
