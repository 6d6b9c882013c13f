import { SAME_DATA } from '../known-data.ts';
import { OUTBOX, OUTBOX_MAX } from './outbox-lua.ts';

// Rules of all scripts. A script reads and checks first and then only writes, so that it never stops halfway.
// Times are the server's, ms. Scripts that free memory carry allow-oom: they must run in a full store.

/** Ends each argument of a commit inside one text: a hundred arguments of their own cost the client a sixth of its call. */
export const ARGUMENT_END = '\x1f';

/**
 * Commits operations one after another: for each checks version and preconditions, then applies every write, message and
 * audit entry. One that fails its checks, or meets a damaged key, leaves the others as they are.
 * KEYS 1–6 outbox, 7 meta, then for each operation its person, seen, and the keys of its checks, writes and audit.
 * ARGV process ('' = do not claim), pace, known data, and for each operation one text, in which `ARGUMENT_END` ends each of these:
 * number of its keys, op id, the person's urn, now (ms, the app's clock), expected version;
 * n fields + name, value…; n checks + (key, field, value)…; n writes + (command, key, n, args…)…;
 * n messages + (urn, lane, body)…; n audit + (what, who)…; with audit entries the key of the audit.
 * An empty field value deletes the field. A check on field '' requires that the key is absent; '<' fewer members than
 * the value; '+' the value as a member; '-' the value not as a member.
 * Returns for each: ok, the new version, then urn, number, body (or =n: the n-th message of this commit), tries of each
 * claimed message; or 'error' and why; or 'other' or 'older', see SAME_DATA.
 */
export const COMMIT = `#!lua
${OUTBOX}
${SAME_DATA}
local META, process = KEYS[7], ARGV[1]
local KINDS = { HSET = 'hash', HDEL = 'hash', HINCRBY = 'hash', ZADD = 'zset', GEOADD = 'zset', ZREM = 'zset', XADD = 'stream', SET = 'string', DEL = 'any', PEXPIRE = 'any', XDEL = 'stream', XTRIM = 'stream' }
local now, pace
-- The types of keys that exist. No key ever changes its type.
local types = {}
-- The operation at work: the keys before its own, its text, and how far that is read.
local base, text, position = 7, '', 1
local PERSON, SEEN, op, person_urn, now_app
local function arg()
  local till = string.find(text, '\\31', position, true)
  local found = string.sub(text, position, till - 1)
  position = till + 1
  return found
end
local function number() return tonumber(arg()) end
local function key() return KEYS[base + number()] end

-- The data were removed, exchanged or restored under the running process.
local data = data_is(META, ARGV[3])

local function duplicate(version)
  -- The first reply may have been lost, with the message that it claimed for this process: return the claim again.
  local _, _, owner = claim_of(redis.call('HGET', CLAIMS, person_urn))
  if owner ~= process then return { 'duplicate', version } end
  local lane, number, tries, body = first_of(redis.call('HGET', OUTBOX, person_urn))
  return { 'duplicate', version, person_urn, number, lane .. body, tries }
end
-- An operation that was committed before is a duplicate, even if its version or checks fail now.
local function conflict(version)
  if redis.call('ZSCORE', SEEN, op) then return duplicate(version) end
  return { 'conflict' }
end

local function commit()
  op, person_urn, now_app = arg(), arg(), number()
  local expected = arg()
  if data ~= 'same' then return { data } end
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
    local key, field, value = key(), arg(), arg()
    if field == '' then
      if redis.call('EXISTS', key) == 1 then return conflict(version) end
    elseif field == '<' then
      if redis.call('ZCARD', key) >= tonumber(value) then return conflict(version) end
    elseif field == '+' or field == '-' then
      if (redis.call('ZSCORE', key, value) ~= false) ~= (field == '+') then return conflict(version) end
    elseif (redis.call('HGET', key, field) or '') ~= value then
      return conflict(version)
    end
  end
  local writes = {}
  for i = 1, number() do
    local command, key, args = arg(), key(), {}
    for a = 1, number() do args[a] = arg() end
    local kind = KINDS[command]
    if not kind then return { 'error', 'command not allowed in a commit: ' .. command } end
    local is = types[key] or redis.call('TYPE', key).ok
    -- The operations of a call mostly share indexes. A missing key may get a type from one of them.
    if is ~= 'none' then types[key] = is end
    if kind ~= 'any' and is ~= 'none' and is ~= kind then return { 'error', 'wrong type at ' .. key .. ': ' .. is } end
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
    if redis.call('HLEN', OUTBOX) >= ${OUTBOX_MAX} then return { 'limit', 'outbox' } end
    -- 64 KiB are about a hundred replies: until they are sent, further updates of this person are refused.
    if urns[1] == person_urn and #(queues[1] or '') > 65536 then return { 'limit', 'chat' } end
  end
  local audit = {}
  for i = 1, number() do audit[i] = { arg(), arg() } end
  local AUDIT
  if #audit > 0 then AUDIT = key() end

  -- The first write detects a duplicate. Every check is done: no later write can fail.
  if redis.call('ZADD', SEEN, 'NX', now_app, op) == 0 then return duplicate(version) end
  -- The key lives 49 h, so one renewal an hour keeps every operation id for at least 48 h.
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

  if not now then
    now, pace = server_ms(), read_pace(ARGV[2])
    read_clocks('seq', 'next', 'next_bulk', 'paused_until', 'paused_ms', unpack(urns))
  end
  local seq = clocks.seq
  move_clock('seq', seq + #messages)
  for i, m in ipairs(messages) do
    local entries = chats[m[1]].entries
    entries[#entries + 1] = head(m[2], seq + i, 0, m[3])
    entries[#entries + 1] = m[3]
  end
  local queued = {}
  for i, urn in ipairs(urns) do
    queued[2 * i - 1] = urn
    local entries = chats[urn].entries
    if queues[i] then table.insert(entries, 1, queues[i]) end
    queued[2 * i] = table.concat(entries)
  end
  redis.call('HSET', OUTBOX, unpack(queued))
  for i, urn in ipairs(urns) do
    local chat = chats[urn]
    if queues[i] then
      -- The chat waits in a lane or is claimed. A reply moves a waiting chat to the reply lane.
      if chat.reply and redis.call('ZREM', BULK, urn) == 1 then redis.call('ZADD', READY, now, urn) end
    elseif not chat.reply then
      redis.call('ZADD', BULK, now, urn)
    else
      local passed, _, chat_wait = false, 0, 0
      if process ~= '' and paused_for(now, scheme_of(urn)) == 0 then passed, _, chat_wait = pass(urn, READY, now, pace) end
      if passed then
        -- The chat was idle, so its first message is one of this commit: the caller has its body.
        local first = string.format('%d', seq + chat.first)
        claim(urn, first, now, process)
        for _, part in ipairs({ urn, first, '=' .. chat.first, '0' }) do answer[#answer + 1] = part end
      else
        redis.call('ZADD', READY, now + chat_wait, urn)
      end
    end
  end
  return answer
end

local answers = {}
for i = 4, #ARGV do
  text, position = ARGV[i], 1
  local own = number()
  PERSON, SEEN = KEYS[base + 1], KEYS[base + 2]
  local done, answer = pcall(commit)
  -- Only a check fails, at a key of another type: the operation has written nothing.
  if not done then answer = { 'error', type(answer) == 'table' and answer.err or tostring(answer) } end
  answers[i - 3] = answer
  base = base + own
end
keep_clocks()
return answers
`;

