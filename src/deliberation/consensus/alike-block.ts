import { randomFrom } from '../../random.ts';

/** Fewest ballots that a block of equal ones has, and blocks that are tested, the largest first. */
const BLOCK_MIN = 10;
const BLOCKS_MAX = 5;
/** Significance level of one discussion; each block has its part of it. */
const ALPHA = 0.001;
/** Random samples a block: their smallest p-value lies below the level of one of five blocks. */
const SAMPLES = 6000;
/** From this many questions on, near neighbours tell a camp, which varies, from copies, which do not. Fewer tell nothing. */
const QUESTIONS_MIN = 6;
/** Ballots with fewer answers leave a discussion untested if they are at least this share of it. */
const SHORT_SHARE = 0.1;
/** χ² with one degree of freedom, one-sided, at .005: a second test beside that of ALPHA. */
const RATIO_MIN = 6.63;
/** Answers in which the ballots of a camp differ from its middle, on average, at least: people vary. */
const SPREAD_MIN = 0.25;

type Answers = Readonly<Record<string, string>>;

/** True if copies could hide among ballots with few answers, which people give alike without any plan. */
export function hasShortBallots(ballots: readonly Answers[]): boolean {
  const short = ballots.filter((answers) => Object.keys(answers).length < QUESTIONS_MIN).length;
  return short >= BLOCK_MIN && short >= SHORT_SHARE * ballots.length;
}

/**
 * True if many ballots of the whole discussion are equal in every answer, more than the shares of the answers explain. A camp of
 * people who think alike is no sign: it has ballots that differ in one or two answers.
 */
export function hasAlikeBlock(ballots: readonly Answers[]): boolean {
  const blocks = Map.groupBy(ballots, (answers) => JSON.stringify(Object.entries(answers).sort()));
  const tested = [...blocks.values()]
    .filter((block) => block.length >= BLOCK_MIN && Object.keys(block[0] ?? {}).length >= QUESTIONS_MIN)
    .toSorted((a, b) => b.length - a.length)
    .slice(0, BLOCKS_MAX);
  return tested.some(([one = {}]) => {
    const questions = Object.keys(one);
    const rows = ballots.filter((answers) => questions.every((question) => answers[question] !== undefined));
    const distances = rows.map((answers) => questions.filter((question) => answers[question] !== one[question]).length);
    return isSpike(distances) && isUnlikely(distances, rows, one, questions);
  });
}

/** True if shuffled answers, question by question, hardly ever hold as many ballots equal to `one`. */
function isUnlikely(
  distances: readonly number[],
  rows: readonly Answers[],
  one: Answers,
  questions: readonly string[],
) {
  const observed = distances.filter((distance) => distance === 0).length;
  const random = randomFrom(rows.length);
  // How many ballots have the block's answer, by question: a shuffle keeps it.
  const shares = questions.map((question) => rows.filter((answers) => answers[question] === one[question]).length);
  const level = ALPHA / BLOCKS_MAX;
  let reached = 0;
  for (let n = 1; n <= SAMPLES; n += 1) {
    if (shuffledEqual(shares, rows.length, random) >= observed) reached += 1;
    if (reached > level * SAMPLES) return false;
  }
  return true;
}

/** The number of rows that have the block's answer everywhere, after an independent shuffle of every question. */
function shuffledEqual(shares: readonly number[], rows: number, random: () => number): number {
  return shares.reduce((equal, share) => hypergeometric(equal, share, rows, random), rows);
}

/** How many of `marked` rows are among `share` of all, drawn without replacement. */
function hypergeometric(marked: number, share: number, rows: number, random: () => number): number {
  if (marked === rows) return share;
  let hits = 0;
  for (let i = 0; i < marked; i += 1) if (random() * (rows - i) < share - hits) hits += 1;
  return hits;
}

/**
 * True if the distances from a ballot have a peak at 0 that no camp has. A camp's distances, 0 to 2, follow a Poisson law; the test
 * is a likelihood ratio.
 */
function isSpike(distances: readonly number[]): boolean {
  const [equal = 0, near = 0, next = 0] = [0, 1, 2].map((d) => distances.filter((distance) => distance === d).length);
  const all = equal + near + next;
  // In a discussion in which all agree there is nothing to compare with.
  if (all === distances.length && near + next === 0) return false;
  const mean = (near + 2 * next) / all;
  const spread = Math.max(SPREAD_MIN, spreadOf(mean));
  const total = 1 + spread + spread ** 2 / 2;
  const expected = [1, spread, spread ** 2 / 2].map((part) => (all * part) / total);
  const ratio =
    2 * [equal, near, next].reduce((sum, n, i) => sum + (n > 0 ? n * Math.log(n / (expected[i] ?? n)) : 0), 0);
  return equal > (expected[0] ?? 0) && ratio > RATIO_MIN;
}

/** The parameter of a Poisson law, cut off after 2, with this mean. */
function spreadOf(mean: number): number {
  let [low, high] = [0, 1e6];
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    const at = (middle + middle ** 2) / (1 + middle + middle ** 2 / 2);
    if (at < mean) low = middle;
    else high = middle;
  }
  return low;
}
