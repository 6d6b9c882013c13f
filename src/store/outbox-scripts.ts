/** The scripts that carry committed messages out, by the rules that scripts.ts names. */

/** A claim holds for so long before others may take the message: longer than any send may take. */
const CLAIM_LEASE_MS = 30_000;

/** Keys 1–5 of every script that touches the outbox, in this order; see outboxKeys in store.ts. */
export const OUTBOX = `
local OUTBOX, READY, BULK, CLAIMS, PACE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

local function server_ms()
  local t = redis.call('TIME')
  return t[1] * 1000 + t[2] / 1000
end

-- One message of a chat's queue, which is a string of them, oldest first.
local function entry(lane, number, tries, body)
  return string.format('%s%s %s %d ', lane, number, tries, #body) .. body
end

-- The first message of a queue: its lane (r or b), number, tries, body; and the queue behind it.
local function first_of(queue)
  local lane, number, tries, length, from = string.match(queue, '^(%a)(%d+) (%d+) (%d+) ()')
  local last = from + tonumber(length) - 1
  return lane, number, tries, string.sub(queue, from, last), string.sub(queue, last + 1)
end

-- What may be kept of a message that did not arrive: nothing of what is its reader's own. No text of theirs can hold this
-- mark, for in it every quote is escaped.
local function keepable(body)
  return string.find(body, '"apart":true', 1, true) and '' or body
end

-- A reply anywhere in its queue pulls the whole chat forward, since a chat keeps its order (P8).
local function lane_of(queue)
  while queue ~= '' do
    local lane, _, _, _, rest = first_of(queue)
    if lane == 'r' then return READY end
    queue = rest
  end
  return BULK
end

-- The pace's clocks are read once and, moved on, written once.
local clocks, moved = {}, {}
local function read_clocks(...)
  local values = redis.call('HMGET', PACE, ...)
  for i, name in ipairs({ ... }) do clocks[name] = tonumber(values[i] or '0') end
end
local function move_clock(name, to)
  clocks[name] = to
  moved[#moved + 1] = name
  moved[#moved + 1] = to
end
local function keep_clocks()
  if #moved > 0 then redis.call('HSET', PACE, unpack(moved)) end
end

-- GCRA: 'next' is the theoretical arrival time of the next message; returns the wait in ms, 0 = may go.
local function wait_for(next, now, interval, burst)
  local slack = interval * (burst - 1)
  if next > now + slack + interval then next = now end -- the clock went back
  if next - now > slack then return next - now - slack, next end
  return 0, math.max(next, now) + interval
end

-- 'interval burst bulk-interval chat-interval chat-burst bulk-burst', intervals in ms
local function read_pace(words)
  local pace = {}
  for number in string.gmatch(words, '%S+') do pace[#pace + 1] = tonumber(number) end
  return pace
end

-- Lets one message of a chat pass if the pace allows it, and moves the clocks on. Returns true, or false with the wait of
-- all chats and the wait of this one (ms).
local function pass(urn, lane, now, pace)
  -- Never again what was moved on meanwhile.
  if not clocks.next then read_clocks('next', 'next_bulk') end
  if not clocks[urn] then read_clocks(urn) end
  local wait, next = wait_for(clocks.next, now, pace[1], pace[2])
  if wait > 0 then return false, wait, 0 end
  local next_bulk
  if lane == BULK then
    wait, next_bulk = wait_for(clocks.next_bulk, now, pace[3], 1)
    if wait > 0 then return false, wait, 0 end
  end
  local chat_wait, chat_next = wait_for(clocks[urn], now, pace[4], pace[5])
  if chat_wait > 0 then return false, 0, chat_wait end
  move_clock('next', next)
  if next_bulk then move_clock('next_bulk', next_bulk) end
  move_clock(urn, chat_next)
  return true
end

local function paused_for(now)
  local wait = clocks.paused_until - now
  if wait > 3600000 then return 0 end -- the clock went back: no channel tells us to wait for longer than an hour
  return math.max(0, wait)
end

local function claim(urn, number, now, process)
  redis.call('HSET', CLAIMS, urn, string.format('%d %s %s', now + ${CLAIM_LEASE_MS}, number, process))
end

-- Until when (ms) a chat's first message is claimed, its number, and by which process; nil if it is not.
local function claim_of(value)
  if not value then return nil end
  local until_ms, number, process = string.match(value, '^(%d+) (%d+) (.+)$')
  return tonumber(until_ms), number, process
end
`;

/**
 * KEYS 1–5 outbox. ARGV process, how many, pace.
 * Returns the wait until there may be more (ms, -1 = nothing waits), then urn, number, body, tries of each claimed message.
 */
