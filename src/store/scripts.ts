/**
 * The Redis scripts. Each reads and checks first and then only writes, so that nothing is ever half done.
 * Times are the server's, in ms. Scripts that free memory carry allow-oom: a full store must still let go.
 */

/** Keys 1–12 of every script that touches the outbox, in this order; see outboxKeys in store.ts. */
const OUTBOX = `
local OUTBOX, QUEUE, READY, BULK, CLAIMS, OWNERS, TRIES, DEAD, PACE, CHATS, PROCESSES, SEQ =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12]

local function server_ms()
  local t = redis.call('TIME')
  return t[1] * 1000 + t[2] / 1000
end

local function head_of(urn)
  return redis.call('ZRANGE', QUEUE, '[' .. urn .. '|', '(' .. urn .. '}', 'BYLEX', 'LIMIT', 0, 1)[1]
end

-- The lane of a chat: a reply anywhere in its queue pulls the whole chat forward, since a chat keeps its order (P8).
-- Bodies begin with their lane, r or b.
local function lane_of(urn)
  for _, member in ipairs(redis.call('ZRANGE', QUEUE, '[' .. urn .. '|', '(' .. urn .. '}', 'BYLEX', 'LIMIT', 0, 16)) do
    if string.sub(redis.call('HGET', OUTBOX, member) or 'r', 1, 1) == 'r' then return READY end
  end
  return BULK
end

-- GCRA: 'next' is the theoretical arrival time of the next message; returns the wait in ms, 0 = may go.
local function wait_for(next, now, interval, burst)
  local slack = interval * (burst - 1)
  if next > now + slack + interval then next = now end -- the clock went back
  if next - now > slack then return next - now - slack, next end
  return 0, math.max(next, now) + interval
end

-- Lets one message of a chat pass if the pace allows it, and moves the clocks on. Returns true, or false with the wait of
-- all chats and the wait of this one (ms). pace: {interval, burst, bulk interval, chat interval, chat burst}
local function pass(urn, lane, now, pace)
  local clocks = redis.call('HMGET', PACE, 'next', 'next_bulk')
  local wait, next = wait_for(tonumber(clocks[1] or '0'), now, pace[1], pace[2])
  if wait > 0 then return false, wait, 0 end
  local next_bulk
  if lane == BULK then
    wait, next_bulk = wait_for(tonumber(clocks[2] or '0'), now, pace[3], 1)
    if wait > 0 then return false, wait, 0 end
  end
  local chat_wait, chat_next = wait_for(tonumber(redis.call('ZSCORE', CHATS, urn) or '0'), now, pace[4], pace[5])
  if chat_wait > 0 then return false, 0, chat_wait end
  if next_bulk then
    redis.call('HSET', PACE, 'next', next, 'next_bulk', next_bulk)
  else
    redis.call('HSET', PACE, 'next', next)
  end
  redis.call('ZADD', CHATS, chat_next, urn)
  return true
end

-- Claims the first message of a ready chat if the pace allows. Returns the message or nil and the wait in ms.
local function claim(urn, lane, now, process, lease, pace)
  local member = head_of(urn)
  if not member then
    redis.call('ZREM', READY, urn)
    redis.call('ZREM', BULK, urn)
    return nil, 0
  end
  local passed, wait, chat_wait = pass(urn, lane, now, pace)
  if not passed then
    if chat_wait > 0 then redis.call('ZADD', lane, now + chat_wait, urn) end
    return nil, wait
  end
  redis.call('ZREM', READY, urn)
  redis.call('ZREM', BULK, urn)
  redis.call('ZADD', CLAIMS, now + lease, urn)
  redis.call('HSET', OWNERS, urn, process)
  return { member, redis.call('HGET', OUTBOX, member) or '', redis.call('HGET', TRIES, member) or '0' }
end

local function paused_for(now)
  local wait = tonumber(redis.call('HGET', PACE, 'paused_until') or '0') - now
  if wait > 3600000 then return 0 end -- the clock went back: no channel tells us to wait for longer than an hour
  return math.max(0, wait)
end
`;

