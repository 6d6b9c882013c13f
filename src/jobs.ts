import { join } from 'node:path';
import { auditSealJob } from './background/audit-seal-job.ts';
import { historyRewriteJob } from './background/history-rewrite-job.ts';
import type { Job } from './background/job.ts';
import { sweepJob } from './background/sweep.ts';
import { progressCardsJob } from './broadcasts/board/progress-cards-job.ts';
import { broadcastNewsJob } from './broadcasts/broadcast-news-job.ts';
import { strikeForgottenJob, sweepBroadcasts } from './broadcasts/broadcast-retention.ts';
import { safeModeNoticeJob } from './broadcasts/safe-mode-notice-job.ts';
import { broadcastScheduleJob } from './broadcasts/schedule-job.ts';
import { HOUR_MS } from './calendar.ts';
import { caseClockJob } from './cases/case-clock-job.ts';
import { caseNewsJob } from './cases/case-news-job.ts';
import { digestJob } from './cases/desk/digest-job.ts';
import { sweepPhotos } from './cases/photos/photo-keeper.ts';
import type { LiveSurge } from './cases/report/surge-job.ts';
import { surgeJob } from './cases/report/surge-job.ts';
import { sweepCases } from './cases/retention/case-retention.ts';
import type { WebPush } from './channels/web/push/web-push.ts';
import type { Uploads } from './channels/web/uploads.ts';
import type { LiveCity } from './city/live-city.ts';
import { cityReloadJob } from './city/live-city.ts';
import { expire, keepOrForget } from './conversation/timed-turn.ts';
import { documentClockJob } from './creation/documents/document-clock-job.ts';
import { drillWatchJob } from './creation/drills/drill-watch-job.ts';
import { noticeCardJob } from './creation/notice/notice-card-job.ts';
import { removeObjectorsJob } from './creation/notice/remove-objectors-job.ts';
import { levelRecheckJob } from './creation/rechecks/level-recheck-job.ts';
import { creationClockJob } from './creation/rounds/creation-clock-job.ts';
import { stuckRoundsJob } from './creation/rounds/stuck-rounds-job.ts';
import { removeVotersJob } from './deliberation/ballot/remove-voters-job.ts';
import { topicClockJob } from './deliberation/topic/topic-clock-job.ts';
import { topicDigestJob } from './deliberation/topic/topic-digest-job.ts';
import { topicNewsJob } from './deliberation/topic/topic-news-job.ts';
import { drawClockJob } from './inspections/draw/draw-clock-job.ts';
import { holidayChecksJob } from './inspections/holidays/holiday-checks-job.ts';
import { rosterJob } from './inspections/roster/roster-job.ts';
import { photoLooksJob } from './inspections/visits/photo-looks-job.ts';
import { visitClockJob } from './inspections/visits/visit-clock-job.ts';
import { sweepVisits } from './inspections/visits/visit-retention.ts';
import type { Services } from './notify/services.ts';
import { webhookJob } from './open311/webhook-job.ts';
import { sweepOrphans, sweepPersons, sweepUndelivered } from './people/person-retention.ts';
import { ringJob } from './people/ring-job.ts';
import { talkExpiryJob } from './people/talk-expiry-job.ts';
import { alertJob } from './review/alerts/alert-job.ts';
import { sweepAlerts } from './review/alerts/alert-store.ts';
import { bulletinJob } from './review/bulletin/bulletin-job.ts';
import { fewReportsJob } from './review/few-reports/few-reports-job.ts';
import { honourBasisJob } from './review/honours/honour-basis-job.ts';
import { honourJob } from './review/honours/honour-job.ts';
import { sweepHonours } from './review/honours/honour-retention.ts';
import { removeHonourMarksJob } from './review/honours/remove-honour-marks-job.ts';
import { letterJob } from './review/letters/letter-job.ts';
import { sweepLetters } from './review/letters/letter-retention.ts';
import { rereadJob } from './review/rereads/reread-job.ts';
import { caseFactsJob } from './review/score/cells/case-facts-job.ts';
import { freezeMonthJob } from './review/score/freeze-job.ts';
import { scoreRetentionJob } from './review/score/score-retention.ts';
import { auditMirrorOf } from './store/records/audit-chain.ts';
import { openRestoreDetector } from './store/safe-mode.ts';
import { removeMembersJob } from './surveys/panel/remove-members-job.ts';
import { waveClockJob } from './surveys/wave/wave-clock-job.ts';
import { waveNewsJob } from './surveys/wave/wave-news-job.ts';
import { sweepMediations } from './volunteers/mediation/mediation-store.ts';
import { endTaskOfMovedCase } from './volunteers/tasks/case-result.ts';
import { taskClockJob } from './volunteers/tasks/task-clock-job.ts';
import { taskPlanJob } from './volunteers/tasks/task-plan-job.ts';
import { sweepTasks } from './volunteers/tasks/task-retention.ts';
import { removeVolunteersJob } from './volunteers/volunteer/remove-volunteers-job.ts';
import { sweepVolunteers } from './volunteers/volunteer/volunteer-store.ts';
import { volunteeringNewsJob } from './volunteers/volunteering-news-job.ts';

