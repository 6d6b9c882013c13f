import { comeBackTalk } from '../addresses/come-back-flow.ts';
import { confirmLinkTalk } from '../addresses/confirm-link-flow.ts';
import { enterCodeTalk } from '../addresses/enter-code-flow.ts';
import { getCodeTalk } from '../addresses/get-code-flow.ts';
import { partAddressTalk } from '../addresses/part-address-flow.ts';
import { returnCodeTalk } from '../addresses/return-code-flow.ts';
import { myBroadcastsTalk } from '../broadcasts/board/my-broadcasts-flow.ts';
import { announceTalk } from '../broadcasts/compose/announce-flow.ts';
import { leaveSafeModeTalk } from '../broadcasts/leave-safe-mode-flow.ts';
import { answerBroadcastTalk } from '../broadcasts/reader/answer-broadcast-flow.ts';
import { chooseTopicsTalk } from '../broadcasts/reader/choose-topics-flow.ts';
import { heardBroadcastTalk } from '../broadcasts/reader/heard-broadcast-flow.ts';
import { auditTrailTalk } from '../cases/desk/audit-trail-flow.ts';
import { dispatchManyTalk } from '../cases/desk/dispatch-many-flow.ts';
import { handOverTalk, takeOverTalk } from '../cases/desk/hand-over-flow.ts';
import { myWorkTalk } from '../cases/desk/my-work-flow.ts';
import { publicPageTalk } from '../cases/figures/public-page-flow.ts';
import { streetOverviewTalk } from '../cases/figures/street-overview-flow.ts';
import { followAreaTalk } from '../cases/follow/follow-area-flow.ts';
import { myCasesTalk } from '../cases/follow/my-cases-flow.ts';
import { forgetMeTalk, myDataTalk } from '../cases/follow/my-data-flow.ts';
import { reportTalk } from '../cases/report/report-talk.ts';
import { premisesDocumentsTalk } from '../creation/documents/premises-documents-flow.ts';
import { watchDrillTalk } from '../creation/drills/watch-drill-flow.ts';
import { homeCheckTalk } from '../creation/family/home-check-flow.ts';
import { legalBasisTalk } from '../creation/level/legal-basis-flow.ts';
import { publicNoticesTalk } from '../creation/notice/public-notices-flow.ts';
import { myPremisesTalk } from '../creation/premises/my-premises-flow.ts';
import { houseCodesTalk } from '../deliberation/ballot/house-codes-flow.ts';
import { voteTopicTalk } from '../deliberation/ballot/vote-topic-flow.ts';
import { holdMeetingTalk } from '../deliberation/meeting/hold-meeting-flow.ts';
import { objectPromiseTalk } from '../deliberation/promise/object-promise-flow.ts';
import { hearStatementsTalk } from '../deliberation/statement/hear-statements-flow.ts';
import { sayStatementTalk } from '../deliberation/statement/say-statement-flow.ts';
import { steerTopicsTalk } from '../deliberation/steer/steer-topics-flow.ts';
import { proposeTopicTalk } from '../deliberation/topic/propose-topic-flow.ts';
import { secondTopicTalk } from '../deliberation/topic/second-topic-flow.ts';
import { topicsTalk } from '../deliberation/topic/topics-flow.ts';
import { addDrawHalfTalk } from '../inspections/draw/add-draw-half-flow.ts';
import { myDrawsTalk } from '../inspections/draw/my-draws-flow.ts';
import { rosterTalk } from '../inspections/roster/roster-flow.ts';
import { answerObjectionTalk } from '../inspections/visits/answer-objection-flow.ts';
import { myVisitsTalk } from '../inspections/visits/my-visits-flow.ts';
import { objectVisitTalk } from '../inspections/visits/object-visit-flow.ts';
import { inviteStaffTalk } from '../people/invite-flow.ts';
import { joinStaffTalk } from '../people/join-flow.ts';
import { languageTalk } from '../people/language-flow.ts';
import { leaveStaffTalk } from '../people/leave-flow.ts';
import { removeStaffTalk } from '../people/remove-staff-flow.ts';
import type { Role } from '../people/role.ts';
import { confirmBrowserTalk } from '../people/sign-in/confirm-browser-flow.ts';
import { openConsoleTalk } from '../people/sign-in/open-console-flow.ts';
import { resetFactorTalk } from '../people/sign-in/reset-factor-flow.ts';
import type { Talk } from '../people/talk.ts';
import { alertsTalk } from '../review/alerts/alerts-flow.ts';
import { myBulletinTalk } from '../review/bulletin/my-bulletin-flow.ts';
import { fewReportsTalk } from '../review/few-reports/few-reports-flow.ts';
import { honourBasisTalk } from '../review/honours/honour-basis-flow.ts';
import { honoursTalk } from '../review/honours/honours-flow.ts';
import { nominateHonourTalk } from '../review/honours/nominate-flow.ts';
import { myLettersTalk } from '../review/letters/my-letters-flow.ts';
import { writeLetterTalk } from '../review/letters/write-letter-flow.ts';
import { rereadTalk } from '../review/rereads/reread-flow.ts';
import { freezeMonthTalk } from '../review/score/freeze-month-flow.ts';
import { monthScoreTalk } from '../review/score/month-score-flow.ts';
import { decideRowsTalk } from '../review/score/rows/decide-rows-flow.ts';
import { objectRowsTalk } from '../review/score/rows/object-rows-flow.ts';
import { scoreRowsTalk } from '../review/score/rows/score-rows-flow.ts';
import { scoreFormulaTalk } from '../review/score/score-formula-flow.ts';
import { answerSurveyTalk } from '../surveys/ballot/answer-survey-flow.ts';
import { previewSurveyTalk } from '../surveys/ballot/preview-survey-flow.ts';
import { joinPanelTalk } from '../surveys/panel/join-panel-flow.ts';
import { leavePanelTalk } from '../surveys/panel/leave-panel-flow.ts';
import { addHalfTalk } from '../surveys/wave/add-half-flow.ts';
import { mySurveysTalk } from '../surveys/wave/my-surveys-flow.ts';
import { checkCertificateTalk } from '../volunteers/hours/check-certificate-flow.ts';
import { myHoursTalk } from '../volunteers/hours/my-hours-flow.ts';
import { askMediatorTalk } from '../volunteers/mediation/ask-mediator-flow.ts';
import { myMediationsTalk } from '../volunteers/mediation/my-mediations-flow.ts';
import { askVolunteersTalk } from '../volunteers/tasks/ask-volunteers-flow.ts';
import { giveTaskTalk } from '../volunteers/tasks/give-task-flow.ts';
import { myTasksTalk } from '../volunteers/tasks/my-tasks-flow.ts';
import { stopPlanTalk } from '../volunteers/tasks/stop-plan-flow.ts';
import { taskBoardTalk } from '../volunteers/tasks/task-board-flow.ts';
import { joinTeamTalk } from '../volunteers/teams/join-team-flow.ts';
import { myTeamsTalk } from '../volunteers/teams/my-teams-flow.ts';
import { joinVolunteersTalk } from '../volunteers/volunteer/join-volunteers-flow.ts';
import { reviewVolunteersTalk } from '../volunteers/volunteer/review-volunteers-flow.ts';
import { hub } from './hub.ts';

