import type { Input } from './input.ts';
import { readOrdinal, readOrdinals } from './read-number.ts';
import type { Option } from './step.ts';

/** Returns the id of the tapped option, or of the n-th one for a typed 2, ２, 二 or 第二个. */
export function pickOne(options: readonly Option[], input: Input): string | undefined {
  if (input.type === 'choice') return options.find((option) => option.id === input.option)?.id;
  if (input.type !== 'text') return undefined;
  const nth = readOrdinal(input.text);
  return nth === undefined ? undefined : options[nth - 1]?.id;
}

/** Returns the ids of several options for typed numbers: 1 3 5, 1、3, 第一个和第三个; undefined if it is anything else. */
export function pickSeveral(options: readonly Option[], input: Input): readonly string[] | undefined {
  if (input.type !== 'text') return undefined;
  const ids = readOrdinals(input.text)?.map((nth) => options[nth - 1]?.id);
  return !ids || ids.some((id) => id === undefined) ? undefined : [...new Set(ids.flatMap((id) => id ?? []))];
}
