import { myCasesTalk } from '../cases/my-cases-flow.ts';
import { reportTalk } from '../cases/report-flow.ts';
import type { City } from '../city/city.ts';
import { languageTalk } from '../people/language-flow.ts';
import type { Talk } from '../people/talk.ts';

/** Every talk that can be opened, in the order of the menu. */
export const TALKS = [reportTalk, myCasesTalk, languageTalk] as const satisfies readonly Talk<City>[];

/** The talk of a flow; undefined for a flow that this release does not have (any more). */
export function talkOf(flow: string): Talk<City> | undefined {
  return TALKS.find((talk) => talk.flow.id === flow);
}