/** State that one process keeps for itself and that jobs refresh. */
export type ProcessState = {
  readonly city: LiveCity;
  /** Undefined where a test sets the surge itself. */
  readonly surge: LiveSurge | undefined;
  readonly dataDir: string;
  readonly uploads: Uploads;
  readonly push: WebPush;
  /** Times of the deadline digest, China time: 08:30. */
  readonly digestTimes: readonly string[];
};

const RESTORE_CHECK_EVERY_MS = 500;

/** The list of all background jobs. */
export function jobsOf(
  services: Services,
  { city, surge, uploads, push, dataDir, digestTimes }: ProcessState,
): readonly Job[] {
  const { store, log, channels, wording, now } = services;
  return [
    restoreCheckJob(services),
    safeModeNoticeJob(services),
    cityReloadJob(city),
    ...(surge ? [surgeJob(surge)] : []),
    auditSealJob(store, auditMirrorOf(dataDir, store.city)),
    historyRewriteJob(store),
    talkExpiryJob(store, log, (urn) => expire(urn, services)),
    ringJob(store, push, log),

    caseClockJob(store, log),
    caseNewsJob(services, [(record) => endTaskOfMovedCase(store, record, services.city.categories, now())]),
    digestJob(services, digestTimes),
    webhookJob({ store, wording, city: city.now, now, log }),

    broadcastScheduleJob(store, log),
    broadcastNewsJob(services),
    progressCardsJob(services),
    strikeForgottenJob(store),

    taskClockJob(services),
    taskPlanJob(store, log),
    volunteeringNewsJob(services),
    removeVolunteersJob(store, log),

    holidayChecksJob(services),
    drawClockJob(services),
    visitClockJob(services),
    photoLooksJob(services, join(dataDir, 'photos')),

    creationClockJob(services),
    levelRecheckJob(services),
    noticeCardJob(services),
    stuckRoundsJob(services),

    waveClockJob(services),
    waveNewsJob(services),
    removeMembersJob(store, log),

    bulletinJob(services),
    letterJob(services),
    honourJob(services),
    honourBasisJob(services),
    caseFactsJob(store),
    freezeMonthJob(services),
    rereadJob(services),
    scoreRetentionJob(store),
    alertJob(services),
    rosterJob(services),
    topicClockJob(services),
    topicNewsJob(services),
    topicDigestJob(services),
    removeVotersJob(store, log),
    removeObjectorsJob(store, log),
    removeHonourMarksJob(store, log),
    documentClockJob(services),
    drillWatchJob(services),
    fewReportsJob(services),

    sweepJob('case-retention', store, sweepCases),
    sweepJob('photo-retention', store, sweepPhotos({ folder: join(dataDir, 'photos'), channels, log })),
    uploadRetentionJob(uploads),
    sweepJob('broadcast-retention', store, sweepBroadcasts),
    sweepJob('task-retention', store, sweepTasks),
    sweepJob('mediation-retention', store, sweepMediations),
    sweepJob('volunteer-retention', store, sweepVolunteers),
    sweepJob('visit-retention', store, sweepVisits),
    sweepJob('letter-retention', store, sweepLetters),
    sweepJob('honour-retention', store, sweepHonours),
    sweepJob('alert-retention', store, sweepAlerts),
    sweepJob(
      'person-retention',
      store,
      sweepPersons((person) => keepOrForget(person, services)),
    ),
    sweepJob('undelivered-retention', store, sweepUndelivered),
    sweepJob('orphan-retention', store, sweepOrphans),
  ];
}

/** Deletes old uploads of the web chat; cases keep their own copies. */
function uploadRetentionJob(uploads: Uploads): Job {
  return {
    name: 'upload-retention',
    every: HOUR_MS,
    runsIn: 'every_process',
    run: async (now) => ({ deleted: await uploads.sweep(now) }),
  };
}

function restoreCheckJob({ store, log }: Services): Job {
  const detect = openRestoreDetector(store, log);
  return {
    name: 'restore-check',
    every: RESTORE_CHECK_EVERY_MS,
    runsIn: 'every_process',
    inSafeMode: true,
    run: async () => ({ restored: Number(await detect()) }),
  };
}
