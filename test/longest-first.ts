import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Files that take longest, the longest first: a long file that starts last keeps one worker busy alone. */
const LONGEST = [
  'faults/f2-',
  'faults/f10-',
  'demo/phones-page',
  'broadcasts/deliver',
  'faults/f16-',
  'faults/f11-',
  'surveys/wave',
  'faults/stop',
  'faults/f18-',
  'faults/',
  'volunteers/',
  'broadcasts/',
  'conversation/talks',
];

/** Starts the longest files first, also on a checkout that has no timings of an earlier run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((part) => moduleId.includes(`/test/${part}`));
  return rank < 0 ? LONGEST.length : rank;
}
