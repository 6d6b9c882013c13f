import type { Inbound } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import type { Session } from '../engine/session.ts';
import type { Services } from '../notify/services.ts';
import type { Person } from '../people/person-store.ts';
import { admitUpdate } from '../people/quota.ts';
import type { TalkPosition } from '../people/talk.ts';
import { StoreAway } from '../store/connect.ts';
import type { CommittedDecision } from './commit-decision.ts';
import { commitDecision } from './commit-decision.ts';
import { decide, flowsNeeded } from './decide.ts';
import { contextFor, loadFlows, NOTHING_LOADED } from './load-context.ts';
import { isPoison, setAside, succeeded } from './poison.ts';
import { storePrivateAnswers, withPrivateAnswers } from './private-answers.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';

/** Attempts per update: of two taps at once the slower one is decided again on the state that the faster one left. */
const TRIES = 4;

/**
 * Takes one message all the way: load, decide, commit, reply. Resolves once its effect is durable; rejects if the channel
 * should deliver the update again.
 */
export async function answer(inbound: Inbound, services: Services): Promise<void> {
  try {
    await attempt(inbound, services);
    succeeded(inbound);
  } catch (error) {
    if (error instanceof StoreAway || !isPoison(inbound)) throw error;
    services.log.error({ err: error, update: inbound.id }, 'an update failed repeatedly and was set aside');
    await setAside(inbound, services);
    succeeded(inbound);
  }
}

async function attempt(inbound: Inbound, services: Services): Promise<void> {
  for (let i = 0; i < TRIES; i += 1) {
    const person = await services.persons.load(inbound.from);
    if (await attemptOnce(inbound, person, services)) return;
  }
  throw new Error(`${inbound.id} met another change ${TRIES} times in a row.`);
}

/** False on a conflict with another change of the same person. */
async function attemptOnce(inbound: Inbound, person: Person, services: Services): Promise<boolean> {
  const { now, city } = services;
  const { content } = inbound;
  // An unknown or forgotten person who blocks the bot leaves no record.
  if (person.version === 0 && content.type === 'membership') return true;
  const heard = admitUpdate(person.clock, now(), city.quotas);
  if (heard.type === 'dropped') return true;
  const { contact, talks } = person;
  const unchanged = { contact, talks, checks: [], writes: [], messages: [], tells: [], audit: [] };
  let decision: CommittedDecision = unchanged;
  if (content.type !== 'membership') {
    const context = contextFor(person, services);
    decision =
      heard.type === 'told' ? { ...unchanged, messages: tooFast(context) } : await decided(inbound, context, services);
  }
  const fields = { ...reachability(inbound, person), clock: heard.clock };
  return commitDecision({ op: inbound.id, person, decision, services, at: now(), fields });
}

/**
 * Decides on what the flows loaded. If the input chose a record that was not loaded, loads it and decides again. The last
 * answer of a flow may choose one too: its deed is then decided on what that answer loads.
 */
async function decided(inbound: Inbound, before: TurnContext, services: Services): Promise<Decision> {
  const { person } = before;
  const needed = flowsNeeded(inbound, before);
  const loading = loadFlows(needed, person, services, inbound.block);
  const loaded = loading instanceof Promise ? await loading : loading;
  const context = loaded === NOTHING_LOADED ? before : withPrivateAnswers({ ...before, loaded });
  crashPoint('after_load');
  const first = decide(inbound, context);
  const stood = standsOn(first, needed);
  if (!stood || !isStale(stood, needed.get(stood.flow))) return storePrivateAnswers(first, context);
  const more = await loadFlows(new Map([[stood.flow, stood]]), person, services, inbound.block);
  const whole = withPrivateAnswers({ ...before, loaded: new Map([...loaded, ...more]) });
  return storePrivateAnswers(decide(inbound, whole), whole);
}

/** The talk that was answered: the one that this decision finishes, else the active one. */
export function standsOn(
  { finished, talks }: Pick<Decision, 'finished' | 'talks'>,
  needed: ReadonlyMap<string, TalkPosition>,
): StoodOn | undefined {
  const loadedFor = finished && needed.get(finished.flow);
  return loadedFor ? { ...finished, draft: loadedFor.draft } : talks.active;
}

type StoodOn = Pick<Session, 'flow' | 'answers' | 'draft'>;

/** True if the talk now stands on other answers, or another draft, than those its load knew. */
export function isStale({ flow, answers, draft }: StoodOn, loadedFor: TalkPosition | undefined): boolean {
  const { loadsBy: by = [], loadsByDraft } = talkOf(flow) ?? {};
  if (loadsByDraft && JSON.stringify(draft) !== JSON.stringify(loadedFor?.draft)) return true;
  return by.some((step) => (answers[step] ?? undefined) !== (loadedFor?.answers[step] ?? undefined));
}

/** The `gone` field: set when the person blocked the bot, cleared by any other update. */
function reachability({ content }: Inbound, { gone }: Person): Readonly<Record<string, string>> {
  if (content.type === 'membership' && !content.reachable) return { gone: 'blocked the bot' };
  return gone === undefined ? {} : { gone: '' };
}

/** One message for a person who exceeded the rate; further updates are dropped silently. */
function tooFast({ wording, person }: TurnContext): CommittedDecision['messages'] {
  const say = wording.in(person.contact?.language ?? wording.languages[0] ?? '');
  return [{ text: say('common:too_fast') }];
}
