import { asNumber, asText } from '../simulator/params.ts';
import { ApiRefusal, badRequest } from '../simulator/refusal.ts';
import { SAMPLE_NAMES } from '../simulator/samples.ts';
import type { CallLog } from '../tencent/call-log.ts';
import type { Faults } from '../tencent/faults.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { readAdvance, readFault } from '../tencent/sim-faults.ts';
import { consent, follow, openPage, scan, tapMenu, tapMessage, unfollow } from './act-on-account.ts';
import type { PhonesState } from './notify-account.ts';
import { messagesOf } from './seen-messages.ts';
import { writeToAccount } from './write-to-account.ts';

type SimCall = {
  readonly method: string;
  readonly path: readonly string[];
  readonly body: Fields;
  readonly query: URLSearchParams;
};
type SimState = PhonesState & {
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly refuseConnections: (ms: number) => void;
};
type PersonCall = (openid: string, body: Fields, state: PhonesState) => unknown;

/** Longest wait for the next change. */
const WAIT_MS = 20_000;
const REFUSED_MS = 1000;

/** A person's acts, by the last part of the path. */
const ACTS: Readonly<Record<string, PersonCall>> = {
  send: writeToAccount,
  tap: tapMessage,
  menu: tapMenu,
  scan,
  consent,
  open: openPage,
  follow: (openid, _, state) => follow(openid, state),
  unfollow: (openid, _, state) => unfollow(openid, state),
};

/** Answers the calls below /sim, which the phones page and the tests use. */
export async function answerSimCall({ method, path, body, query }: SimCall, state: SimState): Promise<unknown> {
  const { world, calls, faults, callbacks } = state;
  const [resource = '', id = '', verb = ''] = path;
  const act = Object.hasOwn(ACTS, verb) ? ACTS[verb] : undefined;
  if (method === 'POST' && resource === 'people' && act) return act(id, body, state);
  switch ([method, resource, id && 'id', verb].filter(Boolean).join(' ')) {
    case 'GET people':
      return world.people.all();
    case 'POST people':
      return { id: world.addPerson(asText(body.name) || '居民').openid };
    case 'GET people id messages':
      return messagesOf(id, numberIn(query, 'after'), world);
    case 'GET calls':
      return calls.list.filter(({ n }) => n > numberIn(query, 'after'));
    case 'GET deliveries':
      return callbacks.deliveries.filter(({ n }) => n > numberIn(query, 'after'));
    case 'POST callback':
      if (!(await callbacks.setUrl(asText(body.url)))) throw badRequest('the address did not answer the check');
      return { ok: true };
    case 'POST faults': {
      const fault = readFault(body);
      if (fault.kind === 'refused_connection') state.refuseConnections(fault.delay_ms ?? REFUSED_MS);
      else faults.add(fault);
      return { ok: true };
    }
    case 'DELETE faults':
      faults.clear();
      return { ok: true };
    case 'POST reset':
      faults.clear();
      world.reset();
      return { ok: true };
    case 'POST clock':
      world.rows.advanceClock(readAdvance(body));
      return { now: world.now() };
    case 'GET clock':
      return { now: world.now() };
    case 'GET menu':
      return world.menu.get('menu') ?? {};
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
