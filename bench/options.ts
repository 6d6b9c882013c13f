/** Command line options of a bench. */
export type Options = {
  readonly json: boolean;
  /** Fewer people and rounds. */
  readonly quick: boolean;
  /** Only these subjects; all if empty. */
  readonly only: readonly string[];
  /** Path of another checkout of the product, measured beside this one. */
  readonly beside: string | undefined;
  readonly rounds: number | undefined;
  /** Updates that warm each process up before it is measured. */
  readonly warm: number | undefined;
};

/** Reads the options from the command line. */
export function readOptions(words: readonly string[]): Options {
  const value = (name: string) =>
    words.find((word) => word.startsWith(`--${name}=`))?.slice(`--${name}=`.length) || undefined;
  return {
    json: words.includes('--json'),
    quick: words.includes('--quick'),
    only: value('only')?.split(',') ?? [],
    beside: value('beside'),
    rounds: Number(value('rounds')) || undefined,
    warm: Number(value('warm')) || undefined,
  };
}
