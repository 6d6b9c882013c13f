import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { reportHazard } from '../src/cases/report/report-flow.ts';
import type { Session } from '../src/engine/session.ts';
import type { Running } from '../src/open.ts';
import { loadPerson } from '../src/people/person-store.ts';
import { openPhones } from './phones.ts';
import type { Act, Environment, Step, Subject } from './subject.ts';
import { updateFor } from './updates.ts';

type Scouting = {
  readonly environment: Environment;
  readonly running: Running;
  /** Returns the number of sends to scouts so far. */
  readonly sends: () => number;
  readonly take: Subject['take'];
  readonly quiet: () => Promise<void>;
  /** Returns the number of cases of a scout. */
  readonly filed: (chat: number) => Promise<number>;
};

/** Redis round trips of one update: before the first message, and in all. */
type RoundTrips = { readonly before: number; readonly all: number };
/** A step of the product's report talk, as the scout found it. */
export type ScoutedStep = { readonly step: Step; readonly roundTrips: RoundTrips };
type PlayedUpdate = {
  readonly name: string;
  readonly act: Act;
  readonly messages: number;
  readonly roundTrips: RoundTrips;
};

const STEPS_MAX = 40;

/** Plays one report talk, one update at a time, and records its steps. Throws if no case is filed. */
export async function scout(chat: number, scouting: Scouting): Promise<readonly ScoutedStep[]> {
  const { environment, running, take, filed } = scouting;
  const phones = openPhones(environment.apiRoot, environment.chats);
  await phones.look();
  const played: PlayedUpdate[] = [];
  let act: Act = { type: 'command', text: '/report' };
  let name = 'command';
  let categoryAt = -1;
  while (played.length < STEPS_MAX) {
    const turn = () => take(updateFor(act, chat, phones.shows(chat)), chat, 0);
    const counted = await countRoundTrips(turn, scouting);
    await phones.look();
    played.push({ name, act, ...counted });
    if ((await filed(chat)) > 0) return markTimed(played, categoryAt);
    const { active } = (await loadPerson(running.store, `telegram:${chat}`)).talks;
    if (!active) throw new Error(`The scout's talk ended without a case after: ${namesOf(played)}.`);
    if (categoryAt < 0 && typeof active.answers.category === 'string') categoryAt = played.length - 1;
    name = active.draft === undefined ? active.step : `${active.step} (goes on)`;
    act = nextAct(active);
  }
  throw new Error(`The scout filed no case in ${STEPS_MAX} steps: ${namesOf(played)}.`);
}

function namesOf(played: readonly PlayedUpdate[]): string {
  return played.map(({ name }) => name).join(', ');
}

/** Chooses the answer by the kind of the question, so a new question needs no change here. */
function nextAct({ flow, step, draft, answers }: Session): Act {
  const asked = reportHazard.steps.find(({ id }) => id === step);
  if (asked?.kind === 'place' && draft === undefined) return { type: 'location' };
  // A report without danger has no emergency call among its steps.
  if (step === 'danger') return { type: 'tap', data: `${flow}/${step}/no/` };
  // Words and photos are sent at the card.
  if (asked?.review && !answers.description) return { type: 'text' };
  if (asked?.review && !answers.photos) return { type: 'photo' };
  // The first button of any other question is an answer: options stand before controls.
  return { type: 'tap', data: `${flow}/${step}/` };
}

/** Set in everything that a turn begins, also after its answer. */
const inTurn = new AsyncLocalStorage<true>();

async function countRoundTrips(turn: () => Promise<void>, { running, sends, quiet }: Scouting) {
  const { redis } = running.store;
  const sendsBefore = sends();
  let all = 0;
  let before = 0;
  let leaving = false;
  const sendCommand = redis.sendCommand;
  redis.sendCommand = (...args) => {
    // Background jobs read the store on timers of their own.
    if (!inTurn.getStore()) return sendCommand.apply(redis, args);
    // Commands of one round of the event loop leave together: they are one round trip.
    if (!leaving) all += 1;
    leaving = true;
    setImmediate(() => {
      leaving = false;
    });
    if (sends() === sendsBefore) before = all;
    return sendCommand.apply(redis, args);
  };
  await inTurn.run(true, turn);
  await sleep(40);
  redis.sendCommand = sendCommand;
  await quiet();
  return { messages: sends() - sendsBefore, roundTrips: { before, all } };
}

/** Marks the six timed steps. */
function markTimed(played: readonly PlayedUpdate[], categoryAt: number): readonly ScoutedStep[] {
  const first = (type: Act['type']) => played.findIndex(({ act }) => act.type === type);
  const six = [0, categoryAt, first('location'), first('text'), first('photo'), played.length - 1];
  if (six.includes(-1) || new Set(six).size !== 6) {
    throw new Error(`The report talk lacks one of the six timed steps: ${JSON.stringify(played)}`);
  }
  return played.map(({ name, act, messages, roundTrips }, i) => ({
    step: { name, act, messages, timed: six.includes(i) },
    roundTrips,
  }));
}
