/** The direction of a step: the value of its cell rises, or falls, by one. */
export const UP = 1;
export const DOWN = 2;

/** One step of a way: a cell, the node it leads to, and its direction. */
export type Step = { readonly cell: number; readonly to: number; readonly rises: boolean };

/** A way from a start to the goal `at`. */
export type Way = { readonly steps: readonly Step[]; readonly at: number; readonly cost: number };

/** The cells that a way may pass: not `without`, not those in use; shared and shown ones only if allowed. */
export type Passage = {
  readonly without: number;
  readonly passesShared: boolean;
  readonly used?: ReadonlySet<number>;
  readonly buys: boolean;
};

/** What all searches of a network read: which cells are hidden and shared, their directions with room, and their costs. */
export type Terrain = {
  /** By cell: 1 if it is hidden. */
  readonly hidden: Uint8Array;
  readonly isShared: readonly boolean[];
  /** By cell: UP, DOWN, both or neither. */
  readonly rooms: Uint8Array;
  readonly costs: Float64Array;
};

/** A cell as a flow between two nodes; each node is a row or a column, whose inflow equals its outflow. */
export type Arc = { readonly cell: number; readonly from: number; readonly to: number };

/**
 * The tables of one dimension as a network: every set of values that fits the sums is a circulation. In flat arrays, the steps from
 * a node are those from `first` of it to `first` of the next.
 */
export type Network = {
  readonly nodes: number;
  /** By cell; undefined if the cell is of another dimension. */
  readonly arcOf: readonly (Arc | undefined)[];
  readonly first: Int32Array;
  readonly stepCells: Int32Array;
  readonly stepFroms: Int32Array;
  readonly stepTos: Int32Array;
  /** UP or DOWN. */
  readonly stepRises: Uint8Array;
};

export function flatten(nodes: number, arcs: readonly Arc[]): Network {
  const first = new Int32Array(nodes + 1);
  for (const { from, to } of arcs) for (const node of [from, to]) first[node + 1] = (first[node + 1] ?? 0) + 1;
  for (let node = 0; node < nodes; node += 1) first[node + 1] = (first[node + 1] ?? 0) + (first[node] ?? 0);
  const next = first.slice();
  const flat = {
    nodes,
    arcOf: new Array<Arc | undefined>(1 + arcs.reduce((most, { cell }) => Math.max(most, cell), -1)),
    first,
    stepCells: new Int32Array(2 * arcs.length),
    stepFroms: new Int32Array(2 * arcs.length),
    stepTos: new Int32Array(2 * arcs.length),
    stepRises: new Uint8Array(2 * arcs.length),
  };
  const add = (cell: number, from: number, to: number, rises: number) => {
    const step = next[from] ?? 0;
    next[from] = step + 1;
    flat.stepCells[step] = cell;
    flat.stepFroms[step] = from;
    flat.stepTos[step] = to;
    flat.stepRises[step] = rises;
  };
  for (const arc of arcs) {
    const { cell, from, to } = arc;
    flat.arcOf[cell] = arc;
    add(cell, from, to, UP);
    add(cell, to, from, DOWN);
  }
  return flat;
}
