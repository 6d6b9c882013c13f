import type { FileInventory } from '../../files/file-inventory.ts';
import type { Refusal } from './condition.ts';
import { isRefusal } from './condition.ts';

/** A property of an object, or a cell of a row, with its place in the file. */
export type FormEntry = { readonly at: string; readonly value: unknown };

/** Entries that no question can hold. Every name that the format knows is taken by the reader or stands here. */
export type FormRules = {
  /** Cures by name. */
  readonly refused: Readonly<Record<string, string>>;
  /** Names by the reason why they change nothing. */
  readonly ignored: Readonly<Record<string, readonly string[]>>;
  /** Values by name that change nothing although their name is refused. */
  readonly harmless?: Readonly<Record<string, readonly unknown[]>>;
  readonly isKnown: (name: string) => boolean;
  /** Returns the known name that an unknown name may be a misspelling of. */
  readonly nearest: (name: string) => string | undefined;
};

/** One object or row of a form. The reader takes entries; `close` accounts for all others. */
export class FormPart {
  readonly at: string;
  readonly #inventory: FileInventory;
  readonly #entries: ReadonlyMap<string, FormEntry>;
  readonly #taken = new Set<string>();

  constructor(at: string, entries: ReadonlyMap<string, FormEntry>, inventory: FileInventory) {
    this.at = at;
    this.#entries = entries;
    this.#inventory = inventory;
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Returns the value of an entry that the questionnaire will hold; undefined if it is empty. */
  take(name: string): unknown {
    const entry = this.#entries.get(name);
    if (entry === undefined || isNothing(entry.value)) return undefined;
    this.#taken.add(name);
    return entry.value;
  }

  /** Returns a value for which zero and false mean something; undefined only if there is none. */
  takeAny(name: string): unknown {
    const value = this.#entries.get(name)?.value;
    if (value === undefined || value === null || value === '') return undefined;
    this.#taken.add(name);
    return value;
  }

  placeOf(name: string): string {
    return this.#entries.get(name)?.at ?? this.at;
  }

  refuse(name: string, why: string): void {
    this.#taken.add(name);
    this.#inventory.refuse(this.placeOf(name), why);
  }

  ignore(name: string, why: string): void {
    this.#taken.add(name);
    this.#inventory.ignore(this.placeOf(name), why);
  }

  /** Returns what was read, or undefined after it has refused the entry. */
  accept<T>(name: string, read: T | Refusal): T | undefined {
    if (!isRefusal(read)) return read;
    this.refuse(name, read.refused);
    return undefined;
  }

  /** Accounts for every entry: those that were taken are carried unless they were refused. */
  close({ refused, ignored, harmless = {}, isKnown, nearest }: FormRules): void {
    const judged = new Set([...this.#inventory.refused, ...this.#inventory.ignored].map(({ at }) => at));
    for (const [name, { at, value }] of this.#entries) {
      const [base = ''] = name.split('::');
      const reason = Object.keys(ignored).find((one) => ignored[one]?.includes(base));
      if (this.#taken.has(name)) {
        if (!judged.has(at)) this.#inventory.carry(at, name);
        continue;
      }
      const cure = ownValue(refused, base);
      if (isNothing(value) || ownValue(harmless, base)?.includes(value))
        this.#inventory.ignore(at, 'It changes nothing.');
      else if (cure !== undefined) this.#inventory.refuse(at, cure);
      else if (reason !== undefined) this.#inventory.ignore(at, reason);
      else if (isKnown(base)) this.#inventory.ignore(at, 'The format does not use it here.');
      else this.#closeUnknown(at, base, nearest(base));
    }
  }

  #closeUnknown(at: string, name: string, meant: string | undefined): void {
    if (meant === undefined) this.#inventory.ignore(at, 'The format does not know it.');
    else this.#inventory.refuse(at, `"${name}" may mean "${meant}". Correct it, or rename it if it is a note.`);
  }
}

/** Looks up a name of a file, which may also be the name of an inherited property, such as `constructor`. */
export function ownValue<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Returns the name that `written` may be a misspelling of: the nearest one, without regard to case and word separators. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const plain = plainName(written);
  const first = plainName(/^[\w-]+/.exec(written)?.[0] ?? '');
  const near = known
    .map((name) => ({ name, far: distance(plain, plainName(name)) }))
    .filter(({ name, far }) => far <= (Math.min(plain.length, plainName(name).length) > 5 ? 2 : 1));
  const [best] = near.sort((a, b) => a.far - b.far);
  // `label (en)` and `relevant_old` begin with a known name; `anlin` begins a name of our own.
  const begun = known.find((name) => first === plainName(name) || written.toLowerCase().startsWith(`${name}_`));
  return best?.name ?? begun ?? (/^anlin/i.test(written) ? known.find((name) => name.startsWith('anlin')) : undefined);
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\d]/gu, '');
}

/** Counts inserted, removed, changed and exchanged letters (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  const cell = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= b.length; j++) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : Infinity;
      const least = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + same, swapped);
      (rows[i] as number[])[j] = least;
    }
  }
  return cell(a.length, b.length);
}
