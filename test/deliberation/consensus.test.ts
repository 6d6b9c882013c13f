import { expect, test } from 'vitest';
import { countDiscussion } from '../../src/deliberation/ballot/count-votes.ts';
import type { TopicBallot } from '../../src/deliberation/ballot/topic-ballot.ts';
import { adjustedRand } from '../../src/deliberation/consensus/adjusted-rand.ts';
import { agreement, consensus, lowestAgreement } from '../../src/deliberation/consensus/agreement.ts';
import { hasAlikeBlock } from '../../src/deliberation/consensus/alike-block.ts';
import { countedVoters, mapOpinions } from '../../src/deliberation/consensus/clusters.ts';
import type { TimedVote } from '../../src/deliberation/consensus/genuineness.ts';
import { genuinenessNotes } from '../../src/deliberation/consensus/genuineness.ts';
import { silhouette } from '../../src/deliberation/consensus/k-means.ts';
import type { Opinions } from '../../src/deliberation/consensus/principal-plane.ts';
import { mayShowParts, shownShare } from '../../src/deliberation/consensus/shown-share.ts';
import { headsFor, meetingResult, QUORUM_RULES, reaches } from '../../src/deliberation/meeting/quorum.ts';
import { secondsNeeded } from '../../src/deliberation/topic/seconding.ts';
import { randomFrom } from '../../src/random.ts';

test.each([
  [0, 5],
  [40, 5],
  [250, 5],
  [251, 6],
  [640, 13],
  [650, 13],
  [2000, 40],
])('a topic in a place of %i members needs %i seconds', (members, needed) => {
  expect(secondsNeeded(members)).toBe(needed);
});

const SIZES = [50, 20, 10];
const groupsOf = (agree: readonly number[]) => agree.map((n, i) => ({ agree: n, seen: SIZES[i] ?? 0 }));

test.each([
  ['s1', [40, 18, 9], 0.567453, 0.8375, 0.7885],
  ['s2', [50, 20, 1], 0.156031, 0.8875, 0.1667],
  ['s3', [30, 14, 7], 0.270979, 0.6375, 0.5962],
])('%s: consensus of the groups, raw share and lowest group', (_name, agree, product, raw, lowest) => {
  const groups = groupsOf(agree);
  expect(consensus(groups)).toBeCloseTo(product, 6);
  expect(agree.reduce((all, n) => all + n, 0) / 80).toBeCloseTo(raw, 4);
  expect(lowestAgreement(groups)).toBeCloseTo(lowest, 4);
});

test('consensus puts first what every group accepts, where the raw share puts first what two groups want', () => {
  expect(consensus(groupsOf([40, 18, 9]))).toBeGreaterThan(consensus(groupsOf([50, 20, 1])));
  expect(agreement({ agree: 0, seen: 0 })).toBe(0.5);
});

/** Votes of 80 residents over a week, and those of 30 clones in one quarter of an hour. */
function votesWithClones() {
  const random = randomFrom(7);
  const votes = Array.from({ length: 80 }, (_, i) => ({
    answers: { s2: i < 71 ? 'agree' : 'disagree', s3: random() < 0.6 ? 'agree' : 'disagree' },
    slot: Math.floor(random() * 96 * 7),
  }));
  const clones = Array.from({ length: 30 }, () => ({ answers: { s2: 'disagree', s3: 'disagree' }, slot: 300 }));
  return { votes, clones };
}

test('thirty clones move the consensus from .1560 to .0989, never without a note', () => {
  const before = groupsOf([50, 20, 1]);
  const after = [{ agree: 50, seen: 80 }, ...before.slice(1)];
  expect(consensus(before)).toBeCloseTo(0.156, 4);
  expect(consensus(after)).toBeCloseTo(0.0989, 4);
  const { votes, clones } = votesWithClones();
  expect(genuinenessNotes(votes)).toEqual([]);
  expect(genuinenessNotes([...votes, ...clones])).toEqual(['burst', 'alike']);
});

