import type { Inbound, Urn } from '../src/channels/channel.ts';
import { readUpdate } from '../src/channels/telegram/read-update.ts';
import { decide, flowsNeeded } from '../src/conversation/decide.ts';
import { contextFor, loadFlows } from '../src/conversation/load-context.ts';
import type { TurnContext } from '../src/conversation/turn-context.ts';
import { loadPerson } from '../src/people/person-store.ts';
import { open } from './anlin.ts';
import { takeOrder } from './broadcast/take-order.ts';
import { calibrate, nowMs } from './clock.ts';
import { openPhones } from './phones.ts';
import type { Environment } from './subject.ts';
import { chatOf, SCOUTS } from './subject.ts';
import { updateFor } from './updates.ts';

/** The parent's order; see processes.ts. */
export type DecideOrder = { readonly environment: Environment; readonly people: number; readonly repeats: number };
/** µs to decide on one update of the timed steps, the fastest repeat; `coldUs`: after other work has used the caches. */
export type Decided = { readonly cpuUs: number; readonly coldUs: number; readonly calibrationMs: number };

takeOrder<DecideOrder, Decided>(run);

type Turn = { readonly inbound: Inbound; readonly context: TurnContext };

/**
 * Decides on the updates of real talks again and again: intent, next question and wording, without Redis and HTTP.
 * With all code and data in the processor's cache this is the least that the talk costs above the promise floor.
 */
async function run({ environment, people, repeats }: DecideOrder): Promise<Decided> {
  const subject = await open(environment);
  const { services, store } = subject.running;
  const phones = openPhones(environment.apiRoot, environment.chats);
  const chats = Array.from({ length: people }, (_, i) => chatOf(environment, SCOUTS + i));
  await subject.prepare(chats);
  const turns: Turn[] = [];
  for (const step of subject.steps) {
    for (const chat of chats) {
      const update = updateFor(step.act, chat, phones.shows(chat));
      const read = readUpdate(JSON.parse(update), Date.now());
      if (read.type !== 'inbound') throw new Error(`The update of step ${step.name} was not read.`);
      const person = await loadPerson(store, `telegram:${chat}` satisfies Urn);
      const before = contextFor(person, services);
      const loaded = await loadFlows(flowsNeeded(read.inbound, before), person, services);
      if (step.timed) turns.push({ inbound: read.inbound, context: { ...before, loaded } });
      await subject.take(update, chat, step.messages);
    }
    await subject.quiet();
    await phones.look();
  }
  const fastest = (useCaches: () => void) =>
    Math.min(...Array.from({ length: repeats }, () => decideAll(turns.map(anew), useCaches)));
  const [hot, cold] = [fastest(() => {}), fastest(walkMemory)].map((ms) => (ms * 1000) / turns.length);
  const calibrationMs = calibrate();
  await subject.close();
  return { cpuUs: hot ?? 0, coldUs: cold ?? 0, calibrationMs };
}

/** The same turn with records of its own: what a turn derives from a record must be derived again. */
function anew({ inbound, context }: Turn): Turn {
  const { contact, talks } = context.person;
  const person = { ...context.person, contact: structuredClone(contact), talks: structuredClone(talks) };
  return { inbound, context: { ...context, person } };
}

/** Returns the ms that all decisions take, without what comes before each. */
function decideAll(turns: readonly Turn[], before: () => void): number {
  let ms = 0;
  for (const { inbound, context } of turns) {
    before();
    const began = nowMs();
    flowsNeeded(inbound, context);
    decide(inbound, context);
    ms += nowMs() - began;
  }
  return ms;
}

/** Larger than the first two caches of a core, as the code of sockets, Redis client and HTTP client is together. */
const memory = new Int32Array(1 << 20);

function walkMemory(): void {
  for (let i = 0; i < memory.length; i += 16) memory[i] = (memory[i] ?? 0) + 1;
}