/**
 * KEYS 1–12 outbox, 13 person, 14 seen, 15 audit, 16 meta, then those of checks and writes.
 * ARGV op id, the person's urn, now (ms, the app's clock), expected version, process ('' = do not claim), lease, 5 pace numbers,
 * n fields + name, value…; n checks + (key, field, value)…; n writes + (command, key, n, args…)…;
 * n messages + (urn, lane, body)…; n audit + (what, who)…
 * An empty field value deletes it; a check on field '' wants the key to be absent.
 */
export const COMMIT = `#!lua
${OUTBOX}
local PERSON, SEEN, AUDIT, META = KEYS[13], KEYS[14], KEYS[15], KEYS[16]
local KINDS = { HSET = 'hash', HDEL = 'hash', ZADD = 'zset', GEOADD = 'zset', ZREM = 'zset', XADD = 'stream', SET = 'string', DEL = 'any', XDEL = 'stream', XTRIM = 'stream' }
local position = 0
local function arg() position = position + 1 return ARGV[position] end
local function number() return tonumber(arg()) end

local op, person_urn, now_app, expected, process, lease = arg(), arg(), number(), arg(), arg(), number()
local pace = { number(), number(), number(), number(), number() }

local version = redis.call('HGET', PERSON, 'version') or '0'
if redis.call('ZSCORE', SEEN, op) then
  -- Perhaps the answer of the first time was cut off, and with it the message that it claimed for this process.
  local again = redis.call('HGET', OWNERS, person_urn) == process and head_of(person_urn)
  if not again then return { 'duplicate', version } end
  return { 'duplicate', version, again, redis.call('HGET', OUTBOX, again) or '', redis.call('HGET', TRIES, again) or '0' }
end
if version ~= expected then return { 'conflict', version } end

local fields = {}
for i = 1, number() do fields[i] = { arg(), arg() } end
for _ = 1, number() do
  local key, field, value = KEYS[number()], arg(), arg()
  if field == '' then
    if redis.call('EXISTS', key) == 1 then return { 'conflict', 'taken' } end
  elseif (redis.call('HGET', key, field) or '') ~= value then
    return { 'conflict', 'stale' }
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
local messages = {}
for i = 1, number() do messages[i] = { arg(), arg(), arg() } end
if #messages > 0 and redis.call('ZCARD', QUEUE) >= 50000 then return { 'limit', 'outbox' } end
local audit = {}
for i = 1, number() do audit[i] = { arg(), arg() } end

-- From here on nothing can fail.
redis.call('ZADD', SEEN, now_app, op)
-- Trimmed and prolonged once an hour is enough, as long as 48 h are left.
if redis.call('PTTL', SEEN) < 172800000 then
  redis.call('ZREMRANGEBYSCORE', SEEN, '-inf', now_app - 172800000)
  redis.call('PEXPIRE', SEEN, 176400000)
end
version = string.format('%d', tonumber(version) + 1)
local set, gone = { 'version', version }, {}
for _, f in ipairs(fields) do
  if f[2] == '' then
    gone[#gone + 1] = f[1]
  else
    set[#set + 1] = f[1]
    set[#set + 1] = f[2]
  end
end
redis.call('HSET', PERSON, unpack(set))
if #gone > 0 then redis.call('HDEL', PERSON, unpack(gone)) end
for _, w in ipairs(writes) do redis.call(w[1], w[2], unpack(w[3])) end
for _, a in ipairs(audit) do
  redis.call('XADD', AUDIT, '*', 'n', redis.call('HINCRBY', META, 'audit_seq', 1), 'at', now_app, 'op', op, 'what', a[1], 'who', a[2])
end
local answer = { 'ok', version }
if #messages == 0 then return answer end
local now = server_ms()
local last = redis.call('INCRBY', SEQ, #messages)
local bodies, queued, touched, chats = {}, {}, {}, {}
for i, m in ipairs(messages) do
  local urn, member = m[1], string.format('%s|%012d', m[1], last - #messages + i)
  bodies[#bodies + 1] = member
  bodies[#bodies + 1] = m[3]
  queued[#queued + 1] = 0
  queued[#queued + 1] = member
  if not chats[urn] then
    chats[urn] = { urn = urn, first = member, n = i }
    touched[#touched + 1] = chats[urn]
  end
  if m[2] ~= 'bulk' then chats[urn].reply = true end
end
redis.call('HSET', OUTBOX, unpack(bodies))
redis.call('ZADD', QUEUE, unpack(queued))
local claiming = process ~= '' and paused_for(now) == 0
for _, chat in ipairs(touched) do
  local urn = chat.urn
  if not redis.call('ZSCORE', CLAIMS, urn) and not redis.call('ZSCORE', READY, urn) then
    local bulk = redis.call('ZSCORE', BULK, urn)
    if not chat.reply then
      if not bulk then redis.call('ZADD', BULK, now, urn) end
    elseif bulk or not claiming then
      redis.call('ZREM', BULK, urn)
      redis.call('ZADD', READY, now, urn)
      local taken = claiming and claim(urn, READY, now, process, lease, pace)
      if taken then for _, part in ipairs(taken) do answer[#answer + 1] = part end end
    else
      -- The chat was idle: what goes first is its first message here, which whoever asks has in hand ("=" and which one).
      local passed, _, chat_wait = pass(urn, READY, now, pace)
      if passed then
        redis.call('ZADD', CLAIMS, now + lease, urn)
        redis.call('HSET', OWNERS, urn, process)
        answer[#answer + 1] = chat.first
        answer[#answer + 1] = '=' .. chat.n
        answer[#answer + 1] = '0'
      else
        redis.call('ZADD', READY, now + chat_wait, urn)
      end
    end
  end
end
return answer
`;

