import type { FaultKind, Faults } from './faults.ts';
import { codeOf, FAULT_KINDS } from './faults.ts';
import type { Neighbours } from './neighbours.ts';
import { asNumber, asText } from './params.ts';
import type { PhonesState } from './people.ts';
import { messagesOf, setBlocked, tap, writeToBot } from './people.ts';
import { ApiRefusal, badRequest } from './refusal.ts';
import { SAMPLE_NAMES } from './samples.ts';
import { openWebApp } from './web-app.ts';

/** One logged Bot API call. `message_id` is set if the message was delivered, even if the answer was an error. */
export type LoggedCall = {
  readonly n: number;
  readonly at_ms: number;
  readonly method: string;
  readonly chat_id?: number;
  /** The arguments as JSON, truncated. */
  readonly params: string;
  readonly ok: boolean;
  readonly error_code?: number;
  readonly message_id?: number;
};

type SimCall = {
  readonly method: string;
  readonly path: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
  readonly query: URLSearchParams;
};

type SimState = PhonesState & {
  readonly calls: readonly LoggedCall[];
  readonly faults: Faults;
  /** What stands beside the phones, once it is served. */
  readonly neighbours: Neighbours | undefined;
  readonly reset: () => Promise<void>;
  readonly advance: (seconds: number) => Promise<void>;
};

/** Longest wait for the next change. */
const WAIT_MS = 20_000;

/** Answers the calls below /sim, which the phones page and the tests use. */
export async function answerSimCall({ method, path, body, query }: SimCall, state: SimState): Promise<unknown> {
  const { world, calls, faults, neighbours, reset, advance } = state;
  const [resource = '', id = '', verb = ''] = path;
  const route = [method, resource, id && 'id', verb].filter(Boolean).join(' ');
  switch (route) {
    case 'GET people':
      return [...world.people.values()];
    case 'POST people': {
      const name = asText(body.first_name) || '居民';
      const language = asText(body.language_code) || 'zh-hans';
      return { id: (body.group === true ? world.addGroup(name) : world.addPerson(name, language)).id };
    }
    case 'POST people id send':
      return writeToBot(Number(id), body, state);
    case 'POST people id tap':
      return tap(Number(id), body, state);
    case 'POST people id block':
      return setBlocked(Number(id), true, state);
    case 'POST people id unblock':
      return setBlocked(Number(id), false, state);
    case 'GET people id messages':
      return messagesOf(Number(id), numberIn(query, 'after'), world);
    case 'GET people id chat': {
      const quietMs = Math.min(numberIn(query, 'quiet_ms'), WAIT_MS);
      const changed = await world.chatChange(Number(id), numberIn(query, 'since'), quietMs);
      return { changes: world.changes, ...(changed ? { messages: messagesOf(Number(id), 0, world) } : {}) };
    }
    case 'POST people id web_app':
      return openWebApp(Number(id), world);
    case 'GET calls':
      return calls.filter(({ n }) => n > numberIn(query, 'after'));
    case 'POST faults': {
      const kind = asText(body.kind) as FaultKind; // checked in the next line
      if (!FAULT_KINDS.includes(kind)) throw badRequest(`kind must be one of ${FAULT_KINDS.join(', ')}`);
      const times = asNumber(body.times) ?? 1;
      if (!Number.isInteger(times) || times < 1) throw badRequest('times must be a whole number, 1 or more');
      const description = asText(body.description);
      if (kind === 'refused' && codeOf(description) === undefined)
        throw badRequest('description must begin with “Bad Request: ” or “Forbidden: ”');
      const more = { description, retry_after: asNumber(body.retry_after), delay_ms: asNumber(body.delay_ms) };
      faults.add({ method: asText(body.method) || '*', kind, times, ...more });
      return { ok: true };
    }
    case 'DELETE faults':
      faults.clear();
      return { ok: true };
    case 'POST reset':
      await reset();
      return { ok: true };
    case 'POST clock': {
      const seconds = asNumber(body.advance_seconds);
      if (seconds === undefined || seconds < 0) throw badRequest('advance_seconds must be a number, 0 or more');
      await advance(seconds);
      return { now: world.now() };
    }
    case 'GET clock':
      return { now: world.now() };
    case 'GET changes': {
      const since = numberIn(query, 'since');
      if (world.changes <= since) await world.nextChange(WAIT_MS);
      const chats = world.chatsChangedSince(since);
      const people = [...world.people.values()];
      return { changes: world.changes, people, chats, now: world.now(), ...(neighbours ? { neighbours } : {}) };
    }
    case 'GET samples':
      return SAMPLE_NAMES;
    default:
      throw new ApiRefusal(404, `Not Found: ${route}`);
  }
}

function numberIn(query: URLSearchParams, name: string): number {
  const value = asNumber(query.get(name) ?? 0);
  if (value === undefined) throw badRequest(`${name} must be a number`);
  return value;
}
