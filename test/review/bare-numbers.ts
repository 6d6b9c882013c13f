/** Numbers that are no estimates: versions, times, parameters of the formula, places on a map. */
const NO_ESTIMATES = ['version', 'at', 'madeAt', 'formula', 'w', 'a', 'b', 'm', 'tau2', 'rings', 'ties'];
/** Whole counts of things that happened. */
const COUNTS = ['count', 'filed', 'reread', 'classes', 'checks', 'letters', 'alerts', 'promises'];

/** Paths of numbers in a page that stand beside neither their n, nor bounds, nor an expectation, nor a rank interval. */
export function bareNumbers(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one, i) => bareNumbers(one, `${path}[${i}]`));
  if (typeof value === 'string') return isBareText(value) ? [`${path}: ${value}`] : [];
  if (typeof value !== 'object' || value === null) return [];
  const has = (...names: readonly string[]) => names.every((name) => name in value);
  const isBounded = has('n') || has('lo', 'hi') || has('observed', 'expected') || has('from', 'to');
  return Object.entries(value).flatMap(([name, one]) => {
    if (NO_ESTIMATES.includes(name) || COUNTS.includes(name)) return [];
    if (typeof one === 'number') return isBounded ? [] : [`${path}.${name}: ${one}`];
    return bareNumbers(one, `${path}.${name}`);
  });
}

/** A sentence with a percentage names its sample, or the range of it. */
function isBareText(text: string): boolean {
  return /\d%/.test(text) && !/样本 ?\d|至/.test(text);
}