export const CLAIM = `#!lua flags=allow-oom
${OUTBOX}
local process, room, pace = ARGV[1], tonumber(ARGV[2]), read_pace(ARGV[3])
local now = server_ms()
read_clocks('paused_until')
local answer = { '-1' }
local wait = paused_for(now)
if wait == 0 then
  for _, lane in ipairs({ READY, BULK }) do
    if wait > 0 then break end
    for _, urn in ipairs(redis.call('ZRANGE', lane, '-inf', now, 'BYSCORE', 'LIMIT', 0, math.min(room, 256))) do
      local passed, all_wait, chat_wait = pass(urn, lane, now, pace)
      if passed then
        local kind, number, tries, body = first_of(redis.call('HGET', OUTBOX, urn))
        redis.call('ZREM', lane, urn)
        claim(urn, number, now, process)
        room = room - 1
        for _, part in ipairs({ urn, number, kind .. body, tries }) do answer[#answer + 1] = part end
      elseif chat_wait > 0 then
        redis.call('ZADD', lane, now + chat_wait, urn)
      else
        wait = all_wait
        break
      end
    end
  end
end
keep_clocks()
if wait == 0 then
  local soonest
  for _, lane in ipairs({ READY, BULK }) do
    local first = redis.call('ZRANGE', lane, 0, 0, 'WITHSCORES')
    if first[2] then soonest = math.min(soonest or math.huge, tonumber(first[2])) end
  end
  if soonest then answer[1] = tostring(math.max(0, math.ceil(soonest - now))) end
elseif redis.call('ZCARD', READY) + redis.call('ZCARD', BULK) > 0 then
  answer[1] = tostring(math.ceil(wait))
end
return answer
`;

/**
 * Settles claimed messages, and goes on with each chat that has more: its next reply stays claimed and is handed out.
 * KEYS 1–5 outbox, 6 dead, 7… the person of each message.
 * ARGV process, pace, then for each message: urn, number, verdict sent | dead | gone | later | moved,
 * detail, ms, 1 = everybody waits, 1 = counts as a try.
 * detail: the message's reference (sent), why (dead, gone), the new urn (moved).
 * Returns for each ok, whether the chat has more that waits, and what is claimed next: urn, number, body, tries; or fenced
 * when another process has taken over.
 */
export const SETTLE = `#!lua flags=allow-oom
${OUTBOX}
local DEAD, process, pace = KEYS[6], ARGV[1], read_pace(ARGV[2])
local now = server_ms()
read_clocks('paused_until')

-- What becomes of the chat's first message, but for 'later', which leaves it where it is.
local function settle(PERSON, urn, message, verdict, detail)
  if verdict == 'sent' then
    if detail ~= '' and redis.call('EXISTS', PERSON) == 1 then redis.call('HSET', PERSON, 'last_message', detail) end
  elseif verdict == 'moved' then
    redis.call('HSET', OUTBOX, detail, (redis.call('HGET', OUTBOX, detail) or '') .. message)
    if redis.call('HEXISTS', CLAIMS, detail) == 0 then
      redis.call('ZREM', BULK, detail)
      redis.call('ZADD', READY, 'NX', now, detail)
    end
  -- Nothing is kept of a person who was forgotten meanwhile.
  elseif redis.call('EXISTS', PERSON) == 1 then
    local _, _, _, body = first_of(message)
    redis.call('XADD', DEAD, 'MAXLEN', '~', 1000, '*', 'to', urn, 'reason', detail, 'message', keepable(body))
    if verdict == 'gone' then
      redis.call('HSET', PERSON, 'gone', detail)
      -- Whoever still has the person in mind must notice.
      redis.call('HINCRBY', PERSON, 'version', 1)
    end
  end
end

local answers = {}
for i = 7, #KEYS do
  local base = 2 + (i - 7) * 7
  local urn, number, verdict, detail = ARGV[base + 1], ARGV[base + 2], ARGV[base + 3], ARGV[base + 4]
  local _, claimed, owner = claim_of(redis.call('HGET', CLAIMS, urn))
  if claimed ~= number or owner ~= process then
    answers[#answers + 1] = { 'fenced' }
  else
    local queue = redis.call('HGET', OUTBOX, urn)
    local lane, _, tries, body, rest = first_of(queue)
    local at = now
    if verdict == 'later' then
      at = now + tonumber(ARGV[base + 5])
      if ARGV[base + 6] == '1' then move_clock('paused_until', math.max(at, clocks.paused_until)) end
      rest = ARGV[base + 7] == '1' and entry(lane, number, tries + 1, body) .. rest or queue
    else
      settle(KEYS[i], urn, string.sub(queue, 1, #queue - #rest), verdict, detail)
    end
    local more = rest ~= ''
    if not more then
      redis.call('HDEL', OUTBOX, urn)
    elseif rest ~= queue then
      redis.call('HSET', OUTBOX, urn, rest)
    end
    local goes_on, chat_wait = false, 0
    local next_lane, next_number, next_tries, next_body
    if more then next_lane, next_number, next_tries, next_body = first_of(rest) end
    if verdict ~= 'later' and next_lane == 'r' and paused_for(now) == 0 then
      local _
      goes_on, _, chat_wait = pass(urn, READY, now, pace)
    end
    if goes_on then
      claim(urn, next_number, now, process)
      answers[#answers + 1] = { 'ok', 0, urn, next_number, next_lane .. next_body, next_tries }
    else
      redis.call('HDEL', CLAIMS, urn)
      if more then redis.call('ZADD', lane_of(rest), at + chat_wait, urn) end
      answers[#answers + 1] = { 'ok', more and 1 or 0 }
    end
  end
end
keep_clocks()
return answers
`;

