import { announceTalk } from '../broadcasts/announce-flow.ts';
import { answerBroadcastTalk } from '../broadcasts/answer-broadcast-flow.ts';
import { chooseTopicsTalk } from '../broadcasts/choose-topics-flow.ts';
import { heardBroadcastTalk } from '../broadcasts/heard-broadcast-flow.ts';
import { myBroadcastsTalk } from '../broadcasts/my-broadcasts-flow.ts';
import { followAreaTalk } from '../cases/follow-area-flow.ts';
import { myCasesTalk } from '../cases/my-cases-flow.ts';
import { forgetMeTalk, myDataTalk } from '../cases/my-data-flow.ts';
import { myWorkTalk } from '../cases/my-work-flow.ts';
import { reportTalk } from '../cases/report-flow.ts';
import type { City } from '../city/city.ts';
import { inviteStaffTalk } from '../people/invite-flow.ts';
import { joinStaffTalk } from '../people/join-flow.ts';
import { languageTalk } from '../people/language-flow.ts';
import { leaveStaffTalk } from '../people/leave-flow.ts';
import type { Talk } from '../people/talk.ts';

/** Every talk that can be opened; those of the menu first, in its order. */
export const TALKS = [
  reportTalk,
  myCasesTalk,
  languageTalk,
  followAreaTalk,
  chooseTopicsTalk,
  heardBroadcastTalk,
  answerBroadcastTalk,
  myWorkTalk,
  announceTalk,
  myBroadcastsTalk,
  inviteStaffTalk,
  joinStaffTalk,
  leaveStaffTalk,
  myDataTalk,
  forgetMeTalk,
] as const satisfies readonly Talk<City>[];

/** The talks whose buttons stand at the bottom of the chat. */
export const MENU = TALKS.slice(0, 3);

/** The talk of a flow; undefined for a flow that this release does not have (any more). */
export function talkOf(flow: string): Talk<City> | undefined {
  return TALKS.find((talk) => talk.flow.id === flow);
}
