import { DAY_MS } from '../../calendar.ts';
import { readCaseNumber } from '../../cases/case-number.ts';
import { loadCase } from '../../cases/case-store.ts';
import type { City } from '../../city/city.ts';
import { loadRounds } from '../../creation/rounds/round-store.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadTasksBetween } from '../../volunteers/tasks/task-store.ts';
import { loadStatements } from '../statement/statement.ts';
import type { Topic } from '../topic/topic.ts';
import { maySteer } from '../topic/topic-rights.ts';
import { loadOpenTopics, loadTopic } from '../topic/topic-store.ts';
import { loadCard } from '../topic/topics-flow.ts';

const LISTED_MAX = 12;
/** And up to so long ahead, ms. */
const TASKS_AHEAD_MS = 365 * DAY_MS;

/** States in the order of a lead's list: a person waits for an answer in the first ones. */
const FIRST: readonly Topic['state'][] = ['proposed', 'decided', 'promised', 'discussing', 'deciding'];

/** Loads the topics that a lead steers, and what the chosen one needs. */
export async function loadSteering({ store, city, person, position, now }: LoadContext) {
  const grants = person.contact?.grants ?? [];
  const steerer = { me: store.pseudonym(person.urn), grants, regions: city.regions };
  const [underWay, wanted] = await Promise.all([loadOpenTopics(store), loadTopic(store, position.answers.topic)]);
  const open = underWay.filter(({ record }) => maySteer(record, steerer));
  const chosen = wanted && maySteer(wanted.record, steerer) ? wanted : undefined;
  const place = (state: Topic['state']) => (FIRST.indexOf(state) + FIRST.length + 1) % (FIRST.length + 1);
  const listed = open.toSorted((a, b) => place(a.record.state) - place(b.record.state)).slice(0, LISTED_MAX);
  const statements = chosen ? await loadStatements(store, chosen.record.id) : [];
  return {
    ...steerer,
    wanted: position.answers.topic,
    listed: chosen && !listed.some(({ record }) => record.id === chosen.record.id) ? [chosen, ...listed] : listed,
    chosen,
    siblings: open.filter(
      ({ record }) =>
        record.region === chosen?.record.region &&
        record.id !== chosen.record.id &&
        !record.closing &&
        ['seconding', 'discussing'].includes(record.state),
    ),
    waiting: statements.filter(({ state }) => state === 'waiting').slice(0, LISTED_MAX),
    card: await loadCard(store, chosen?.record),
    linked: await caseOf(store, position.answers.case),
    ...(await linkable(store, chosen?.record, city, now)),
  };
}

/** Tasks that begin from so long before a promise on may be linked to it, ms. */
const TASKS_BEFORE_MS = 30 * DAY_MS;

/** The tasks of the community and street, and the projects of their premises, to which a promise may be linked. */
async function linkable(store: Store, topic: Topic | undefined, city: City, now: number) {
  const { promise, region = '' } = topic ?? {};
  if (!promise || promise.verdict !== undefined) return { tasks: [], projects: [] };
  const street = city.regions.above(region, 'street') ?? region;
  const around = [...new Set([region, street])];
  const [tasks, rounds] = await Promise.all([
    loadTasksBetween(store, around, promise.at - TASKS_BEFORE_MS, now + TASKS_AHEAD_MS),
    loadRounds(store),
  ]);
  const known = new Set<string>(promise.tasks);
  const projects = rounds
    .filter(({ record }) => city.regions.chain(record.region).includes(street))
    .flatMap(({ record }) => record.projects.map(({ no }) => ({ round: record.id, no, premises: record.premises })))
    .filter(({ round, no }) => !promise.projects?.some((one) => one.round === round && one.no === no))
    .map(({ round, no, premises }) => ({ id: `${round}.${no}`, premises, project: { round, no } }));
  return {
    tasks: tasks.filter(({ record }) => record.state !== 'cancelled' && !known.has(record.id)).slice(-LISTED_MAX),
    projects: projects.slice(0, LISTED_MAX),
  };
}

async function caseOf(store: Store, typed: unknown) {
  const words = (typed as { readonly text?: string } | undefined)?.text; // a step of text
  const number = words === undefined ? undefined : readCaseNumber(words);
  const id = number && (await orStoreAway(store.redis.get(store.keys.caseNumber(number))));
  return id ? (await loadCase(store, id))?.record : undefined;
}