/**
 * Gives back the claims of processes that died, or that lapsed, and lets go of chats' clocks that are over.
 * KEYS 1–5 outbox, 6 processes.
 * ARGV this process, silence (ms) after which a process counts as dead, then the urns that this process has in hand.
 * Returns how many processes gave a sign of life lately.
 */
export const RECOVER = `#!lua flags=allow-oom
${OUTBOX}
local PROCESSES, process, silence, LATELY_MS = KEYS[6], ARGV[1], tonumber(ARGV[2]), 10000
local in_hand = {}
for i = 3, #ARGV do in_hand[ARGV[i]] = true end
local now = server_ms()
redis.call('ZADD', PROCESSES, now, process)
redis.call('ZREMRANGEBYSCORE', PROCESSES, '-inf', now - 86400000)
local claims = redis.call('HGETALL', CLAIMS)
for i = 1, #claims, 2 do
  local urn, until_ms, _, owner = claims[i], claim_of(claims[i + 1])
  local beat = tonumber(redis.call('ZSCORE', PROCESSES, owner) or '0')
  local lapsed = until_ms < now
  -- Claimed by a commit whose answer never reached us. A younger claim may only be an answer still on its way.
  local forgotten = owner == process and not in_hand[urn] and until_ms - ${CLAIM_LEASE_MS} < now - 5000
  if forgotten or beat < now - silence or (lapsed and not in_hand[urn]) then
    redis.call('HDEL', CLAIMS, urn)
    redis.call('ZADD', lane_of(redis.call('HGET', OUTBOX, urn)), now, urn)
  end
end
-- As many as were begun in a second at the fastest pace there is: a clock that is over is worth nothing.
local over = {}
local sample = redis.call('HRANDFIELD', PACE, 1000, 'WITHVALUES')
for i = 1, #sample, 2 do
  if string.find(sample[i], ':', 1, true) and tonumber(sample[i + 1]) <= now then over[#over + 1] = sample[i] end
end
if #over > 0 then redis.call('HDEL', PACE, unpack(over)) end
return redis.call('ZCOUNT', PROCESSES, now - LATELY_MS, '+inf')
`;

/**
 * Older data were put back: until an organiser says so, nothing goes out by itself. What waited then may have gone out long
 * ago; it is laid with what could not be delivered.
 * KEYS 1–5 outbox, 6 dead, 7 meta, 8… leases of those who send. ARGV how often data were put back, as the caller knows it.
 * Returns 0 if somebody else has noticed.
 */
export const GO_SAFE = `#!lua flags=allow-oom
${OUTBOX}
local DEAD, META = KEYS[6], KEYS[7]
if tonumber(redis.call('HGET', META, 'restores') or '0') ~= tonumber(ARGV[1]) then return 0 end
local queues, dropped = redis.call('HGETALL', OUTBOX), 0
for i = 1, #queues, 2 do
  local queue = queues[i + 1]
  while queue ~= '' do
    local _, _, _, body, rest = first_of(queue)
    redis.call('XADD', DEAD, 'MAXLEN', '~', 1000, '*', 'to', queues[i], 'reason', 'restored', 'message', keepable(body))
    queue, dropped = rest, dropped + 1
  end
end
redis.call('DEL', OUTBOX, READY, BULK, CLAIMS, unpack(KEYS, 8))
redis.call('HDEL', META, 'safe_told')
redis.call('HSET', META, 'safe_since', math.floor(server_ms()), 'safe_dropped', dropped)
redis.call('HINCRBY', META, 'restores', 1)
return 1
`;
