/**
 * The Redis scripts. Each reads and checks first and then only writes, so that nothing is ever half done.
 * Times are the server's, in ms. Scripts that free memory carry allow-oom: a full store must still let go.
 */

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
 * KEYS 1–5 outbox, 6 person, 7 seen, then those of checks, writes and audit.
 * ARGV op id, the person's urn, now (ms, the app's clock), expected version, process ('' = do not claim), pace,
 * n fields + name, value…; n checks + (key, field, value)…; n writes + (command, key, n, args…)…;
 * n messages + (urn, lane, body)…; n audit + (what, who)… and, if there is any, the keys of audit and meta.
 * An empty field value deletes it; a check on field '' wants the key to be absent.
 * Returns ok, the new version, then urn, number, body (or =n: the n-th message handed in) and tries of each claimed message.
 */
export const COMMIT = `#!lua
${OUTBOX}
local PERSON, SEEN = KEYS[6], KEYS[7]
local KINDS = { HSET = 'hash', HDEL = 'hash', ZADD = 'zset', GEOADD = 'zset', ZREM = 'zset', XADD = 'stream', SET = 'string', DEL = 'any', XDEL = 'stream', XTRIM = 'stream' }
local position = 6
local function arg() position = position + 1 return ARGV[position] end
local function number() return tonumber(arg()) end

local op, person_urn, now_app, expected, process = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]

local function duplicate(version)
  -- Perhaps the answer of the first time was cut off, and with it the message that it claimed for this process.
  local _, _, owner = claim_of(redis.call('HGET', CLAIMS, person_urn))
  if owner ~= process then return { 'duplicate', version } end
  local lane, number, tries, body = first_of(redis.call('HGET', OUTBOX, person_urn))
  return { 'duplicate', version, person_urn, number, lane .. body, tries }
end
-- What was done already is no conflict, whatever has changed since.
local function conflict(version)
  if redis.call('ZSCORE', SEEN, op) then return duplicate(version) end
  return { 'conflict' }
end

local version = redis.call('HGET', PERSON, 'version') or '0'
if version ~= expected then return conflict(version) end

local set, gone = { 'version', string.format('%d', tonumber(version) + 1) }, {}
for _ = 1, number() do
  local field, value = arg(), arg()
  if value == '' then
    gone[#gone + 1] = field
  else
    set[#set + 1] = field
    set[#set + 1] = value
  end
end
for _ = 1, number() do
  local key, field, value = KEYS[number()], arg(), arg()
  if field == '' then
    if redis.call('EXISTS', key) == 1 then return conflict(version) end
  elseif (redis.call('HGET', key, field) or '') ~= value then
    return conflict(version)
  end
end
local writes = {}
for i = 1, number() do
  local command, key, args = arg(), KEYS[number()], {}
  for a = 1, number() do args[a] = arg() end
  local kind = KINDS[command]
  if not kind then return redis.error_reply('command not allowed in a commit: ' .. command) end
  local is = redis.call('TYPE', key).ok
  if kind ~= 'any' and is ~= 'none' and is ~= kind then return redis.error_reply('wrong type at ' .. key .. ': ' .. is) end
  writes[i] = { command, key, args }
end
local messages, chats, urns = {}, {}, {}
for i = 1, number() do
  local urn, lane, body = arg(), arg(), arg()
  messages[i] = { urn, lane, body }
  if not chats[urn] then
    urns[#urns + 1] = urn
    chats[urn] = { first = i, entries = {} }
  end
  if lane == 'r' then chats[urn].reply = true end
end
local queues
if #messages > 0 then
  queues = redis.call('HMGET', OUTBOX, unpack(urns))
  if redis.call('HLEN', OUTBOX) >= 50000 then return { 'limit', 'outbox' } end
  -- Nobody reads a hundred answers at once; what they write meanwhile is not heard.
  if urns[1] == person_urn and #(queues[1] or '') > 65536 then return { 'limit', 'chat' } end
end
local audit = {}
for i = 1, number() do audit[i] = { arg(), arg() } end
local AUDIT, META
if #audit > 0 then AUDIT, META = KEYS[number()], KEYS[number()] end

-- The first write tells a duplicate; from here on nothing can fail.
if redis.call('ZADD', SEEN, 'NX', now_app, op) == 0 then return duplicate(version) end
-- Trimmed and prolonged once an hour is enough, as long as 48 h are left.
if redis.call('PTTL', SEEN) < 172800000 then
  redis.call('ZREMRANGEBYSCORE', SEEN, '-inf', now_app - 172800000)
  redis.call('PEXPIRE', SEEN, 176400000)
end
redis.call('HSET', PERSON, unpack(set))
if #gone > 0 then redis.call('HDEL', PERSON, unpack(gone)) end
for _, w in ipairs(writes) do redis.call(w[1], w[2], unpack(w[3])) end
for _, a in ipairs(audit) do
  redis.call('XADD', AUDIT, '*', 'n', redis.call('HINCRBY', META, 'audit_seq', 1), 'at', now_app, 'op', op, 'what', a[1], 'who', a[2])
end
local answer = { 'ok', set[2] }
if #messages == 0 then return answer end

local now, pace = server_ms(), read_pace(ARGV[6])
read_clocks('seq', 'next', 'next_bulk', 'paused_until', unpack(urns))
local seq = clocks.seq
move_clock('seq', seq + #messages)
for i, m in ipairs(messages) do
  local entries = chats[m[1]].entries
  entries[#entries + 1] = entry(m[2], seq + i, 0, m[3])
end
local queued = {}
for i, urn in ipairs(urns) do
  queued[2 * i - 1] = urn
  queued[2 * i] = (queues[i] or '') .. table.concat(chats[urn].entries)
end
redis.call('HSET', OUTBOX, unpack(queued))
local claiming = process ~= '' and paused_for(now) == 0
for i, urn in ipairs(urns) do
  local chat = chats[urn]
  if queues[i] then
    -- It waits already, or is in hand; at most it moves to the faster lane.
    if chat.reply and redis.call('ZREM', BULK, urn) == 1 then redis.call('ZADD', READY, now, urn) end
  elseif not chat.reply then
    redis.call('ZADD', BULK, now, urn)
  else
    local passed, _, chat_wait = false, 0, 0
    if claiming then passed, _, chat_wait = pass(urn, READY, now, pace) end
    if passed then
      -- The chat was idle: what goes first is its first message here, which whoever asks has in hand.
      local first = string.format('%d', seq + chat.first)
      claim(urn, first, now, process)
      for _, part in ipairs({ urn, first, '=' .. chat.first, '0' }) do answer[#answer + 1] = part end
    else
      redis.call('ZADD', READY, now + chat_wait, urn)
    end
  end
end
keep_clocks()
return answer
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
    redis.call('XADD', DEAD, 'MAXLEN', '~', 1000, '*', 'to', urn, 'reason', detail, 'message', body)
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
      rest = queue
      at = now + tonumber(ARGV[base + 5])
      if ARGV[base + 6] == '1' then move_clock('paused_until', math.max(at, clocks.paused_until)) end
      if ARGV[base + 7] == '1' then
        rest = entry(lane, number, tries + 1, body) .. string.sub(queue, #entry(lane, number, tries, body) + 1)
      end
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

/** KEYS lease. ARGV process, ms. 1 if this process holds the lease now. */
export const LEASE = `#!lua
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** KEYS lease. ARGV process. Lets go of a lease that this process holds. */
export const RELEASE = `#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;

/** KEYS meta. ARGV field, value…: sets what is not yet set, once for all processes. Returns all fields. */
export const FOUND = `#!lua
for i = 1, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
return redis.call('HGETALL', KEYS[1])
`;

/** KEYS hashes. ARGV field…: returns the fields of each, one after the other; '' where there is none. */
export const FIELDS = `#!lua flags=no-writes
local answer = {}
for _, key in ipairs(KEYS) do
  for _, value in ipairs(redis.call('HMGET', key, unpack(ARGV))) do answer[#answer + 1] = value or '' end
end
return answer
`;
