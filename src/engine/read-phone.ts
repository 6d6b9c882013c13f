import { foldText } from './tidy-text.ts';

/** Reads a mainland mobile or landline number as digits (`025-8888888` → `0258888888`); undefined if it is none. */
export function readPhone(text: string): string | undefined {
  const digits = foldText(text).replace(/[-–—().]/g, '');
  const bare = digits
    .replace(/^(\+|00)?86(?=1[3-9]\d{9}$|0)/, '')
    // From abroad, an area code has no zero: +86 25.
    .replace(/^(\+|00)86(?=(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}$)/, '0');
  if (/^1[3-9]\d{9}$/.test(bare) || /^0\d{2,3}[2-9]\d{6,7}$/.test(bare)) return bare;
  return undefined;
}
