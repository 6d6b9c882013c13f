import { DAY_MS } from '../../calendar.ts';
import type { Premises } from '../../city/premises.ts';
import { seriesNames } from '../../city/series.ts';
import type { LocalizedMessage, Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Words } from '../../engine/steps/text.ts';
import { keepHalf } from '../../inspections/draw/draw-store.ts';
import { keepPairing } from '../../inspections/draw/pairing.ts';
import type { Standard, Veto } from '../../inspections/standards/standard.ts';
import type { Mark } from '../../inspections/visits/read-marks.ts';
import type { FinishContext } from '../../people/talk.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { hashOf, newHalf } from '../../surveys/wave/draw.ts';
import { keepTask } from '../../volunteers/tasks/task-store.ts';
import { endProject, sendBack } from '../checks/project-rules.ts';
import { claimItem, lockClaim, openItems } from '../claims/claim-rules.ts';
import { liftSuspension, nameLevel, suspend, tellCure, vetoRound } from '../level/level-rules.ts';
import { answerObjection, proposeNotice } from '../notice/notice-rules.ts';
import { hidePhotos, shownPhotos } from '../notice/objection-photos.ts';
import { pairingTasks } from '../plan/pairing-tasks.ts';
import { quarterEnd } from '../plan/quarter.ts';
import type { Round } from '../rounds/round.ts';
import { newRoundId, plannedRound } from '../rounds/round.ts';
import type { RoundStep } from '../rounds/round-step.ts';
import { keepRound } from '../rounds/round-store.ts';
import type { PremisesFacts } from './load-premises.ts';
import { currentRound } from './load-premises.ts';
import type { PremisesAction } from './premises-actions.ts';
import { actionsFor } from './premises-actions.ts';
import type { PremisesAnswers } from './premises-answers.ts';
import { itemOf } from './premises-answers.ts';
import { evidenceList, roundValues, standardList } from './premises-card.ts';

/** A pairing lasts half a year. */
const PAIRING_MS = 182 * DAY_MS;

type Finishing = FinishContext<PremisesFacts>;
type Chosen = { readonly premises: Premises; readonly standard: Standard; readonly kept: Kept<Round> | undefined };

/** Carries out the chosen action, if it is still open to the person. */
export function finishPremises(answers: PremisesAnswers, finishing: Finishing): Outcome {
  const { facts, now } = finishing;
  const { premises, standard } = facts;
  const action = actionsFor(facts, now).find((one) => one === answers.next);
  if (!premises || !standard || !action) return refusal('gone');
  const chosen = { premises, standard, kept: currentRound(facts) };
  switch (action) {
    case 'planned':
      // Holding premises have a round of an older version beside the one that is planned.
      return planRound({ ...chosen, standard: facts.newest ?? standard }, answers.quarter ?? '', finishing);
    case 'standard':
      return noChange('standard_read', {
        key: 'flows/my-premises:standard',
        values: {
          series: { names: seriesNames(premises.series) },
          version: standard.version,
          items: standardList(standard),
        },
      });
    case 'paired':
      return pair(chosen, answers.helper ?? '', finishing);
    default:
      return chosen.kept ? moveRound(action, answers, { ...chosen, kept: chosen.kept }, finishing) : refusal('gone');
  }
}