/** Talks behind one button of an organiser's keyboard. */
const HUBS: Readonly<Record<string, readonly Talk[]>> = {
  'review-month': [
    alertsTalk,
    monthScoreTalk,
    myBulletinTalk,
    myLettersTalk,
    writeLetterTalk,
    honoursTalk,
    decideRowsTalk,
  ],
  'check-places': [myVisitsTalk, rereadTalk, myDrawsTalk, rosterTalk, steerTopicsTalk],
};

/** All talks; the menu's come first, in menu order. */
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
  streetOverviewTalk,
  dispatchManyTalk,
  handOverTalk,
  takeOverTalk,
  auditTrailTalk,
  announceTalk,
  myBroadcastsTalk,
  leaveSafeModeTalk,
  publicPageTalk,
  inviteStaffTalk,
  joinStaffTalk,
  leaveStaffTalk,
  removeStaffTalk,
  resetFactorTalk,
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
  previewSurveyTalk,
  addHalfTalk,
  myBulletinTalk,
  writeLetterTalk,
  myLettersTalk,
  honoursTalk,
  nominateHonourTalk,
  alertsTalk,
  rosterTalk,
  myDrawsTalk,
  addDrawHalfTalk,
  myVisitsTalk,
  objectVisitTalk,
  answerObjectionTalk,
  topicsTalk,
  proposeTopicTalk,
  secondTopicTalk,
  hearStatementsTalk,
  sayStatementTalk,
  voteTopicTalk,
  objectPromiseTalk,
  steerTopicsTalk,
  holdMeetingTalk,
  houseCodesTalk,
  myPremisesTalk,
  publicNoticesTalk,
  premisesDocumentsTalk,
  watchDrillTalk,
  homeCheckTalk,
  fewReportsTalk,
  legalBasisTalk,
  honourBasisTalk,
  monthScoreTalk,
  scoreRowsTalk,
  objectRowsTalk,
  decideRowsTalk,
  rereadTalk,
  freezeMonthTalk,
  scoreFormulaTalk,
  ...Object.entries(HUBS).map(([id, talks]) => hub(id, talks)),
  openConsoleTalk,
  confirmBrowserTalk,
  getCodeTalk,
  enterCodeTalk,
  confirmLinkTalk,
  returnCodeTalk,
  comeBackTalk,
  partAddressTalk,
  myDataTalk,
  forgetMeTalk,
] as const satisfies readonly Talk[];

/** Flows with a button in everybody's menu. */
export const MENU = TALKS.slice(0, 4).map(({ flow }) => flow.id);

const IN_HUBS: readonly Talk[] = Object.values(HUBS).flat();
const OUTSIDE_HUBS: readonly Talk[] = TALKS.filter((talk: Talk) => !IN_HUBS.includes(talk));

/** Flows with a button in the menu of these roles, in the order of the list. */
export function menuOfRoles(roles: readonly Role[]): readonly string[] {
  if (roles.length === 0) return [];
  return OUTSIDE_HUBS.filter(({ menuOf = [] }) => menuOf.some((role) => roles.includes(role))).map(
    ({ flow }) => flow.id,
  );
}

/** A turn asks for its talks some ten times, and the list is long. */
const BY_FLOW: ReadonlyMap<string, Talk> = new Map(TALKS.map((talk) => [talk.flow.id, talk]));

/** Finds the talk of a flow; undefined if this release has no such flow. */
export function talkOf(flow: string): Talk | undefined {
  return BY_FLOW.get(flow);
}
