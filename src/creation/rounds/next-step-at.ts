import { DAY_MS } from '../../calendar.ts';
import { LAPSE_TOLD_MS } from '../level/level-rules.ts';
import { answerDue, openObjection } from '../notice/notice-rules.ts';
import type { Round } from './round.ts';

/** Figures behind a claim are read anew this often until the claim is locked, ms. */
const EVIDENCE_MS = DAY_MS;

/** The time of the next step by the clock, ms since the epoch; undefined if a person moves the round. */
export function nextStepAt({
  state,
  since,
  evidenceAt,
  noticeUntil,
  until = 0,
  toldOfLapse,
  cureBy,
  objections,
}: Round): number | undefined {
  switch (state) {
    case 'planned':
    case 'curing':
      return evidenceAt === undefined ? since : evidenceAt + EVIDENCE_MS;
    case 'claimed':
    case 'checking':
      return since;
    case 'public_notice':
      return openObjection({ objections }) ? answerDue({ objections }) : noticeUntil;
    case 'met':
    case 'named':
      return toldOfLapse ? until : until - LAPSE_TOLD_MS;
    case 'suspended':
      return cureBy;
    default:
      return undefined;
  }
}
