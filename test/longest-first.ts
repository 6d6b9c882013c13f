import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Files that take longest, the longest first: a long file that starts last keeps one worker busy alone. */
const LONGEST = [
  'console/pages',
  'demo/all-phones',
  'demo/phones-page',
  'faults/f26-',
  'faults/f11-',
  'faults/stop',
  'check',
  'surveys/wave',
  'faults/f22-',
  'faults/f2-',
  'faults/f10-',
  'faults/f18-',
  'operator/beside-',
  'channels/web/page',
  'creation/school-round',
  'faults/f20-',
  'console/stream',
  'console/two-doors',
  'surveys/solve-wave',
  'volunteers/many-takers',
  'faults/f1-',
  'faults/f16-',
  'broadcasts/',
  'faults/',
  'console/',
  'volunteers/',
  'cases/',
  'inspections/',
  'review/',
  'creation/',
  'deliberation/',
  'conversation/',
  'people/',
  'surveys/',
  'addresses/',
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
