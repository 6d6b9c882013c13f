/** How a bench is asked for on the command line. */
export type Options = {
  readonly json: boolean;
  /** Fewer people and rounds. */
  readonly quick: boolean;
  /** Only these subjects; all if empty. */
  readonly only: readonly string[];
  /** Another checkout of the product, to be measured beside this one. */
  readonly beside: string | undefined;
  readonly rounds: number | undefined;
};

export function readOptions(words: readonly string[]): Options {
  const value = (name: string) =>
    words.find((word) => word.startsWith(`--${name}=`))?.slice(`--${name}=`.length) || undefined;
  return {
    json: words.includes('--json'),
    quick: words.includes('--quick'),
    only: value('only')?.split(',') ?? [],
    beside: value('beside'),
    rounds: Number(value('rounds')) || undefined,
  };
}