const TEN_DAYS = 96 * 10;

/** Votes of 80 residents on eight statements over ten days: one crowd, or two camps with noise. */
function residents(camps: 1 | 2, seed: number, statements = 8): readonly TimedVote[] {
  const random = randomFrom(seed);
  return Array.from({ length: 80 }, (_, i) => {
    const answers = Array.from({ length: statements }, (__, j) => {
      const agrees = camps === 1 ? 0.5 + 0.05 * j : (i + j) % 2 === 0 ? 0.9 : 0.1;
      return [`s${j}`, random() < agrees ? 'agree' : 'disagree'] as const;
    });
    return { answers: Object.fromEntries(answers), slot: Math.floor(random() * TEN_DAYS) };
  });
}

/** Three equal votes a day, each at another hour. */
function spreadClones(statements: number, n = 30): readonly TimedVote[] {
  const answers = Object.fromEntries(
    Array.from({ length: statements }, (_, j) => [`s${j}`, j % 3 === 0 ? 'agree' : 'disagree'] as const),
  );
  return Array.from({ length: n }, (_, i) => ({
    answers,
    slot: Math.floor((i + 0.5) * (TEN_DAYS / n)) + ((i * 13) % 20),
  }));
}

test.each([
  [1, 8],
  [2, 8],
  [1, 6],
  [2, 6],
] as const)('thirty clones over ten days move no figure of %i camps and %i statements without the note', (camps, n) => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const votes = residents(camps, seed, n);
    expect(genuinenessNotes(votes)).toEqual([]);
    expect(genuinenessNotes([...votes, ...spreadClones(n)])).toContain('alike');
  }
});

test('ballots with few answers cannot be tested, and a note says so', () => {
  const counted = (statements: number, clones: number) => {
    const ballots = [...residents(1, 2), ...spreadClones(statements, clones)];
    const shown = Array.from({ length: 8 }, (_, at) => ({ id: `s${at}`, words: 'w', state: 'shown', at }) as const);
    return countDiscussion(ballots, shown).notes;
  };
  expect(counted(5, 30)).toContain('untested');
  expect(counted(8, 30)).toEqual(['alike']);
  expect(counted(5, 5)).toEqual([]);
});

test('residents who all agree, and camps that vary, are no block of copies', () => {
  const same = Array.from({ length: 80 }, () => ({ s1: 'agree', s2: 'agree', s3: 'pass', s4: 'agree' }));
  expect(hasAlikeBlock(same)).toBe(false);
  for (let seed = 1; seed <= 20; seed += 1)
    expect(hasAlikeBlock(residents(2, seed, 6).map(({ answers }) => answers))).toBe(false);
});

test('thirty votes for one side within six hours of ten days are a burst in a sliding window', () => {
  const random = randomFrom(9);
  const votes = Array.from({ length: 80 }, (_, i) => ({
    answers: { choice: i < 72 ? 'for' : 'against' },
    slot: Math.floor(random() * TEN_DAYS),
  }));
  const late = Array.from({ length: 30 }, (_, i) => ({ answers: { choice: 'against' }, slot: 500 + i }));
  expect(genuinenessNotes(votes)).toEqual([]);
  expect(genuinenessNotes([...votes, ...late])).toContain('burst');
});

test('a building with ten voters is a group, and smaller ones are one part', () => {
  const statements = [{ id: 's1', words: 'w', state: 'shown', at: 1 }] as const;
  const inBuilding = (building: string, n: number, agree: number) =>
    Array.from({ length: n }, (_, i) => ({ answers: { building, s1: i < agree ? 'agree' : 'disagree' } }));
  const big = [...inBuilding('1', 20, 16), ...inBuilding('2', 20, 6)];
  const lowest = (ballots: readonly TopicBallot[]) => countDiscussion(ballots, statements).statements[0]?.lowest;
  expect(lowest([...big, ...inBuilding('3', 6, 0), ...inBuilding('4', 5, 0)])).toMatchObject({ percent: 30 });
  // Six people in small buildings would follow from the whole and the two groups.
  expect(lowest([...big, ...inBuilding('3', 6, 0)])).toBeUndefined();
});

