import rules from './quorum-rules.json' with { type: 'json' };

/** A share of a whole, `at` of `of`; `above`: more than it, otherwise at least it. */
export type Bar = { readonly at: number; readonly of: number; readonly above?: boolean };

export const QUORUM_RULE_IDS = [
  'villagers',
  'households',
  'delegates',
  'residents',
  'owners',
  'owners_special',
] as const;
export type QuorumRuleId = (typeof QUORUM_RULE_IDS)[number];

/** Who must take part in a lawful meeting, and how many must agree. */
export type QuorumRule = {
  readonly id: QuorumRuleId;
  /** The law, as it was read (the day of its text), and the day on which a later change took effect. */
  readonly law: string;
  readonly read: string;
  readonly changed?: string;
  /** The day on which a person compared the rule with the law in force; null: not compared yet, and every page says so. */
  readonly checkedOn: string | null;
  /** Days between the notice and the meeting, at least. */
  readonly noticeDays: number;
  /** Shares count by floor area (m²) too, beside heads. */
  readonly area?: boolean;
  readonly attend: Bar;
  readonly pass: Bar;
};

export const QUORUM_RULES = rules as readonly QuorumRule[];

/** Heads, and square metres where the rule counts them. */
export type HeadCount = { readonly heads: number; readonly area?: number };

/** The fewest heads that reach a bar. */
export function headsFor(whole: number, { at, of, above }: Bar): number {
  return above ? Math.floor((whole * at) / of) + 1 : Math.ceil((whole * at) / of);
}

/** True if a part reaches the bar in heads, and in area where the rule counts it. */
export function reaches(part: HeadCount, whole: HeadCount, bar: Bar, { area }: Pick<QuorumRule, 'area'>): boolean {
  if (part.heads < headsFor(whole.heads, bar)) return false;
  if (!area) return true;
  const [have, need] = [unitsOf(part.area) * bar.of, unitsOf(whole.area) * bar.at];
  return bar.above ? have > need : have >= need;
}

/** An area in whole numbers of the smallest unit that may be typed, 10⁻⁶ m²: exactly two thirds must not miss by rounding. */
function unitsOf(area = 0): number {
  return Math.round(area * 1e6);
}

/** The counts of a meeting as its minute states them. */
export type MeetingCounts = { readonly all: HeadCount; readonly present: HeadCount; readonly agree: HeadCount };

/** What the counts come to under a rule. Only the meeting decides; this checks its arithmetic. */
export function meetingResult({ all, present, agree }: MeetingCounts, rule: QuorumRule) {
  const quorate = reaches(present, all, rule.attend, rule);
  return { quorate, passed: quorate && reaches(agree, present, rule.pass, rule) };
}
