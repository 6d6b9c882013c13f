import { createHash } from 'node:crypto';

/** Where a case's photo lies once it was fetched, without its ending: the name says nothing about who sent it. */
export function photoName(caseId: string, same: string): string {
  return createHash('sha256').update(`${caseId} ${same}`).digest('hex').slice(0, 32);
}
