import { asNumber, asText } from '../simulator/params.ts';
import { ApiRefusal, badRequest } from '../simulator/refusal.ts';
import { SAMPLE_NAMES } from '../simulator/samples.ts';
import type { CallLog } from './call-log.ts';
import type { Callbacks } from './callbacks.ts';
import type { ChatPerson, ChatWorld } from './chat-world.ts';
import type { Faults } from './faults.ts';
import type { Fields } from './platform-json.ts';
import { messagesOf } from './seen-messages.ts';
import { readAdvance, readFault } from './sim-faults.ts';

/** A call below /sim. */
export type SimCall = {
  readonly method: string;
  readonly path: readonly string[];
  readonly body: Fields;
  readonly query: URLSearchParams;
};
/** The parts of a simulator that the calls below /sim work on. */
export type SimParts = {
  readonly world: ChatWorld<ChatPerson>;
  readonly callbacks: Callbacks;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly refuseConnections: (ms: number) => void;
};
/** The people side of one platform. */
export type People = {
  /** A person's acts, by the last part of the path. */
  readonly acts: Readonly<Record<string, (id: string, body: Fields) => unknown>>;
  readonly add: (body: Fields) => ChatPerson;
  readonly menu: () => Fields;
  readonly reset: () => void;
};

/** Longest wait for the next change. */
const WAIT_MS = 20_000;
const REFUSED_MS = 1000;

/** Answers the calls below /sim, which the phones page and the tests use. */
export async function answerSimCall(
  { method, path, body, query }: SimCall,
  { world, calls, faults, callbacks, refuseConnections }: SimParts,
  people: People,
): Promise<unknown> {
  const [resource = '', id = '', verb = ''] = path;
  const act = Object.hasOwn(people.acts, verb) ? people.acts[verb] : undefined;
  if (method === 'POST' && resource === 'people' && act) return act(id, body);
  switch ([method, resource, id && 'id', verb].filter(Boolean).join(' ')) {
    case 'GET people':
      return world.people.all();
    case 'POST people':
      return { id: people.add(body).id };
    case 'GET people id messages':
      return messagesOf(id, numberIn(query, 'after'), world);
    case 'GET calls':
      return calls.list.filter(({ n }) => n > numberIn(query, 'after'));
    case 'GET deliveries':
      return callbacks.deliveries.filter(({ n }) => n > numberIn(query, 'after'));
    case 'POST callback': {
      const refusal = await callbacks.setUrl(asText(body.url));
      if (refusal !== undefined) throw badRequest(`the address did not pass the check: ${refusal}`);
      return { ok: true };
    }
    case 'POST faults': {
      const fault = readFault(body);
      if (fault.kind === 'refused_connection') refuseConnections(fault.delay_ms ?? REFUSED_MS);
      else faults.add(fault);
      return { ok: true };
    }
    case 'DELETE faults':
      faults.clear();
      return { ok: true };
    case 'POST reset':
      faults.clear();
      people.reset();
      return { ok: true };
    case 'POST clock':
      world.rows.advanceClock(readAdvance(body));
      return { now: world.now() };
    case 'GET clock':
      return { now: world.now() };
    case 'GET menu':
      return people.menu();
    case 'GET changes': {
      const since = numberIn(query, 'since');
      if (world.rows.changes <= since) await world.rows.nextChange(WAIT_MS);
      const chats = [...new Set(world.messages.changedSince(since).map(({ chat }) => chat))];
      return { changes: world.rows.changes, people: world.people.all(), chats, now: world.now() };
    }
    case 'GET samples':
      return SAMPLE_NAMES;
    default:
      throw new ApiRefusal(404, `Not Found: ${method} ${path.filter(Boolean).join('/')}`);
  }
}

function numberIn(query: URLSearchParams, name: string): number {
  const value = asNumber(query.get(name) ?? 0);
  if (value === undefined) throw badRequest(`${name} must be a number`);
  return value;
}
