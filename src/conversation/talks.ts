import { announceTalk } from '../broadcasts/announce-flow.ts';
import { answerBroadcastTalk } from '../broadcasts/answer-broadcast-flow.ts';
import { chooseTopicsTalk } from '../broadcasts/choose-topics-flow.ts';
import { heardBroadcastTalk } from '../broadcasts/heard-broadcast-flow.ts';
import { leaveSafeModeTalk } from '../broadcasts/leave-safe-mode-flow.ts';
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
import { answerSurveyTalk } from '../surveys/answer-survey-flow.ts';
import { joinPanelTalk } from '../surveys/join-panel-flow.ts';
import { leavePanelTalk } from '../surveys/leave-panel-flow.ts';
import { mySurveysTalk } from '../surveys/my-surveys-flow.ts';
import { askMediatorTalk } from '../volunteers/ask-mediator-flow.ts';
import { askVolunteersTalk } from '../volunteers/ask-volunteers-flow.ts';
import { checkCertificateTalk } from '../volunteers/check-certificate-flow.ts';
import { giveTaskTalk } from '../volunteers/give-task-flow.ts';
import { joinTeamTalk } from '../volunteers/join-team-flow.ts';
import { joinVolunteersTalk } from '../volunteers/join-volunteers-flow.ts';
import { myHoursTalk } from '../volunteers/my-hours-flow.ts';
import { myMediationsTalk } from '../volunteers/my-mediations-flow.ts';
import { myTasksTalk } from '../volunteers/my-tasks-flow.ts';
import { myTeamsTalk } from '../volunteers/my-teams-flow.ts';
import { reviewVolunteersTalk } from '../volunteers/review-volunteers-flow.ts';
import { stopPlanTalk } from '../volunteers/stop-plan-flow.ts';
import { taskBoardTalk } from '../volunteers/task-board-flow.ts';

/** Every talk that can be opened; those of the menu first, in its order. */
export const TALKS = [
  reportTalk,
  myCasesTalk,
  myTasksTalk,
  languageTalk,
  followAreaTalk,
  chooseTopicsTalk,
  heardBroadcastTalk,
  answerBroadcastTalk,
  myWorkTalk,
  announceTalk,
  myBroadcastsTalk,
  leaveSafeModeTalk,
  inviteStaffTalk,
  joinStaffTalk,
  leaveStaffTalk,
  joinVolunteersTalk,
  joinTeamTalk,
  myHoursTalk,
  checkCertificateTalk,
  askMediatorTalk,
  myMediationsTalk,
  reviewVolunteersTalk,
  giveTaskTalk,
  taskBoardTalk,
  stopPlanTalk,
  myTeamsTalk,
  askVolunteersTalk,
  answerSurveyTalk,
  joinPanelTalk,
  leavePanelTalk,
  mySurveysTalk,
  myDataTalk,
  forgetMeTalk,
] as const satisfies readonly Talk<City>[];

/** The talks whose buttons stand at the bottom of the chat. */
export const MENU = TALKS.slice(0, 4);

/** The talk of a flow; undefined for a flow that this release does not have (any more). */
export function talkOf(flow: string): Talk<City> | undefined {
  return TALKS.find((talk) => talk.flow.id === flow);
}