/** Two camps with noise, or one crowd without any. */
function crowd(size: number, camps: 1 | 2, seed = 3): readonly Opinions[] {
  const random = randomFrom(seed);
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: 12 }, (__, j) => {
      const side = camps === 2 && i % 2 === 1 ? -1 : 1;
      const lean = camps === 2 ? (j % 2 === 0 ? side : -side) * 0.8 : 0;
      return random() < (lean + 1) / 2 ? 1 : -1;
    }),
  );
}

test('two camps are seen from a hundred voters on, and equal voters give an equal map', () => {
  expect(mapOpinions(crowd(99, 2))).toBeUndefined();
  const map = mapOpinions(crowd(120, 2));
  expect(new Set(map?.clusters)).toEqual(new Set([0, 1]));
  const camps = Array.from({ length: 120 }, (_, i) => i % 2);
  expect(adjustedRand(map?.clusters ?? [], camps)).toBeGreaterThan(0.9);
  expect(mapOpinions(crowd(120, 2))).toEqual(map);
});

test('a crowd without camps is a map without clusters', () => {
  const map = mapOpinions(crowd(150, 1));
  expect(map?.dots).toHaveLength(150);
  expect(map?.clusters).toBeUndefined();
});

test('only voters with seven votes, or a vote on every statement, are on the map', () => {
  const six: Opinions = [1, 1, 1, 1, 1, 1];
  const seven: Opinions = [...six, 0];
  expect(countedVoters([six, seven], 12)).toEqual([seven]);
  expect(countedVoters([six, seven], 6)).toEqual([six, seven]);
});

test('adjusted Rand index and silhouette have their known values', () => {
  expect(adjustedRand([0, 0, 1, 1], [1, 1, 0, 0])).toBe(1);
  // Hubert & Arabie: Σ over cells 2, rows 2 and columns 2 of 6 pairs.
  expect(adjustedRand([0, 0, 1, 2], [0, 0, 1, 1])).toBeCloseTo(4 / 7, 10);
  const dots = [
    [0, 0],
    [0, 1],
    [10, 0],
    [10, 1],
  ] as const;
  expect(silhouette(dots, [0, 0, 1, 1])).toBeCloseTo(1 - 2 / (10 + Math.sqrt(101)), 10);
});

test('a share below ten people, or one that reveals a single person, is not shown', () => {
  expect(shownShare(5, 9)).toEqual({ type: 'withheld' });
  expect(shownShare(12, 13)).toEqual({ type: 'at_least', percent: 90, n: 15 });
  expect(shownShare(1, 13)).toEqual({ type: 'at_most', percent: 10, n: 15 });
  expect(shownShare(8, 13)).toEqual({ type: 'shown', percent: 60, n: 15 });
  expect(shownShare(71, 80)).toEqual({ type: 'shown', percent: 88, n: 80 });
  expect([mayShowParts([10, 12]), mayShowParts([10, 0]), mayShowParts([30, 9])]).toEqual([true, true, false]);
});

