/** All that decides a draw besides its seed. It is fixed by its hash before the second half of the seed is made. */
export type Frame = {
  /** Number of premises that each stratum gives by lot. */
  readonly each: number;
  readonly premises: readonly {
    readonly id: string;
    readonly series: string;
    readonly street: string;
    /** Designated (指定): visited without a lot. */
    readonly named?: boolean;
  }[];
  /** Checkers by a code of this draw, and the premises that each may not visit. */
  readonly checkers: readonly { readonly code: string; readonly not: readonly string[] }[];
  /** Pairings that touch the premises: why some of their people may not check the other side. */
  readonly pairs?: readonly (readonly [string, string])[];
  readonly items: readonly { readonly series: string; readonly no: number; readonly critical: boolean }[];
};

/** The key of a premises' stratum: its series and street. */
export function stratumOf({ series, street }: { readonly series: string; readonly street: string }): string {
  return `${series} ${street}`;
}

/** Writes a frame as lines, sorted, without a newline at the end; `sha256sum` of the text is the frame's hash. */
export function frameText({ each, premises, checkers, pairs = [], items }: Frame): string {
  const lines = [
    ...premises.map(({ id, named, ...at }) => `premises ${id} ${stratumOf(at)} ${named ? 'named' : 'lot'}`),
    ...checkers.map(({ code, not }) => ['checker', code, ...not.toSorted()].join(' ')),
    ...pairs.map((sides) => ['pair', ...sides].join(' ')),
    ...items.map(
      ({ series, no, critical }) => `item ${series} ${String(no).padStart(2, '0')}${critical ? ' key' : ''}`,
    ),
  ];
  return [`each ${each}`, ...lines.sort()].join('\n');
}

/** Reads the text of a frame; a line of no known kind is an error. */
export function readFrame(text: string): Frame {
  const frame = { each: 0, premises: [], checkers: [], pairs: [], items: [] } as {
    each: number;
    premises: Frame['premises'][number][];
    checkers: Frame['checkers'][number][];
    pairs: (readonly [string, string])[];
    items: Frame['items'][number][];
  };
  for (const line of text.split('\n')) {
    const [kind, first = '', second = '', third = '', fourth = ''] = line.split(' ');
    if (kind === 'each') frame.each = Number(first);
    else if (kind === 'premises')
      frame.premises.push({ id: first, series: second, street: third, named: fourth === 'named' });
    else if (kind === 'checker') frame.checkers.push({ code: first, not: line.split(' ').slice(2) });
    else if (kind === 'pair') frame.pairs.push([first, second]);
    else if (kind === 'item') frame.items.push({ series: first, no: Number(second), critical: third === 'key' });
    else throw new Error(`The frame has a line of no known kind: ${line}`);
  }
  return frame;
}
