/** One construct of a file: its row and column, or its path, and what became of it. */
export type FileItem = { readonly at: string; readonly why: string };

/** Accounts for every construct of an imported file. One refused construct refuses the file. */
export class FileInventory {
  /** Constructs that the result holds. */
  readonly carried: FileItem[] = [];
  /** Constructs with a meaning that the result cannot hold; `why` ends with the cure. */
  readonly refused: FileItem[] = [];
  /** Constructs that change nothing, such as comments and labels of other languages. */
  readonly ignored: FileItem[] = [];

  carry(at: string, why: string): void {
    this.carried.push({ at, why });
  }

  refuse(at: string, why: string): void {
    this.refused.push({ at, why });
  }

  ignore(at: string, why: string): void {
    this.ignored.push({ at, why });
  }
}