/**
 * Acquires or renews a lease. KEYS lease, meta. ARGV process, lifetime (ms), 1 = allowed in safe mode, known data.
 * Returns 1 if this process holds the lease now.
 */
export const ACQUIRE_LEASE = `#!lua
${SAME_DATA}
if data_is(KEYS[2], ARGV[4]) ~= 'same' then return 0 end
if ARGV[3] ~= '1' and redis.call('HEXISTS', KEYS[2], 'safe_since') == 1 then return 0 end
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  -- A longer rest than a lifetime: the server's clock was set back, and a dead holder would keep the lease that long.
  if redis.call('PTTL', KEYS[1]) > tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** Records the last use of a console session that still exists. KEYS console. ARGV session field, seen field, now (ms). Returns 1. */
export const TOUCH_SESSION = `#!lua
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[2], ARGV[3]) end
return 1
`;

/** Releases a lease if this process holds it. KEYS lease. ARGV process. Returns 1. */
export const RELEASE_LEASE = `#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;

/**
 * Makes a write, to show that the store takes reports; none into other or older data. KEYS meta. ARGV known data, now (ms).
 * Returns 'same', 'other' or 'older'; see SAME_DATA.
 */
export const PROBE = `#!lua
${SAME_DATA}
local data = data_is(KEYS[1], ARGV[1])
if data == 'same' then redis.call('HSET', KEYS[1], 'probed_at', ARGV[2]) end
return data
`;

/** Sets the missing fields of a city's meta hash, once for all processes. KEYS meta. ARGV field, value… Returns all fields. */
export const INIT_META = `#!lua
for i = 1, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
return redis.call('HGETALL', KEYS[1])
`;

/**
 * Reads the same fields of many hashes. KEYS hashes. ARGV field… Returns one text for each: the values with `ARGUMENT_END`
 * between them, '' for a missing field. A list of single values costs the client twice as much.
 * A key of another type gives WRONGTYPE in each field: it must not stop the reading of the others.
 */
export const READ_FIELDS = `#!lua flags=no-writes
local answer = {}
for k, key in ipairs(KEYS) do
  local values = redis.pcall('HMGET', key, unpack(ARGV))
  for i = 1, #ARGV do values[i] = values.err and 'WRONGTYPE' or values[i] or '' end
  answer[k] = table.concat(values, '\\31', 1, #ARGV)
end
return answer
`;

/**
 * Reads the members of many sorted sets from a score on. KEYS sorted sets. ARGV the least score.
 * Returns one text for each: the members with `ARGUMENT_END` between them. A key of another type has none.
 */
export const READ_RANGES = `#!lua flags=no-writes
local answer = {}
for k, key in ipairs(KEYS) do
  local members = redis.pcall('ZRANGE', key, ARGV[1], '+inf', 'BYSCORE')
  answer[k] = table.concat(members, '\\31')
end
return answer
`;

/**
 * Searches several geo indexes around one point. KEYS geo indexes. ARGV longitude, latitude, metres, members of each at most.
 * Returns member and distance (metres) of each found, nearest first within an index.
 */
export const FIND_NEAR = `#!lua flags=no-writes
local found = {}
for _, index in ipairs(KEYS) do
  local near = redis.call('GEOSEARCH', index, 'FROMLONLAT', ARGV[1], ARGV[2], 'BYRADIUS', ARGV[3], 'm', 'ASC', 'COUNT', ARGV[4], 'WITHDIST')
  for _, one in ipairs(near) do
    found[#found + 1] = one[1]
    found[#found + 1] = one[2]
  end
end
return found
`;