/**
 * KEYS 1–12 outbox. ARGV process, lease (ms), how many, 5 pace numbers.
 * Returns the wait until there may be more (ms, -1 = nothing waits), then member, body, tries of each claimed message.
 */
export const CLAIM = `#!lua flags=allow-oom
${OUTBOX}
local process, lease, room = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local pace = { tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]) }
local now = server_ms()
redis.call('ZREMRANGEBYSCORE', CHATS, '-inf', now)
local answer = { '-1' }
local wait = paused_for(now)
if wait == 0 then
  for _, lane in ipairs({ READY, BULK }) do
    if wait == 0 then
      for _, urn in ipairs(redis.call('ZRANGE', lane, '-inf', now, 'BYSCORE', 'LIMIT', 0, math.min(room, 256))) do
        local taken, must_wait = claim(urn, lane, now, process, lease, pace)
        if taken then
          room = room - 1
          for _, part in ipairs(taken) do answer[#answer + 1] = part end
        elseif must_wait > 0 then
          wait = must_wait
          break
        end
      end
    end
  end
end
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
 * KEYS 1–12 outbox, 13… the person of each message.
 * ARGV process, lease, 5 pace numbers, then for each message: urn, member, verdict sent | dead | gone | later | moved,
 * detail, ms, 1 = everybody waits, 1 = counts as a try.
 * detail: the message's reference (sent), why (dead, gone), the new urn (moved).
 * Returns for each ok, whether the chat has more that waits, and what is claimed next: member, body, tries; or fenced
 * when another process has taken over.
 */
export const SETTLE = `#!lua flags=allow-oom
${OUTBOX}
local process, lease = ARGV[1], tonumber(ARGV[2])
local pace = { tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]) }
local now = server_ms()

