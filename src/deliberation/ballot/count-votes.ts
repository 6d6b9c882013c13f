import { RULES, roundedTo } from '../../surveys/disclosure/disclosure.ts';
import { shuffle } from '../../surveys/wave/unlink-answers.ts';
import type { Votes } from '../consensus/agreement.ts';
import { agreement, consensus, lowestAgreement } from '../consensus/agreement.ts';
import { hasShortBallots } from '../consensus/alike-block.ts';
import { countedVoters, mapOpinions } from '../consensus/clusters.ts';
import type { TimedVote } from '../consensus/genuineness.ts';
import { genuinenessNotes } from '../consensus/genuineness.ts';
import type { Opinions } from '../consensus/principal-plane.ts';
import { mayShowParts, shownShare } from '../consensus/shown-share.ts';
import type { Statement } from '../statement/statement.ts';
import type { CountedStatement, DiscussionResult, SoundingResult, SoundingShares } from './results.ts';
import type { Choice, Declared, TopicBallot } from './topic-ballot.ts';
import { CHOICES, DECLARED, DECLARED_NAMES, UNTOLD } from './topic-ballot.ts';

/** Step of a published consensus: the numbers of a group do not follow from it. */
const CONSENSUS_STEP = 0.05;

/** Counts seconds; where codes were handed out, those with a code. */
export function countSeconds(ballots: readonly TopicBallot[], coded: boolean): number {
  return ballots.filter((one) => one.answers.second === 'yes' && (!coded || one.coded)).length;
}

/** Signs that votes were organised, from their answers alone. */
export function notesOf(ballots: readonly TopicBallot[], isCounted: (question: string) => boolean) {
  return genuinenessNotes(
    ballots.flatMap(({ answers, slot }): readonly TimedVote[] => {
      const counted = Object.entries(answers).filter(([question]) => isCounted(question));
      return slot === undefined || counted.length === 0 ? [] : [{ answers: Object.fromEntries(counted), slot }];
    }),
  );
}

/** Counts the opinions on statements. */
export function countDiscussion(stored: readonly TopicBallot[], statements: readonly Statement[]): DiscussionResult {
  const shown = statements.filter(({ state }) => state === 'shown');
  const ids = shown.map(({ id }) => id as string);
  const ballots = shuffle(stored).filter(({ answers }) => ids.some((id) => answers[id] !== undefined));
  const opinions = ballots.map(({ answers }) =>
    Object.fromEntries(Object.entries(answers).filter(([id]) => ids.includes(id))),
  );
  const grouping = groupingOf(ids, ballots);
  const counted = shown.map((statement) => countStatement(statement, ballots, grouping));
  const voters = countedVoters(
    ballots.map((ballot) => opinionsOf(ballot, ids)),
    ids.length,
  );
  const map = mapOpinions(voters);
  return {
    statements: counted.toSorted((a, b) => b.exact - a.exact).map(({ exact: _exact, ...rest }) => rest),
    notes: [
      ...notesOf(ballots, (question) => ids.includes(question)),
      ...(hasShortBallots(opinions) ? (['untested'] as const) : []),
    ],
    ...(map
      ? {
          map: {
            dots: map.dots.map(([x, y]) => [roundedTo(0.1, x), roundedTo(0.1, y)] as const),
            clusters: hasSmallCluster(map.clusters) ? undefined : map.clusters,
          },
        }
      : {}),
  };
}

function hasSmallCluster(clusters: readonly number[] | undefined): boolean {
  if (!clusters) return false;
  return [...Map.groupBy(clusters, (one) => one).values()].some(({ length }) => length < RULES.answersMin);
}

/** A way to part voters by what they told, and its groups. */
type Grouping = { readonly name: Declared; readonly values: readonly string[] };

function opinionsOf({ answers }: TopicBallot, ids: readonly string[]): Opinions {
  const values = { agree: 1, disagree: -1, pass: 0 } as const;
  return ids.map((id) => values[answers[id] as keyof typeof values]); // written by hear-statements
}

