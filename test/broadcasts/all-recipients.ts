import { findRecipients } from '../../src/broadcasts/sending/recipients.ts';
import type { Urn } from '../../src/channels/channel.ts';

/** All people whom a broadcast would reach now. */
export async function allRecipients(...of: Parameters<typeof findRecipients>): Promise<readonly Urn[]> {
  const found: Urn[] = [];
  for await (const page of findRecipients(...of)) found.push(...page);
  return found;
}
