import { SAME_DATA } from '../known-data.ts';
import { CLAIM_LEASE_MS, FORGOTTEN_MS, HELD_MAX, HELD_MS, OUTBOX } from './outbox-lua.ts';

/**
 * Claims due messages for a process, replies first, within the pace.
 * A chat without a whole queue goes to the dead list, so that the chats behind it move on.
 * KEYS 1–6 outbox, 7 meta, 8 dead. ARGV process, room (messages at most), pace, known data.
 * Returns the wait until the next claim (ms, -1 = the outbox is empty), then urn, number, body, tries of each claimed message.
 */
export const CLAIM = `#!lua flags=allow-oom
${OUTBOX}
${SAME_DATA}
local process, room, pace = ARGV[1], tonumber(ARGV[2]), read_pace(ARGV[3])
-- Messages of other data are not this process's to send, and those of older data may have been sent.
if data_is(KEYS[7], ARGV[4]) ~= 'same' then return { '-1' } end
local now = server_ms()
local answer = { '-1' }
-- Channels whose chats all wait, and how long (ms).
local blocked = {}
for _, lane in ipairs({ READY, BULK }) do
  for _, urn in ipairs(redis.call('ZRANGE', lane, '-inf', now, 'BYSCORE', 'LIMIT', 0, 256)) do
    if room <= 0 then break end
    local scheme = scheme_of(urn)
    local paused = paused_for(now, scheme)
    if paused > 0 then
      -- Out of the way of the other channels' chats.
      redis.call('ZADD', lane, now + paused, urn)
    elseif not blocked[scheme] then
      local queue = redis.call('HGET', OUTBOX, urn)
      local kind, number, tries, body = first_of(queue)
      local passed, all_wait, chat_wait = false, 0, 0
      if kind then passed, all_wait, chat_wait = pass(urn, lane, now, pace) end
      if not kind then
        redis.call('XADD', KEYS[8], 'MAXLEN', '~', 1000, '*', 'to', urn, 'reason', 'damaged', 'message', '')
        redis.call('ZREM', lane, urn)
        redis.call('HDEL', OUTBOX, urn)
      elseif passed then
        redis.call('ZREM', lane, urn)
        claim(urn, number, now, process)
        room = room - 1
        for _, part in ipairs({ urn, number, kind .. body, tries }) do answer[#answer + 1] = part end
      elseif chat_wait > 0 then
        redis.call('ZADD', lane, now + chat_wait, urn)
      else
        blocked[scheme] = all_wait
      end
    end
  end
end
keep_clocks()
local soonest
for _, wait in pairs(blocked) do soonest = math.min(soonest or math.huge, wait) end
for _, lane in ipairs({ READY, BULK }) do
  -- What is due and still waits is blocked; without that, the first chat decides, due or not.
  local from = soonest and string.format('(%.3f', now) or '-inf'
  local first = redis.call('ZRANGE', lane, from, '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
  if first[2] then soonest = math.min(soonest or math.huge, math.max(0, tonumber(first[2]) - now)) end
end
if soonest then answer[1] = tostring(math.ceil(soonest)) end
return answer
`;

/**
 * Settles claimed messages and claims the next reply of each chat, which saves a round trip.
 * KEYS 1–6 outbox, 7 dead, 8… the person of each message, then the held list of each.
 * ARGV process, pace, then for each message: urn, number, verdict sent | dead | gone | held | later | moved,
 * detail, ms, 1 = pauses the whole account, 1 = counts as a try.
 * detail: the message's reference (sent), the reason (dead, gone), the new urn (moved).
 * Returns for each message 'ok', 1 if the chat has more to send, and the next claimed message: urn, number, body, tries.
 * Returns 'fenced' instead where another process has taken over.
 */
