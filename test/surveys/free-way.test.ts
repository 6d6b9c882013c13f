import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Terrain } from '../../src/surveys/disclosure/flat-network.ts';
import { DOWN, flatten, UP } from '../../src/surveys/disclosure/flat-network.ts';
import { freeWayIn } from '../../src/surveys/disclosure/free-way.ts';

const NODES = 8;
const node = fc.nat(NODES - 1);
const arcs = fc.array(
  fc.record({ from: node, to: node, room: fc.nat(UP + DOWN), isHidden: fc.boolean(), isShared: fc.boolean() }),
  { maxLength: 20 },
);

test('a way over hidden cells is found if one exists, and each of its steps has room', () => {
  fc.assert(
    fc.property(arcs, node, fc.uniqueArray(node, { minLength: 1, maxLength: 3 }), fc.boolean(), (cells, ...rest) => {
      const [start, goals, passesShared] = rest;
      const terrain: Terrain = {
        hidden: Uint8Array.from(cells, ({ isHidden }) => Number(isHidden)),
        isShared: cells.map(({ isShared }) => isShared),
        rooms: Uint8Array.from(cells, ({ room }) => room),
        costs: new Float64Array(cells.length),
      };
      const network = flatten(
        NODES,
        cells.map(({ from, to }, cell) => ({ cell, from, to })),
      );
      const found = freeWayIn(network, terrain)(start, goals, { without: 0, passesShared, buys: false });

      const steps = cells.flatMap(({ from, to, room, isHidden, isShared }, cell) => {
        if (cell === 0 || !isHidden || (isShared && !passesShared)) return [];
        return [
          ...(room & UP ? [{ cell, from, to, rises: true }] : []),
          ...(room & DOWN ? [{ cell, from: to, to: from, rises: false }] : []),
        ];
      });
      const reached = new Set([start]);
      for (const at of reached) for (const { from, to } of steps) if (from === at) reached.add(to);
      expect(found !== undefined).toBe(goals.some((goal) => reached.has(goal)));
      if (!found) return;
      expect(goals).toContain(found.at);
      const balance = new Map([[start, 1]]);
      const add = (at: number, by: number) => balance.set(at, (balance.get(at) ?? 0) + by);
      for (const step of found.steps) {
        const taken = steps.find(({ cell, to, rises }) => cell === step.cell && to === step.to && rises === step.rises);
        expect(taken).toBeDefined();
        add(taken?.from ?? 0, -1);
        add(step.to, 1);
      }
      add(found.at, -1);
      expect([...balance.values()].every((amount) => amount === 0)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
