import { decide, flowsNeeded } from '../src/conversation/decide.ts';
import { open } from './anlin.ts';
import { takeOrder } from './broadcast/take-order.ts';
import { calibrate } from './clock.ts';
import { openPhones } from './phones.ts';
import type { Turn } from './read-turn.ts';
import { anew, readTurn } from './read-turn.ts';
import { sentenceAt } from './sentences.ts';
import type { Environment } from './subject.ts';
import { chatOf, SCOUTS } from './subject.ts';
import { updateFor } from './updates.ts';

/** The parent's order; see processes.ts. */
export type DecideOrder = { readonly environment: Environment; readonly people: number; readonly repeats: number };
/** µs to decide on one update of the timed steps. */
export type Decided = { readonly cpuUs: number; readonly calibrationMs: number };

takeOrder<DecideOrder, Decided>(run);

type Played = Turn & { readonly isTyped: boolean };

/**
 * Decides on the updates of real talks again and again: intent, next question and wording, without Redis and HTTP.
 * With all code in the processor's cache this is the least that the talk costs above the promise floor.
 */
async function run({ environment, people, repeats }: DecideOrder): Promise<Decided> {
  const subject = await open(environment);
  const phones = openPhones(environment.apiRoot, environment.chats);
  const chats = Array.from({ length: people }, (_, i) => chatOf(environment, SCOUTS + i));
  await subject.prepare(chats);
  const turns: Played[] = [];
  for (const step of subject.steps) {
    for (const chat of chats) {
      const update = updateFor(step.act, chat, phones.shows(chat));
      if (step.timed) turns.push({ ...(await readTurn(subject.running, update)), isTyped: step.act.type === 'text' });
      await subject.take(update, chat, step.messages);
    }
    await subject.quiet();
    await phones.look();
  }
  let said = people;
  // New words each time: the product remembers the words that it has screened.
  const renewed = ({ inbound, context, isTyped }: Played): Turn => ({
    inbound: isTyped ? { ...inbound, content: { type: 'text', text: sentenceAt(said++) } } : inbound,
    context: anew(context),
  });
  const runs = Array.from({ length: repeats }, () => decideAll(turns.map(renewed)) / turns.length);
  // The first half compiles the code. The clock of the processor ticks in ms, so only a mean is exact.
  const warm = runs.slice(repeats / 2);
  const cpuUs = warm.reduce((all, us) => all + us, 0) / warm.length;
  const calibrationMs = calibrate();
  await subject.close();
  return { cpuUs, calibrationMs };
}

/** Returns the µs of processor time that the decisions take, without the copies. */
function decideAll(turns: readonly Turn[]): number {
  const began = process.cpuUsage();
  for (const { inbound, context } of turns) {
    flowsNeeded(inbound, context);
    decide(inbound, context);
  }
  const { user, system } = process.cpuUsage(began);
  return user + system;
}