export const SETTLE = `#!lua flags=allow-oom
${OUTBOX}
local DEAD, process, pace = KEYS[7], ARGV[1], read_pace(ARGV[2])
local now = server_ms()

-- Applies a verdict to the chat's first message. 'later' is not handled here: it keeps the message in the queue.
local function settle(PERSON, HELD, urn, message, verdict, detail)
  if verdict == 'sent' then
    if detail ~= '' and is_person(PERSON) then redis.call('HSET', PERSON, 'last_message', detail) end
  elseif verdict == 'moved' then
    redis.call('HSET', OUTBOX, detail, (redis.call('HGET', OUTBOX, detail) or '') .. message)
    if redis.call('HEXISTS', CLAIMS, detail) == 0 then
      redis.call('ZREM', BULK, detail)
      redis.call('ZADD', READY, 'NX', now, detail)
    end
  -- A person without a record was forgotten: keep nothing about them.
  elseif is_person(PERSON) and verdict == 'held' then
    local _, _, _, body = first_of(message)
    redis.call('RPUSH', HELD, body)
    redis.call('LTRIM', HELD, -${HELD_MAX}, -1)
    redis.call('PEXPIRE', HELD, ${HELD_MS})
    redis.call('HINCRBY', PERSON, 'held', 1)
    redis.call('HINCRBY', PERSON, 'version', 1)
  elseif is_person(PERSON) then
    local _, _, _, body = first_of(message)
    redis.call('XADD', DEAD, 'MAXLEN', '~', 1000, '*', 'to', urn, 'reason', detail, 'message', keepable(body))
    if verdict == 'gone' then
      redis.call('HSET', PERSON, 'gone', detail)
      -- A new version invalidates the cached person of every process.
      redis.call('HINCRBY', PERSON, 'version', 1)
    end
  end
end

local answers = {}
local count = (#KEYS - 7) / 2
for i = 8, 7 + count do
  local base = 2 + (i - 8) * 7
  local urn, number, verdict, detail = ARGV[base + 1], ARGV[base + 2], ARGV[base + 3], ARGV[base + 4]
  local _, claimed, owner = claim_of(redis.call('HGET', CLAIMS, urn))
  if claimed ~= number or owner ~= process then
    answers[#answers + 1] = { 'fenced' }
  else
    local queue = redis.call('HGET', OUTBOX, urn)
    local lane, _, tries, from, last = message_at(queue, 1)
    -- A chat mostly has one message: its queue is then neither cut nor copied.
    local rest = lane and last < #queue and string.sub(queue, last + 1) or ''
    local at = now
    if not lane then
      queue, rest = '', '' -- damaged while the message was sent
    elseif verdict == 'later' then
      at = now + tonumber(ARGV[base + 5])
      if ARGV[base + 6] == '1' then pause(now, tonumber(ARGV[base + 5]), scheme_of(urn)) end
      local body = string.sub(queue, from, last)
      rest = ARGV[base + 7] == '1' and head(lane, number, tries + 1, body) .. body .. rest or queue
    else
      settle(KEYS[i], KEYS[i + count], urn, rest == '' and queue or string.sub(queue, 1, last), verdict, detail)
    end
    local more = rest ~= ''
    if not more then
      redis.call('HDEL', OUTBOX, urn)
    elseif rest ~= queue then
      redis.call('HSET', OUTBOX, urn, rest)
    end
    local goes_on, chat_wait = false, 0
    local next_lane, next_number, next_tries, next_from, next_last
    if more then next_lane, next_number, next_tries, next_from, next_last = message_at(rest, 1) end
    if verdict ~= 'later' and next_lane == 'r' and paused_for(now, scheme_of(urn)) == 0 then
      local _
      goes_on, _, chat_wait = pass(urn, READY, now, pace)
    end
    if goes_on then
      claim(urn, next_number, now, process)
      answers[#answers + 1] = { 'ok', 0, urn, next_number, next_lane .. string.sub(rest, next_from, next_last), next_tries }
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

/** A smaller step of the server's clock is a correction of its rate, ms. */
const STEP_MS = 2000;

/**
 * Records a heartbeat, releases claims that expired or whose process died, and deletes elapsed chat clocks.
 * After the server's clock was set back, every time of the outbox moves back with it: nothing waits for the old time.
 * KEYS 1–6 outbox.
 * ARGV this process, silence (ms) after which a process counts as dead, then urns with a send in flight here.
 * Returns how many processes had a heartbeat within the last 10 s.
 */
export const RECOVER = `#!lua flags=allow-oom
${OUTBOX}
local process, silence, LATELY_MS = ARGV[1], tonumber(ARGV[2]), 10000
local in_hand = {}
for i = 3, #ARGV do in_hand[ARGV[i]] = true end
local now = server_ms()
local claims = redis.call('HGETALL', CLAIMS)
local back = tonumber(redis.call('HGET', PACE, 'clock') or '0') - now
if back > ${STEP_MS} then
  for _, times in ipairs({ READY, BULK, PROCESSES }) do
    for _, member in ipairs(redis.call('ZRANGE', times, 0, -1)) do redis.call('ZINCRBY', times, -back, member) end
  end
  for i = 1, #claims, 2 do
    local until_ms, number, owner = claim_of(claims[i + 1])
    if until_ms then
      claims[i + 1] = string.format('%d %s %s', until_ms - back, number, owner)
      redis.call('HSET', CLAIMS, claims[i], claims[i + 1])
    end
  end