function moveRound(
  action: Exclude<PremisesAction, 'planned' | 'standard' | 'paired'>,
  answers: PremisesAnswers,
  chosen: Chosen & { readonly kept: Kept<Round> },
  finishing: Finishing,
): Outcome {
  const { facts, now } = finishing;
  const { record } = chosen.kept;
  const { standard } = chosen;
  const words: Words = answers.words ?? { text: '' };
  switch (action) {
    case 'claim':
    case 'changed':
      return claim(answers, chosen, finishing);
    case 'claimed':
      return keepStep('round_claimed', lockClaim(record, standard, now), chosen, finishing);
    case 'project_done': {
      const ended = endProject(record, { no: Number(answers.item), done: answers.three ?? [], measure: words }, now);
      return keepStep('project_done', ended, chosen, finishing);
    }
    case 'cure_told':
      return keepStep('cure_told', tellCure(record, now), chosen, finishing);
    case 'sent_back': {
      const back = sendBack(record, standard, now);
      // Without a gap to cure, the computed items are what is missing.
      const waits = back.type === 'done' && back.round.projects.length === 0;
      return keepStep(waits ? 'round_waits' : 'round_sent_back', back, chosen, finishing);
    }
    case 'proposed':
      return keepStep('notice_proposed', proposeNotice(record, facts.me, now), chosen, finishing);
    case 'answered': {
      const answer = { upheld: answers.upheld === 'yes', words, by: facts.me };
      return keepStep('objection_answered', answerObjection(record, answer, now), chosen, finishing);
    }
    case 'photos_shown':
      return noChange('photos_shown', ...shownPhotos(record), {
        key: 'flows/my-premises:photos_shown',
        buttons: [again(chosen.premises)],
      });
    case 'photos_hidden': {
      // Only several objections with photos need a choice.
      const objection = record.objections.find(
        ({ photos, at }) => photos && (!answers.objection || String(at) === answers.objection),
      );
      return keepStep('photos_hidden', hidePhotos(record, objection, now), chosen, finishing);
    }
    case 'named': {
      const document = 'text' in words ? words.text : '';
      return keepStep('level_named', nameLevel(record, facts.basis, document, now), chosen, finishing);
    }
    case 'suspended':
      return keepStep('level_suspended', suspend(record, now), chosen, finishing);
    case 'cured':
      return keepStep('suspension_cured', liftSuspension(record, now), chosen, finishing);
    case 'vetoed': {
      const veto = (answers.veto ?? '') as Veto; // one of VETOES: the step offers no other
      // A level of an older round does not outlive the veto of a newer one.
      const others = facts.rounds.filter((one) => one !== chosen.kept);
      const more = others.flatMap((one) => {
        const ended = vetoRound(one.record, veto, words, now);
        return ended.type === 'done' ? [keepRound(finishing.store, ended.round, now, one)] : [];
      });
      return keepStep('round_vetoed', vetoRound(record, veto, words, now), chosen, finishing, more);
    }
    case 'example':
      return keepStep('example_named', { type: 'done', round: { ...record, example: words } }, chosen, finishing);
    case 'evidence':
      return noChange('evidence_read', {
        key: 'flows/my-premises:evidence',
        values: { at: { at: record.evidenceAt ?? now }, items: evidenceList(record, standard) },
        buttons: [again(chosen.premises)],
      });
  }
}

/** Marks one item and goes on with the next; after the last one the card offers to send the claim. */
function claim(
  answers: PremisesAnswers,
  chosen: Chosen & { readonly kept: Kept<Round> },
  finishing: Finishing,
): Outcome {
  const { facts, store, now } = finishing;
  const { kept, standard, premises } = chosen;
  const item = itemOf({ answers, facts });
  if (!item) return refusal('gone');
  const mark = (answers.mark ?? 'none') as Mark; // one of MARKS
  const step = claimItem(kept.record, standard, { no: item.no, mark, why: answers.words ?? undefined });
  if (step.type === 'refused') return refusal(step.why, premises);
  const next = { version: kept.version + 1, record: step.round };
  const rounds = facts.rounds.map((one) => (one === kept ? next : one));
  const goesOn = answers.next === 'claim' && openItems(step.round, standard).length > 0;
  return {
    outcome: 'item_claimed',
    ...keepRound(store, step.round, now, kept),
    // The next item, or the card, is the answer; a message between two items would be one too many.
    says: [],
    goesOn: {
      flow: 'my-premises',
      answers: { premises: premises.id, ...(goesOn ? { next: 'claim' } : {}) },
      facts: { ...facts, rounds },
    },
  };
}

