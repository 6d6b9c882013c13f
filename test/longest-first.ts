import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Files that take longest, the longest first: a long file that starts last keeps one worker busy alone. */
const LONGEST = [
  'faults/f2-',
  'faults/f10-',
  'demo/phones-page',
  'faults/f11-',
  'console/pages',
  'faults/f18-',
  'faults/f22-',
  'surveys/wave',
  'console/two-doors',
  'broadcasts/deliver',
  'faults/f16-',
  'faults/f1-',
  'console/stream',
  'operator/beside-',
  'faults/stop',
  'check',
  'surveys/solve-wave',
  'faults/',
  'volunteers/',
  'broadcasts/',
  'cases/',
  'console/',
  'conversation/',
  'people/',
  'surveys/',
];

/** Starts the longest files first, also on a checkout that has no timings of an earlier run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => projectOf(one) - projectOf(other) || rankOf(one) - rankOf(other));
  }
}

/** A worker starts anew, and loads the product again, at each change of the project. The small project comes first. */
function projectOf({ project }: TestSpecification): number {
  return project.name === 'single' ? 0 : 1;
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((part) => moduleId.includes(`/test/${part}`));
  return rank < 0 ? LONGEST.length : rank;
}
