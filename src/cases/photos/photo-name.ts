import { createHash } from 'node:crypto';

/** File name of a stored photo without extension; a hash, so that it does not identify the sender. */
export function photoName(caseId: string, same: string): string {
  return createHash('sha256').update(`${caseId} ${same}`).digest('hex').slice(0, 32);
}
