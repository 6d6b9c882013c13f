import { randomBytes, randomInt } from 'node:crypto';
import { channelOf, schemeOf } from '../channels/channel.ts';
import type { Services } from '../notify/services.ts';
import { linkOn } from '../notify/services.ts';
import type { Person } from '../people/person-store.ts';
import type { TalkPosition } from '../people/talk.ts';
import { talkOf } from './talk-list.ts';
import type { TurnContext } from './turn-context.ts';

export const NOTHING_LOADED: ReadonlyMap<string, unknown> = new Map();

/** Builds the context of a decision, before any flow has loaded its own data. */
export function contextFor(person: Person, { store, city, wording, channels, now }: Services): TurnContext {
  const channel = channelOf(person.address, channels);
  return {
    store,
    city,
    wording,
    person,
    now: now(),
    loaded: NOTHING_LOADED,
    talkId: newTalkId(),
    random: randomInt,
    channel: schemeOf(person.address),
    link: linkOn(channel),
    ...(channel?.can.forgets ? { forgets: true } : {}),
  };
}

/** Runs the loads of these flows at once; the results are keyed by flow id. Most turns load nothing and need not wait. */
export function loadFlows(
  flows: ReadonlyMap<string, TalkPosition>,
  person: Person,
  { store, city, channels, now }: Services,
  block?: string,
): ReadonlyMap<string, unknown> | Promise<ReadonlyMap<string, unknown>> {
  const of = {
    ...(channelOf(person.address, channels)?.can.forgets ? { forgets: true as const } : {}),
    ...(block === undefined ? {} : { block }),
  };
  const loading = [...flows].flatMap(([flow, position]) => {
    const result = talkOf(flow)?.load?.({ store, city, person, position, now: now(), ...of });
    return result ? [{ flow, result }] : [];
  });
  return loading.length === 0 ? NOTHING_LOADED : loadedOf(loading);
}

async function loadedOf(loading: readonly { readonly flow: string; readonly result: Promise<unknown> }[]) {
  const results = await Promise.all(loading.map(async ({ flow, result }) => [flow, await result] as const));
  // Skip empty results of optional loads.
  const loaded = results.filter(([flow, result]) => result !== undefined || !talkOf(flow)?.loadOptional);
  return loaded.length === 0 ? NOTHING_LOADED : new Map(loaded);
}

const ID_BYTES = 3;
let random = Buffer.alloc(0);

/** Draws a talk id from a buffer of random bytes: one call to the system costs microseconds. */
function newTalkId(): string {
  if (random.length < ID_BYTES) random = randomBytes(ID_BYTES * 1024);
  const id = random.toString('base64url', 0, ID_BYTES);
  random = random.subarray(ID_BYTES);
  return id;
}