-- Returns from when on the chat's next message may go, and whether it may be claimed now.
local function settle(PERSON, urn, member, verdict, detail, ms, everybody, counts)
  if verdict == 'later' then
    local at = now + ms
    if counts then redis.call('HINCRBY', TRIES, member, 1) end
    if everybody then
      redis.call('HSET', PACE, 'paused_until', math.max(at, tonumber(redis.call('HGET', PACE, 'paused_until') or '0')))
    end
    return at, false
  end
  local body = verdict ~= 'sent' and redis.call('HGET', OUTBOX, member)
  redis.call('ZREM', QUEUE, member)
  redis.call('HDEL', OUTBOX, member)
  redis.call('HDEL', TRIES, member)
  if verdict == 'sent' then
    if detail ~= '' and redis.call('EXISTS', PERSON) == 1 then redis.call('HSET', PERSON, 'last_message', detail) end
  elseif verdict == 'moved' then
    local moved = string.format('%s|%012d', detail, redis.call('INCR', SEQ))
    redis.call('HSET', OUTBOX, moved, body)
    redis.call('ZADD', QUEUE, 0, moved)
    if not redis.call('ZSCORE', CLAIMS, detail) then
      redis.call('ZREM', BULK, detail)
      redis.call('ZADD', READY, 'NX', now, detail)
    end
  else
    -- Nothing is kept of a person who was forgotten meanwhile.
    if redis.call('EXISTS', PERSON) == 1 then
      redis.call('XADD', DEAD, 'MAXLEN', '~', 1000, '*', 'to', urn, 'reason', detail, 'message', body or '')
      if verdict == 'gone' then redis.call('HSET', PERSON, 'gone', detail) end
    end
  end
  return now, true
end

local answers = {}
for i = 13, #KEYS do
  local base = 7 + (i - 13) * 7
  local urn, member, verdict = ARGV[base + 1], ARGV[base + 2], ARGV[base + 3]
  local waiting = redis.call('ZRANGE', QUEUE, '[' .. urn .. '|', '(' .. urn .. '}', 'BYLEX', 'LIMIT', 0, 2)
  if waiting[1] ~= member or redis.call('HGET', OWNERS, urn) ~= process then
    answers[#answers + 1] = { 'fenced' }
  else
    local at, on = settle(KEYS[i], urn, member, verdict, ARGV[base + 4], tonumber(ARGV[base + 5]), ARGV[base + 6] == '1',
      ARGV[base + 7] == '1')
    local next = member
    if on then next = waiting[2] end
    local body = on and next and redis.call('HGET', OUTBOX, next) or ''
    local goes_on, chat_wait = false, 0
    if string.sub(body, 1, 1) == 'r' and paused_for(now) == 0 then
      local _
      goes_on, _, chat_wait = pass(urn, READY, now, pace)
    end
    if goes_on then
      redis.call('ZADD', CLAIMS, now + lease, urn)
      answers[#answers + 1] = { 'ok', 0, next, body, redis.call('HGET', TRIES, next) or '0' }
    else
      redis.call('ZREM', CLAIMS, urn)
      redis.call('HDEL', OWNERS, urn)
      if next then redis.call('ZADD', lane_of(urn), at + chat_wait, urn) end
      answers[#answers + 1] = { 'ok', next and 1 or 0 }
    end
  end
end
return answers
`;

/**
 * Gives back the claims of processes that died, or that lapsed. KEYS 1–12 outbox.
 * ARGV this process, silence (ms) after which a process counts as dead, lease (ms), then the urns that this process has in hand.
 */
export const RECOVER = `#!lua flags=allow-oom
${OUTBOX}
local process, silence, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local in_hand = {}
for i = 4, #ARGV do in_hand[ARGV[i]] = true end
local now = server_ms()
redis.call('ZADD', PROCESSES, now, process)
redis.call('ZREMRANGEBYSCORE', PROCESSES, '-inf', now - 86400000)
local freed = 0
for _, urn in ipairs(redis.call('ZRANGE', CLAIMS, 0, 255)) do
  local owner = redis.call('HGET', OWNERS, urn) or ''
  local beat = tonumber(redis.call('ZSCORE', PROCESSES, owner) or '0')
  local until_ms = tonumber(redis.call('ZSCORE', CLAIMS, urn))
  local lapsed = until_ms < now
  -- Claimed by a commit whose answer never reached us. A younger claim may only be an answer still on its way.
  local forgotten = owner == process and not in_hand[urn] and until_ms - lease < now - 5000
  if forgotten or beat < now - silence or (lapsed and not in_hand[urn]) then
    redis.call('ZREM', CLAIMS, urn)
    redis.call('HDEL', OWNERS, urn)
    redis.call('ZADD', lane_of(urn), now, urn)
    freed = freed + 1
  end
end
return freed
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