end
redis.call('HSET', PACE, 'clock', now)
redis.call('ZADD', PROCESSES, now, process)
redis.call('ZREMRANGEBYSCORE', PROCESSES, '-inf', now - 86400000)
for i = 1, #claims, 2 do
  local urn, until_ms, _, owner = claims[i], claim_of(claims[i + 1])
  local beat = tonumber(redis.call('ZSCORE', PROCESSES, owner) or '0')
  local lapsed = until_ms < now
  -- A commit claimed the message but its reply was lost, or a failover lost what was settled. The reply to a young claim may still arrive.
  local forgotten = owner == process and not in_hand[urn] and until_ms - ${CLAIM_LEASE_MS} < now - ${FORGOTTEN_MS}
  if forgotten or beat < now - silence or (lapsed and not in_hand[urn]) then
    redis.call('HDEL', CLAIMS, urn)
    local queue = redis.call('HGET', OUTBOX, urn)
    if queue then redis.call('ZADD', lane_of(queue), now, urn) end
  end
end
-- An elapsed clock has no effect. A sample of 1,000 covers one second at the fastest pace (1,000 messages/s).
local over = {}
local sample = redis.call('HRANDFIELD', PACE, 1000, 'WITHVALUES')
for i = 1, #sample, 2 do
  if string.find(sample[i], ':', 1, true) and tonumber(sample[i + 1]) <= now then over[#over + 1] = sample[i] end
end
if #over > 0 then redis.call('HDEL', PACE, unpack(over)) end
return redis.call('ZCOUNT', PROCESSES, now - LATELY_MS, '+inf')
`;

/**
 * Enters safe mode after a restore of older data: nothing is sent unasked until an organiser ends it.
 * Waiting messages move to the dead list: they may have been sent before the restore.
 * KEYS 1–6 outbox, 7 dead, 8 meta, 9… leases of the senders. ARGV the restore count that the caller has read,
 * 1 = accepts the data, which processes that know newer ones refuse otherwise.
 * Returns 0 if another process has done so.
 */
export const ENTER_SAFE_MODE = `#!lua flags=allow-oom
${OUTBOX}
local DEAD, META = KEYS[7], KEYS[8]
if tonumber(redis.call('HGET', META, 'restores') or '0') ~= tonumber(ARGV[1]) then return 0 end
if ARGV[2] ~= '1' and redis.call('HEXISTS', META, 'safe_since') == 1 then return 0 end
local queues, dropped = redis.call('HGETALL', OUTBOX), 0
for i = 1, #queues, 2 do
  local queue = queues[i + 1]
  while queue ~= '' do
    local _, _, _, body, rest = first_of(queue)
    redis.call('XADD', DEAD, 'MAXLEN', '~', 1000, '*', 'to', queues[i], 'reason', 'restored', 'message', keepable(body or ''))
    queue, dropped = rest or '', dropped + 1
  end
end
redis.call('DEL', OUTBOX, READY, BULK, CLAIMS, unpack(KEYS, 9))
redis.call('HDEL', META, 'safe_told')
redis.call('HSET', META, 'safe_since', math.floor(server_ms()), 'safe_dropped', dropped)
if ARGV[2] == '1' then redis.call('HINCRBY', META, 'restores', 1) end
return 1
`;
