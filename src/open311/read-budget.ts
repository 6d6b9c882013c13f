/** Records that callers without an API key may read: a rate in records a second, and a burst in records. */
export type Budget = { readonly perSecond: number; readonly burst: number };

/** A page of 1,000 requests fits many times; a program that reads all day needs a key. */
const PER_ADDRESS: Budget = { perSecond: 100, burst: 4000 };
/** All callers together: reading 400 records costs about 4 % of a processor's second. */
const IN_ALL: Budget = { perSecond: 400, burst: 8000 };
/** Addresses remembered at most. Beyond that all start anew; the budget of all together stays. */
const ADDRESSES_MAX = 10_000;

/** The anonymous budget is spent; `seconds` is the wait until the call would pass. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
  readonly seconds: number;
  constructor(of: string, seconds: number) {
    super(`Too many ${of}. Please wait ${seconds} s, ask for less, or ask the operator for a key.`);
    this.seconds = seconds;
  }
}

/** Charges a caller for records before they are read. Throws BudgetSpent. */
export type Spend = (records: number) => void;

/** Opens a budget of all callers (GCRA, ITU-T I.371). `clock` counts ms; `of` names what is counted. */
export function openReadBudget(
  clock = () => performance.now(),
  { perAddress = PER_ADDRESS, inAll = IN_ALL, of = 'reads without an api_key' } = {},
): (address: string) => Spend {
  const byAddress = new Map<string, number>();
  let all = 0;
  return (address) => (records) => {
    const now = clock();
    const own = takeFrom(perAddress, byAddress.get(address) ?? 0, records, now);
    const total = takeFrom(inAll, all, records, now);
    const waitMs = Math.max(own.waitMs, total.waitMs);
    if (waitMs > 0) throw new BudgetSpent(of, Math.ceil(waitMs / 1000));
    if (byAddress.size >= ADDRESSES_MAX) byAddress.clear();
    byAddress.set(address, own.next);
    all = total.next;
  };
}

function takeFrom({ perSecond, burst }: Budget, next: number, records: number, now: number) {
  const from = Math.max(next, now);
  const after = from + (records * 1000) / perSecond;
  return { next: after, waitMs: Math.max(0, after - now - (burst * 1000) / perSecond) };
}