/** The groups of one statement by what voters told of themselves; undefined where one has one to nine people. */
function groupsOf(
  id: string,
  ballots: readonly TopicBallot[],
  { name, values }: Grouping,
): readonly Votes[] | undefined {
  const voters = ballots.filter(({ answers }) => answers[id] !== undefined);
  // Small buildings are one part with those who told none.
  const partOf = ({ answers }: TopicBallot) => (values.includes(answers[name] ?? '') ? answers[name] : UNTOLD);
  const parts = [...values, UNTOLD].map((value) => voters.filter((ballot) => partOf(ballot) === value));
  const groups = parts.slice(0, -1).filter(({ length }) => length > 0);
  const mayShow = groups.length > 1 && mayShowParts(parts.map(({ length }) => length));
  return mayShow ? groups.map((group) => votesOf(id, group)) : undefined;
}

/**
 * The grouping of a discussion, the same for all its statements, as products over two and over three groups do not compare. It
 * must be fit for every statement; of several, the one whose groups disagree most.
 */
function groupingOf(ids: readonly string[], ballots: readonly TopicBallot[]): Grouping | undefined {
  const fit = DECLARED_NAMES.flatMap((name) => {
    const grouping = { name, values: valuesOf(name, ids, ballots) };
    const groups = ids.map((id) => groupsOf(id, ballots, grouping));
    if (groups.some((one) => one === undefined)) return [];
    return [{ grouping, lowest: groups.reduce((all, one) => all + lowestAgreement(one ?? []), 0) }];
  });
  return fit.toSorted((a, b) => a.lowest - b.lowest)[0]?.grouping;
}

/** The groups of a grouping. A building is one if ten of its people voted on every statement. */
function valuesOf(name: Declared, ids: readonly string[], ballots: readonly TopicBallot[]): readonly string[] {
  if (name !== 'building') return DECLARED[name];
  const votersIn = (building: string, id: string) =>
    ballots.filter(({ answers }) => answers.building === building && answers[id] !== undefined).length;
  const told = [...new Set(ballots.flatMap(({ answers }) => answers.building ?? []))].filter((one) => one !== UNTOLD);
  return told.filter((building) => ids.every((id) => votersIn(building, id) >= RULES.answersMin));
}

function countStatement(
  { id, words }: Statement,
  ballots: readonly TopicBallot[],
  grouping: Grouping | undefined,
): CountedStatement & { readonly exact: number } {
  const all = votesOf(
    id,
    ballots.filter(({ answers }) => answers[id] !== undefined),
  );
  const groups = grouping && groupsOf(id, ballots, grouping);
  const exact = consensus(groups ?? [all]);
  const least = groups?.toSorted((a, b) => agreement(a) - agreement(b))[0];
  return {
    id,
    words,
    agree: shownShare(all.agree, all.seen),
    ...(least ? { lowest: shownShare(least.agree, least.seen) } : {}),
    consensus: Number((CONSENSUS_STEP * Math.round(exact / CONSENSUS_STEP)).toFixed(2)),
    exact,
  };
}

function votesOf(id: string, ballots: readonly TopicBallot[]): Votes {
  return { agree: ballots.filter(({ answers }) => answers[id] === 'agree').length, seen: ballots.length };
}

/** Counts the sounding ballot. */
export function countSounding(stored: readonly TopicBallot[], coded: boolean): SoundingResult {
  const ballots = stored.filter(({ answers }) => answers.choice !== undefined);
  const parts = [ballots.filter((one) => one.coded), ballots.filter((one) => !one.coded)] as const;
  const deciding = coded ? parts[0] : ballots;
  const [yes, no] = [countOf(deciding, 'for'), countOf(deciding, 'against')];
  const outcome = deciding.length < RULES.answersMin ? 'few' : yes > no ? 'for' : no > yes ? 'against' : 'even';
  const mayPart = coded && parts.every(({ length }) => length >= RULES.answersMin);
  return {
    all: sharesOf(ballots),
    ...(mayPart ? { coded: { with: sharesOf(parts[0]), without: sharesOf(parts[1]) } } : {}),
    outcome,
    notes: notesOf(ballots, (question) => question === 'choice'),
  };
}

function sharesOf(ballots: readonly TopicBallot[]): SoundingShares {
  const shares = CHOICES.map((choice) => [choice, shownShare(countOf(ballots, choice), ballots.length)] as const);
  return Object.fromEntries(shares) as SoundingShares; // one entry per choice
}

function countOf(ballots: readonly TopicBallot[], choice: Choice): number {
  return ballots.filter(({ answers }) => answers.choice === choice).length;
}