test('one grouping orders all statements: what one group rejects comes after what all accept', () => {
  const statements = ['sall', 'sowners'].map(
    (id, at) => ({ id: id as `s${string}`, words: id, state: 'shown', at }) as const,
  );
  const ballots = Array.from({ length: 120 }, (_, i) => {
    const isOwner = i % 2 === 0;
    const accepts = (of: number) => (i % 10 < of ? 'agree' : 'disagree');
    const told = { tenure: isOwner ? 'owner' : 'tenant', age: ['young', 'middle', 'old'][i % 3] ?? '' };
    return { answers: { ...told, sall: accepts(6), sowners: isOwner ? 'agree' : i % 20 < 7 ? 'agree' : 'disagree' } };
  });
  const [first, second] = countDiscussion(ballots, statements).statements;
  expect([first?.id, second?.id]).toEqual(['sall', 'sowners']);
  expect(second).toMatchObject({ agree: { percent: 66 }, lowest: { percent: 30 } });
  // Nine tenants are no group that may be shown, beside any number of owners.
  const few = ballots.filter(({ answers }, i) => answers.tenure === 'owner' || i < 18);
  expect(countDiscussion(few, statements).statements.every(({ lowest }) => lowest === undefined)).toBe(false);
  const untold = few.map(({ answers: { age: _age, ...answers } }) => ({ answers }));
  expect(countDiscussion(untold, statements).statements.every(({ lowest }) => lowest === undefined)).toBe(true);
});

const rule = (id: string) => {
  const found = QUORUM_RULES.find((one) => one.id === id);
  if (!found) throw new Error(`There is no rule ${id}.`);
  return found;
};

test.each([
  ['villagers', 420, 211, 211, 106],
  ['households', 150, 100, 100, 51],
  ['delegates', 35, 24, 24, 13],
  ['residents', 420, 211, 211, 106],
  ['owners', 300, 200, 205, 103],
  ['owners_special', 300, 200, 205, 154],
])('%s: of %i people %i are a quorum, and of %i present %i pass', (id, all, quorum, present, pass) => {
  expect(headsFor(all, rule(id).attend)).toBe(quorum);
  expect(headsFor(present, rule(id).pass)).toBe(pass);
});

const OWNERS = { all: { heads: 300, area: 30_000 }, present: { heads: 205, area: 20_400 } };

test('owners count by heads and by floor area', () => {
  expect(reaches({ heads: 200, area: 20_000 }, OWNERS.all, rule('owners').attend, rule('owners'))).toBe(true);
  expect(reaches({ heads: 200, area: 19_999.9 }, OWNERS.all, rule('owners').attend, rule('owners'))).toBe(false);
  // Exactly two thirds, and exactly three quarters, in hundredths of a square metre.
  for (const [at, of, bar] of [
    [2, 3, rule('owners').attend],
    [3, 4, rule('owners_special').pass],
  ] as const)
    for (let share = 1; share < 500_000; share += 101) {
      const whole = { heads: 12, area: (share * of) / 100 };
      expect(reaches({ heads: 12, area: (share * at) / 100 }, whole, bar, rule('owners'))).toBe(true);
      expect(reaches({ heads: 12, area: (share * at - 1) / 100 }, whole, bar, rule('owners'))).toBe(false);
    }
  const ordinary = (heads: number, area: number) =>
    meetingResult({ ...OWNERS, agree: { heads, area } }, rule('owners')).passed;
  expect([ordinary(103, 10_200.1), ordinary(103, 10_200), ordinary(102, 15_000)]).toEqual([true, false, false]);
  const special = (heads: number, area: number) =>
    meetingResult({ ...OWNERS, agree: { heads, area } }, rule('owners_special')).passed;
  expect([special(154, 15_300), special(154, 15_299), special(153, 20_400)]).toEqual([true, false, false]);
});

test('a meeting without a quorum has passed nothing', () => {
  const counts = { all: { heads: 420 }, present: { heads: 210 }, agree: { heads: 210 } };
  expect(meetingResult(counts, rule('villagers'))).toEqual({ quorate: false, passed: false });
});

test('every rule of a quorum warns until a person has checked it', () => {
  for (const one of QUORUM_RULES) expect(one.checkedOn, one.id).toBeNull();
  expect(QUORUM_RULES.filter(({ changed }) => changed).map(({ id }) => id)).toEqual([
    'villagers',
    'households',
    'delegates',
    'residents',
  ]);
});
