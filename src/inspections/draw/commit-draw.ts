import { DAY_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { seriesNames } from '../../city/series.ts';
import type { LocalizedMessage, Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { hashOf, newHalf } from '../../surveys/wave/draw.ts';
import type { InspectionDraw } from './draw.ts';
import { keepDraw, keepFrame, keepHalf } from './draw-store.ts';
import { frameText } from './frame.ts';
import type { FrameSources } from './plan-draw.ts';
import { frameOf, frameRefusal } from './plan-draw.ts';

/** The data with which a planned draw is fixed. */
export type CommitDraw = {
  readonly store: Store;
  readonly city: City;
  readonly sources: FrameSources;
  readonly auditors: readonly Urn[];
  /** The organiser's own words for the office's half; without them the server makes it at random. */
  readonly words: string | undefined;
  readonly now: number;
};

/** Fixes the frame and the office's half of a draw by their hashes, and asks the auditors for theirs. */
export function commitDraw(draw: InspectionDraw, how: CommitDraw, before?: Kept<InspectionDraw>): Outcome {
  const { store, city, sources, auditors, words, now } = how;
  const frame = frameOf(draw, city, sources);
  const refusal = frameRefusal(frame, auditors.length);
  if (refusal) {
    const premises = { names: city.premises.get(refusal.premises ?? '')?.names ?? {} };
    return noChange(`draw_refused:${refusal.why}`, {
      key: `flows/my-draws:refused.${refusal.why}`,
      values: { premises },
    });
  }
  const text = frameText(frame);
  const office = words === undefined ? newHalf() : hashOf(words);
  const record: InspectionDraw = {
    ...draw,
    state: 'committed',
    frameHash: hashOf(text),
    standards: Object.fromEntries(
      sources.standards
        .filter(({ series }) => draw.series.includes(series))
        .map(({ series, version }) => [series, version]),
    ),
    halfHashes: [hashOf(office)],
  };
  const { checks, writes } = keepDraw(store, record, now + DAY_MS, before);
  const values = { ...drawValues(record), premises: frame.premises.length, checkers: frame.checkers.length };
  return {
    outcome: 'draw_committed',
    checks,
    writes: [...writes, keepFrame(store, draw.id, text), keepHalf(store, draw.id, 'office', office)],
    says: [{ key: 'flows/my-draws:committed', values }],
    tells: auditors.map((to) => ({ to, said: askForHalf(record) })),
  };
}

/** The request for the second half, to an auditor. */
export function askForHalf(draw: InspectionDraw): LocalizedMessage {
  return {
    key: 'flows/add-draw-half:news',
    values: drawValues(draw),
    buttons: [{ label: 'flows/add-draw-half:start', flow: 'add-draw-half', argument: draw.id }],
  };
}

/** The parts of a draw that its messages name. */
export function drawValues({
  region,
  series,
  from,
  until,
  frameHash = '',
  halfHashes = [],
  listHash = '',
}: InspectionDraw) {
  return {
    region: { place: { region } },
    series: { joined: series.map((one) => ({ names: seriesNames(one) })) },
    from: { date: from },
    until: { date: until },
    frame: frameHash,
    office: halfHashes[0] ?? '',
    auditor: halfHashes[1] ?? '',
    list: listHash,
  };
}
