import type { Input } from './input.ts';
import { readOrdinal } from './read-number.ts';
import type { Option } from './step.ts';

/** Returns the id of the tapped option, or of the n-th one for a typed 2, ２, 二 or 第二个. */
export function pickOne(options: readonly Option[], input: Input): string | undefined {
  if (input.type === 'choice') return options.find((option) => option.id === input.option)?.id;
  if (input.type !== 'text') return undefined;
  const nth = readOrdinal(input.text);
  return nth === undefined ? undefined : options[nth - 1]?.id;
}