/** People who hear of a step besides the person who takes it. */
const TOLD: Readonly<Record<string, 'contacts' | 'leads' | 'both'>> = {
  round_claimed: 'leads',
  round_sent_back: 'contacts',
  round_waits: 'contacts',
  notice_proposed: 'both',
  objection_answered: 'contacts',
  level_named: 'both',
  level_suspended: 'contacts',
  suspension_cured: 'contacts',
  round_vetoed: 'both',
  project_done: 'leads',
  cure_told: 'leads',
};

/** Keeps a step, says so, and tells the others; or refuses it with its reason. */
function keepStep(
  outcome: string,
  step: RoundStep,
  { premises, standard, kept }: Chosen & { readonly kept: Kept<Round> },
  { store, facts, person, now }: Finishing,
  more: readonly Change[] = [],
): Outcome {
  if (step.type === 'refused') return refusal(step.why, premises);
  const { round } = step;
  const part = outcome === 'notice_proposed' && round.state === 'public_notice' ? 'notice_begun' : outcome;
  const values = {
    name: { names: premises.names },
    series: { names: seriesNames(premises.series) },
    ...roundValues(round, standard, now),
  };
  const told = TOLD[outcome];
  const to = [
    ...(told === 'leads' || told === 'both' ? facts.leads : []),
    ...(told === 'contacts' || told === 'both' ? facts.contacts : []),
  ];
  const news: LocalizedMessage = { key: `flows/my-premises:news.${part}`, values, buttons: [again(premises)] };
  return {
    outcome: part,
    ...joinChanges([keepRound(store, round, now, kept), ...more]),
    says: [{ key: `flows/my-premises:done.${part}`, values, buttons: [again(premises)] }],
    tells: [...new Set(to)].filter((urn) => urn !== person).map((urn) => ({ to: urn, said: news })),
  };
}

/** Plans a round for a quarter. The server's half of its seed is fixed now, before any claim. */
function planRound({ premises, standard }: Chosen, quarter: string, { store, facts, person, now }: Finishing): Outcome {
  const half = newHalf();
  const plan = { standard: standard.version, due: quarterEnd(quarter), halfHash: hashOf(half) };
  const round = plannedRound({ id: newRoundId(), premises, ...plan, now });
  const { checks, writes } = keepRound(store, round, now);
  const values = { name: { names: premises.names }, quarter, ...roundValues(round, standard, now) };
  const news: LocalizedMessage = { key: 'flows/my-premises:news.planned', values, buttons: [again(premises)] };
  return {
    outcome: 'round_planned',
    checks,
    writes: [...writes, keepHalf(store, round.id, 'office', half)],
    says: [{ key: 'flows/my-premises:done.planned', values, buttons: [again(premises)] }],
    tells: facts.contacts.filter((urn) => urn !== person).map((to) => ({ to, said: news })),
  };
}

function pair({ premises }: Chosen, helper: string, { store, facts, now }: Finishing): Outcome {
  const found = facts.helpers.find(({ id }) => id === helper);
  if (!found) return refusal('gone');
  const until = now + PAIRING_MS;
  const tasks = pairingTasks(premises, found, facts.me, facts.city, now);
  const [first] = tasks;
  const values = {
    name: { names: premises.names },
    helper: { names: found.names },
    until: { day: until },
    tasks: tasks.length,
    first: { at: first?.from ?? now },
  };
  const said: LocalizedMessage = { key: 'flows/my-premises:news.paired', values };
  return {
    outcome: 'premises_paired',
    ...joinChanges([
      ...tasks.map((task) => keepTask(store, task)),
      {
        checks: [],
        writes: [keepPairing(store, { weak: premises.id, helper, from: now, until, tasks: tasks.map(({ id }) => id) })],
      },
    ]),
    says: [{ key: 'flows/my-premises:done.paired', values, buttons: [again(premises)] }],
    tells: facts.contacts.map((to) => ({ to, said })),
  };
}

function refusal(why: string, premises?: Premises): Outcome {
  return noChange(`premises_refused:${why}`, {
    key: `flows/my-premises:refused.${why}`,
    ...(premises ? { buttons: [again(premises)] } : {}),
  });
}

function again({ id }: Premises) {
  return { label: 'flows/my-premises:again', flow: 'my-premises', argument: id } as const;
}
