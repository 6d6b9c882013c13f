import { OUTBOX } from './outbox-scripts.ts';

/** An announcement of which this many, and more than one in so many, may or may not have arrived, waits for somebody to look. */
const UNKNOWN_MIN = 25;
const UNKNOWN_ONE_IN = 20;

/**
 * The scripts by which a broadcast is sent. Its recipients stand in a fixed order; the cursor moves over a recipient before
 * the call goes out, and that is the recipient's mark: a place below the cursor without an outcome, which is not to be tried
 * again, is on its way. One process at a time may send, the one that holds the lease; whoever lost it is fenced.
 */
const RUN = `
${OUTBOX}
local LEASE, SENDING, RUN, AGAIN, PLACES = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]

local function finish(id, why, now)
  redis.call('HSET', RUN, 'state', 'ended', 'why', why, 'ended_at', now)
  redis.call('ZREM', SENDING, id)
end
`;

/**
 * Who is next: as many as the pace allows now. Replies that are due go first.
 * KEYS 1–5 outbox, 6 lease, 7 sending, 8 run, 9 again. ARGV process, id, how many at most, pace.
 */
export const TURN = `#!lua
${RUN}
local process, id, most, pace = ARGV[1], ARGV[2], tonumber(ARGV[3]), read_pace(ARGV[4])
if redis.call('GET', LEASE) ~= process then return { 'fenced' } end
local run = redis.call('HMGET', RUN, 'state', 'total', 'cursor', 'not_after')
local state, total, cursor, not_after = run[1] or 'none', tonumber(run[2] or '0'), tonumber(run[3] or '0'), tonumber(run[4] or '0')
if state ~= 'sending' then
  redis.call('ZREM', SENDING, id)
  return { state, '0' }
end
local now = server_ms()
if now > not_after then
  finish(id, 'late', now)
  return { 'ended', '0' }
end
read_clocks('next', 'next_bulk', 'paused_until')
local wait = paused_for(now)
if wait > 0 then return { state, tostring(math.ceil(wait)) } end
if redis.call('ZCOUNT', READY, '-inf', now) > 0 then return { state, '10' } end
local again = redis.call('ZRANGE', AGAIN, '-inf', now, 'BYSCORE', 'LIMIT', 0, most)
local answer, tried, first = { state, '0' }, {}, cursor
while #answer - 2 < most do
  local from_again = again[#tried + 1]
  if not from_again and cursor >= total then break end
  local all_wait, next = wait_for(clocks.next, now, pace[1], pace[2])
  local bulk_wait, next_bulk = wait_for(clocks.next_bulk, now, pace[3], pace[6])
  wait = math.max(all_wait, bulk_wait)
  if wait > 0 then break end
  move_clock('next', next)
  move_clock('next_bulk', next_bulk)
  if from_again then
    tried[#tried + 1] = from_again
    answer[#answer + 1] = from_again
  else
    answer[#answer + 1] = tostring(cursor)
    cursor = cursor + 1
  end
end
if cursor > first then redis.call('HSET', RUN, 'cursor', cursor) end
if #tried > 0 then redis.call('ZREM', AGAIN, unpack(tried)) end
keep_clocks()
if wait == 0 and cursor >= total then
  -- Nothing is left but what waits for its time, or is on its way.
  local soonest = redis.call('ZRANGE', AGAIN, 0, 0, 'WITHSCORES')
  wait = soonest[2] and math.max(1, tonumber(soonest[2]) - now) or 1000
end
answer[2] = tostring(math.ceil(wait))
return answer
`;

/**
 * Writes down what became of recipients. The first outcome of a recipient counts.
 * KEYS 1–5 outbox, 6 lease, 7 sending, 8 run, 9 again, 10 outcomes, 11 messages, 12… the person of each who is gone.
 * ARGV process, id, then for each: place, outcome (one letter, or 'later'), detail, ms.
 * detail: the message's number (d, delivered), why (g, gone), 'all' where everybody waits (later), why the whole is stopped (x).
 */
