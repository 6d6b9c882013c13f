import type { Keys } from '../store/keys.ts';
import type { InvariantCheck } from '../store/records/invariants.ts';
import { inParts } from '../store/records/invariants.ts';
import type { RecordKind } from '../store/records/record-lists.ts';
import { scanHash } from '../store/records/scan-hash.ts';
import { orStoreAway } from '../store/store.ts';
import { hashOf, seedOf } from '../surveys/wave/draw.ts';
import type { InspectionDraw } from './draw/draw.ts';
import { checkerCode } from './draw/draw.ts';
import type { Shift } from './roster/shift.ts';
import { nextShiftStep } from './roster/shift-rules.ts';
import type { Visit } from './visits/visit.ts';
import { involvedIn, isOver } from './visits/visit-rules.ts';

/** A draw stands on its frame and its halves: the hashes that were published must fit what is stored. */
export function drawKind(keys: Keys): RecordKind<InspectionDraw> {
  const isWaiting = ({ state }: InspectionDraw) => state === 'committed' || state === 'drawn';
  return {
    prefix: 'draw',
    keyOf: keys.inspectionDraw,
    lists: [keys.inspectionDraws, keys.drawsClock],
    inLists: (draw) => [
      { list: keys.inspectionDraws, member: draw.id },
      ...(isWaiting(draw) ? [{ list: keys.drawsClock, member: draw.id }] : []),
    ],
    // The job takes an ended draw off the clock.
    mayBeIn: () => true,
    reads: ({ id }) => ({
      frame: ['get', keys.drawFrame(id)],
      halves: ['hlen', keys.drawHalves(id)],
      visits: ['zcard', keys.visitsOf(id)],
    }),
    faults: (draw, { frame, halves, visits }) => [
      ...((isWaiting(draw) || draw.state === 'done') && hashOf(String(frame ?? '')) !== draw.frameHash
        ? ['its frame does not have the published hash']
        : []),
      ...(isWaiting(draw) && halves !== draw.halfHashes?.length ? ['a half of its seed is missing'] : []),
      ...(draw.state === 'done' && !isSeedRight(draw) ? ['its seed does not follow from frame and halves'] : []),
      ...(draw.state === 'done' && Number(halves) > 0 ? ['is done, but its sealed halves are still stored'] : []),
      ...(draw.state === 'drawn' || draw.state === 'done'
        ? Number(visits) === (draw.visits ?? 0) + (draw.repeats?.length ?? 0)
          ? []
          : [`has ${visits} visits, but drew ${draw.visits ?? 0} and repeats ${draw.repeats?.length ?? 0}`]
        : []),
    ],
  };
}

function isSeedRight({ frameHash = '', halfHashes = [], halves, seed }: InspectionDraw): boolean {
  if (!halves || seedOf(frameHash, halves) !== seed) return false;
  return halves.every((half, i) => hashOf(half) === halfHashes[i]);
}

/** A visit belongs to a draw or a round with a frame; only its own checkers have it on their lists. */
export function visitKind(keys: Keys): RecordKind<Visit> {
  const byChecker = keys.checkerVisits('');
  return {
    prefix: 'visit',
    keyOf: keys.visit,
    lists: [
      keys.visits,
      keys.visitsOf('*'),
      keys.visitsTo('*'),
      keys.visitsClock,
      keys.checkerVisits('*'),
      keys.looksWanted,
    ],
    inLists: (visit) =>
      [
        keys.visits,
        keys.visitsOf(visit.of),
        keys.visitsTo(visit.premises),
        ...(isOver(visit) ? [] : [keys.visitsClock]),
      ].map((list) => ({ list, member: visit.id })),
    mayBeIn: (visit, list) => {
      if (list.startsWith(byChecker))
        return involvedIn(visit).includes(checkerCode(visit.of, list.slice(byChecker.length)));
      const own = [
        keys.visits,
        keys.visitsOf(visit.of),
        keys.visitsTo(visit.premises),
        keys.visitsClock,
        keys.looksWanted,
      ];
      return own.some((one) => one === list);
    },
    reads: ({ of }) => ({
      of: ['exists', ownerOf(keys, of)],
      frame: ['exists', keys.drawFrame(of)],
    }),
    faults: (visit, { of, frame }) => [
      ...(of === 1 ? [] : [`belongs to ${visit.of}, which does not exist`]),
      ...(frame === 1 ? [] : [`the frame of ${visit.of} is missing`]),
      ...((visit.state === 'agreed' || visit.state === 'left') && visit.items.some((no) => !visit.agreed?.[no])
        ? ['is agreed, but an item has no mark']
        : []),
      ...(Object.keys(visit.sheets).every((code) => involvedIn(visit).includes(code))
        ? []
        : ['has a sheet of a person who is no checker of it']),
    ],
  };
}

/** A shift is on the roster, and on the clock until its last step. */
export function shiftKind(keys: Keys): RecordKind<Shift> {
  return {
    prefix: 'shift',
    keyOf: keys.shift,
    lists: [keys.shifts, keys.shiftsClock],
    inLists: (shift) =>
      [keys.shifts, ...(nextShiftStep(shift) ? [keys.shiftsClock] : [])].map((list) => ({ list, member: shift.id })),
    mayBeIn: (shift, list) => list === keys.shifts || nextShiftStep(shift) !== undefined,
  };
}

/** The look of a photo is kept as long as its visit. */
export const looksHold: InvariantCheck = async (store) => {
  const { redis, keys } = store;
  const wrong: string[] = [];
  for await (const some of scanHash(store, keys.looks)) {
    const ids = [...new Set(some.map(([name]) => name.split(' ')[0] ?? ''))];
    const found = await inParts(ids, (id) => orStoreAway(redis.exists(keys.visit(id))));
    wrong.push(
      ...ids.filter((_, i) => found[i] !== 1).map((id) => `${keys.looks}: has a photo of ${id}, which does not exist`),
    );
  }
  return wrong;
};

/** The key that a visit's draw, round or re-check has. */
function ownerOf(keys: Keys, of: string): string {
  if (of.startsWith('draw_')) return keys.inspectionDraw(of);
  return of.startsWith('recheck_') ? keys.drawFrame(of) : keys.round(of);
}
