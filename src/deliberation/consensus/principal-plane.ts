/** A voter's opinions by statement: 1 agrees, -1 disagrees, 0 passes; undefined if not seen. */
export type Opinions = readonly (1 | -1 | 0 | undefined)[];

/** A position on the plane of the two largest principal components. */
export type Dot = readonly [x: number, y: number];

/** Power iterations per component; a fixed number keeps the result the same on every run. */
const ROUNDS = 100;

/**
 * Finds the plane of the two largest principal components, and returns the projection onto it. A statement that a voter has
 * not seen counts as the mean of the others. The result depends on the opinions only, not on a random start.
 */
export function principalPlane(voters: readonly Opinions[]): (voter: Opinions) => Dot {
  const width = Math.max(0, ...voters.map(({ length }) => length));
  const means = Array.from({ length: width }, (_, j) => {
    const given = voters.flatMap((voter) => voter[j] ?? []);
    return given.length === 0 ? 0 : sum(given) / given.length;
  });
  const centred = (voter: Opinions) => means.map((mean, j) => (voter[j] ?? mean) - mean);
  const rows = voters.map(centred);
  const matrix = means.map((_, j) =>
    means.map((__, k) => rows.reduce((all, row) => all + (row[j] ?? 0) * (row[k] ?? 0), 0)),
  );
  const first = largestComponent(matrix, []);
  const second = largestComponent(matrix, [first]);
  return (voter) => [dot(centred(voter), first), dot(centred(voter), second)];
}

/** The eigenvector of the largest eigenvalue, orthogonal to earlier ones, by power iteration. */
function largestComponent(matrix: readonly (readonly number[])[], earlier: readonly (readonly number[])[]) {
  // Uneven start values: an even start can be orthogonal to the component.
  let vector = unit(
    removed(
      matrix.map((_, j) => 1 + ((j * 7919) % 101) / 101),
      earlier,
    ),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = matrix.map((row) => dot(row, vector));
    vector = unit(removed(next, earlier));
  }
  // A component has no sign of its own; its largest part is positive.
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}

function removed(vector: readonly number[], earlier: readonly (readonly number[])[]): readonly number[] {
  return earlier.reduce((rest, one) => {
    const along = dot(rest, one);
    return rest.map((value, j) => value - along * (one[j] ?? 0));
  }, vector);
}

function unit(vector: readonly number[]): readonly number[] {
  const length = Math.sqrt(dot(vector, vector));
  return length < 1e-12 ? vector.map(() => 0) : vector.map((value) => value / length);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return sum(one.map((value, j) => value * (other[j] ?? 0)));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