export const OUTCOMES = `#!lua flags=allow-oom
${RUN}
local process, id, MESSAGES = ARGV[1], ARGV[2], KEYS[11]
if redis.call('GET', LEASE) ~= process then return 'fenced' end
local now = server_ms()
read_clocks('paused_until')
local counts, settled, persons = {}, 0, 11
local run = redis.call('HMGET', RUN, 'kind', 'state', 'total')
local urgent, state = run[1] == 'urgent', run[2]
for i = 3, #ARGV, 4 do
  local place, outcome, detail = tonumber(ARGV[i]), ARGV[i + 1], ARGV[i + 2]
  local person
  if outcome == 'g' then
    persons = persons + 1
    person = KEYS[persons]
  end
  local had = redis.call('GETRANGE', PLACES, place, place)
  if had == '' or string.byte(had) < 2 then
    if outcome == 'u' and urgent and string.byte(had) ~= 1 then
      -- Nobody may miss it: once more, and the byte 1 remembers that it was.
      redis.call('SETRANGE', PLACES, place, '\\1')
      redis.call('ZADD', AGAIN, now + tonumber(ARGV[i + 3]), place)
    elseif outcome == 'later' or outcome == 'x' then
      redis.call('ZADD', AGAIN, now + tonumber(ARGV[i + 3]), place)
      if detail == 'all' then move_clock('paused_until', math.max(now + tonumber(ARGV[i + 3]), clocks.paused_until)) end
      if outcome == 'x' and state == 'sending' then
        state = 'paused'
        redis.call('HSET', RUN, 'state', state, 'why', detail)
      end
    else
      redis.call('SETRANGE', PLACES, place, outcome)
      if outcome == 'd' and detail ~= '' then
        redis.call('SETRANGE', MESSAGES, place * 4, struct.pack('>I4', tonumber(detail)))
      end
      if person and redis.call('EXISTS', person) == 1 then
        redis.call('HSET', person, 'gone', detail)
        redis.call('HINCRBY', person, 'version', 1)
      end
      counts[outcome] = (counts[outcome] or 0) + 1
      settled = settled + 1
    end
  end
end
for outcome, n in pairs(counts) do redis.call('HINCRBY', RUN, 'outcome:' .. outcome, n) end
keep_clocks()
local all = redis.call('HINCRBY', RUN, 'settled', settled)
if counts.u and not urgent and state == 'sending' then
  -- Nobody knows of too many whether it arrived: somebody shall look, and what they let pass does not count again.
  local unknown = tonumber(redis.call('HGET', RUN, 'outcome:u')) - tonumber(redis.call('HGET', RUN, 'let_pass') or '0')
  if unknown >= ${UNKNOWN_MIN} and unknown * ${UNKNOWN_ONE_IN} > all then
    state = 'paused'
    redis.call('HSET', RUN, 'state', state, 'why', 'unknowns')
  end
end
if all < tonumber(run[3]) or state == 'ended' then return state end
finish(id, 'done', now)
return 'ended'
`;

/**
 * What another process had on its way when it lost the lease: nobody knows whether it arrived. An announcement counts it as
 * unknown (u); what is urgent is sent once more, and the byte 1 remembers that it was.
 * KEYS 1–5 outbox, 6 lease, 7 sending, 8 run, 9 again, 10 outcomes. ARGV process, id. Returns how many there were, -1 = fenced.
 */
export const TAKE_OVER = `#!lua flags=allow-oom
${RUN}
if redis.call('GET', LEASE) ~= ARGV[1] then return -1 end
local run = redis.call('HMGET', RUN, 'cursor', 'kind', 'total', 'state')
local cursor, urgent = tonumber(run[1] or '0'), run[2] == 'urgent'
local places = redis.call('GETRANGE', PLACES, 0, cursor - 1)
local now, found, unknown = server_ms(), 0, 0
local at = cursor > 0 and string.find(places, '[%z\\1]') or nil
while at do
  local place = at - 1
  if not redis.call('ZSCORE', AGAIN, place) then
    found = found + 1
    if urgent and string.byte(places, at) == 0 then
      redis.call('SETRANGE', PLACES, place, '\\1')
      redis.call('ZADD', AGAIN, now, place)
    else
      redis.call('SETRANGE', PLACES, place, 'u')
      unknown = unknown + 1
    end
  end
  at = string.find(places, '[%z\\1]', at + 1)
end
if unknown > 0 then
  redis.call('HINCRBY', RUN, 'outcome:u', unknown)
  local all = redis.call('HINCRBY', RUN, 'settled', unknown)
  if all >= tonumber(run[3]) and run[4] ~= 'ended' then finish(ARGV[2], 'done', now) end
end
return found
`;

/** Whoever holds the lease, or anybody while nobody does, as long as the sending was not begun. KEYS lease, run. ARGV process. */
const MAY_BEGIN = `
local holder = redis.call('GET', KEYS[1])
if (holder and holder ~= ARGV[1]) or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
`;

/**
 * Lays down a part of an audience. KEYS lease, run, audience. ARGV process, 1 = from the beginning, then number and recipients of
 * each chunk. Returns 0 if somebody else does so now, or the sending was begun.
 */
export const LAY = `#!lua
${MAY_BEGIN}
if ARGV[2] == '1' then redis.call('DEL', KEYS[3]) end
if #ARGV > 2 then redis.call('HSET', KEYS[3], unpack(ARGV, 3)) end
return 1
`;

/**
 * Begins a sending whose audience lies ready, once. KEYS lease, run, sending, outcomes.
 * ARGV process, id, total, kind, how long it may take (ms), turn.
 */
export const START = `#!lua
${MAY_BEGIN}
local total, t = tonumber(ARGV[3]), redis.call('TIME')
local not_after = t[1] * 1000 + tonumber(ARGV[5])
redis.call('HSET', KEYS[2], 'state', total > 0 and 'sending' or 'ended', 'total', total, 'cursor', 0, 'settled', 0, 'kind', ARGV[4], 'not_after', not_after)
if total > 0 then
  redis.call('SETRANGE', KEYS[4], total - 1, '\\0')
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[2])
end
return 1
`;
