import { appendFileSync } from 'node:fs';
import { keptEvents } from '../event-file.ts';

/** One table of JSON rows. */
export type Rows<Row> = {
  get(id: string): Row | undefined;
  all(): readonly Row[];
  put(id: string, row: Row): Row;
  remove(id: string): void;
  /** The rows that changed after this number of changes. */
  changedSince(changes: number): readonly Row[];
};

/** One change: a row of a table, or its removal. */
type Change = { readonly table: string; readonly id: string; readonly row?: unknown };
type KeptRow = { readonly row: unknown; readonly at: number };

/** A simulator's state as tables of rows, with its clock. A file of changes keeps it across a restart or a kill. */
export class KeptRows {
  /** Number of changes so far. Pages wait until it grows. */
  changes = 0;
  private readonly tables = new Map<string, Map<string, KeptRow>>();
  private readonly listeners = new Set<() => void>();
  private readonly file: string | undefined;
  private readonly clock: () => number;

  constructor(clock: () => number, file?: string) {
    this.clock = clock;
    this.file = file;
    if (!file) return;
    for (const event of keptEvents(file)) this.apply(event as Change); // written by record()
  }

  /** Milliseconds since the epoch by the simulator's clock, which can be advanced. */
  readonly now = (): number => this.clock() + this.aheadMs();

  advanceClock(seconds: number): void {
    this.record({ table: 'clock', id: 'ahead', row: this.aheadMs() + Math.round(seconds * 1000) });
  }

  table<Row>(name: string): Rows<Row> {
    const rows = () => this.rowsOf(name);
    return {
      get: (id) => rows().get(id)?.row as Row | undefined, // only this table's put() writes it
      all: () => [...rows().values()].map(({ row }) => row as Row),
      put: (id, row) => {
        this.record({ table: name, id, row });
        return row;
      },
      remove: (id) => {
        if (rows().has(id)) this.record({ table: name, id });
      },
      changedSince: (changes) => [...rows().values()].filter(({ at }) => at > changes).map(({ row }) => row as Row),
    };
  }

  /** Returns 1, 2, 3 … for each name. */
  nextNumber(name: string): number {
    const number = Number(this.rowsOf('numbers').get(name)?.row ?? 0) + 1;
    this.record({ table: 'numbers', id: name, row: number });
    return number;
  }

  /** Empties these tables. Numbers and clock continue, so no id is used twice. */
  clear(tables: readonly string[]): void {
    for (const name of tables) for (const id of [...this.rowsOf(name).keys()]) this.record({ table: name, id });
  }

  /** Resolves at the next change, or after `ms`. */
  nextChange(ms: number): Promise<void> {
    return new Promise((done) => {
      const finish = () => {
        this.listeners.delete(finish);
        clearTimeout(timer);
        done();
      };
      const timer = setTimeout(finish, ms);
      this.listeners.add(finish);
    });
  }

  private aheadMs(): number {
    return Number(this.rowsOf('clock').get('ahead')?.row ?? 0);
  }

  private rowsOf(table: string): Map<string, KeptRow> {
    const known = this.tables.get(table);
    if (known) return known;
    const made = new Map<string, KeptRow>();
    this.tables.set(table, made);
    return made;
  }

  private record(change: Change): void {
    this.apply(change);
    if (this.file) appendFileSync(this.file, `${JSON.stringify(change)}\n`);
    for (const listener of [...this.listeners]) listener();
  }

  private apply({ table, id, row }: Change): void {
    this.changes += 1;
    if (row === undefined) this.rowsOf(table).delete(id);
    else this.rowsOf(table).set(id, { row, at: this.changes });
  }
}
