import { HELD_MAX, HELD_MS, OUTBOX } from './outbox-lua.ts';

/** An announcement pauses at this many unknown outcomes… */
const UNKNOWN_MIN = 25;
/** …if more than one settled recipient in this many is unknown. An organiser then decides. */
const UNKNOWN_ONE_IN = 20;
/** Wait for recipients that are being laid down, ms. */
const LAYING_WAIT_MS = 10;
/** Recipients of paused channels that the cursor may pass: each takes memory until its channel goes on. */
const PASSED_MAX = 50_000;
/** Delivered recipients at most this many places apart are written together. */
const NEIGHBOURS = 100;

/**
 * Lua that every script of a broadcast's run begins with.
 * Recipients have a fixed order. The cursor passes a recipient before the call goes out.
 * So a place below the cursor with neither an outcome nor a retry is in flight.
 * Only the holder of the lease may send; a process that lost it gets 'fenced'.
 */
const RUN = `
${OUTBOX}
local LEASE, SENDING, RUN, AGAIN, PLACES = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]

local function finish(id, why, now)
  redis.call('HSET', RUN, 'state', 'ended', 'why', why, 'ended_at', now)
  redis.call('ZREM', SENDING, id)
end
`;

/**
 * Claims the next recipients within the pace of their channels. Due replies of the outbox go first. A recipient whose channel
 * pauses is tried again after the pause if others behind can go on; a channel at its rate is waited for.
 * KEYS 1–6 outbox, 7 lease, 8 sending, 9 run, 10 again, 11… the persons at the places from `first` on.
 * ARGV process, id, recipients at most, pace, first, length of a person's key before its URN, due retries ('place channel' each).
 * Returns the run's state, the wait until the next claim (ms), the recipients' places (retries first), four fields of each
 * recipient from `first` on: contact, its sum, gone, the chat's pace clock; retries that are due and not claimed, and the cursor.
 * Or fenced.
 */
export const CLAIM_RECIPIENTS = `#!lua
${RUN}
local process, id, most, pace, first = ARGV[1], ARGV[2], tonumber(ARGV[3]), read_pace(ARGV[4]), tonumber(ARGV[5])
if redis.call('GET', LEASE) ~= process then return { 'fenced' } end
local run = redis.call('HMGET', RUN, 'state', 'total', 'cursor', 'not_after', 'laid')
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
if redis.call('ZCOUNT', READY, '-inf', now) > 0 then return { state, '10', {}, {}, {}, cursor } end

-- Admits one message on a channel. Returns the wait (ms, 0 = admitted), and true if the channel pauses.
local function admit(scheme)
  if UNPACED[scheme] then return 0 end
  local own = clocks_of(scheme)
  local paused = paused_for(now, scheme)
  if paused > 0 then return paused, true end
  local all_wait, next = wait_for(clocks[own.next], now, pace[1], pace[2])
  local bulk_wait, next_bulk = wait_for(clocks[own.bulk], now, pace[3], pace[6])
  local wait = math.max(all_wait, bulk_wait)
  if wait == 0 then
    move_clock(own.next, next)
    move_clock(own.bulk, next_bulk)
  end
  return wait
end

local places, people, urns, soonest = {}, {}, {}, nil
local function wait_at_most(ms) soonest = math.min(soonest or ms, ms) end
for place, scheme in string.gmatch(ARGV[7], '(%d+) (%a+)') do
  local at = #places < most and redis.call('ZSCORE', AGAIN, place)
  if at and tonumber(at) <= now then
    local wait, pauses = admit(scheme)
    if wait == 0 then
      redis.call('ZREM', AGAIN, place)
      places[#places + 1] = tonumber(place)
    else
      if pauses then redis.call('ZADD', AGAIN, now + wait, place) end
      wait_at_most(wait)
    end
  end
end

-- The channel of the address that a person's message goes to first. JSON escapes every quote in a text.
local function scheme_at(i, contact)
  return string.match(contact, '"speaks":"(%a+):') or scheme_of(string.sub(KEYS[i], ARGV[6] + 1))
end
local function others_go_on(i)
  for k = i + 1, #KEYS do
    if paused_for(now, scheme_of(string.sub(KEYS[k], ARGV[6] + 1))) == 0 then
      return redis.call('ZCARD', AGAIN) < ${PASSED_MAX}
    end
  end
  return false
end
if cursor == first then
  for i = 11, #KEYS do
    if #places >= most or cursor >= total then break end
    local values = redis.pcall('HMGET', KEYS[i], 'contact', 'contact_sum', 'gone')
    local wait, pauses = admit(scheme_at(i, values.err and '' or values[1] or ''))
    if wait > 0 and not (pauses and others_go_on(i)) then
      wait_at_most(wait)
      break
    elseif wait > 0 then
      redis.call('ZADD', AGAIN, now + wait, cursor)
    else
      local n = #people
      for j = 1, 3 do people[n + j] = values.err and 'WRONGTYPE' or values[j] or '' end
      people[n + 4] = ''
      urns[#urns + 1] = string.sub(KEYS[i], ARGV[6] + 1)
      places[#places + 1] = cursor
    end
    cursor = cursor + 1
  end
  if cursor > first then redis.call('HSET', RUN, 'cursor', cursor) end
end
keep_clocks()
local chats = #urns > 0 and redis.call('HMGET', PACE, unpack(urns)) or {}
for i = 1, #urns do people[4 * i] = chats[i] or '' end
local due = redis.call('ZRANGE', AGAIN, '-inf', now, 'BYSCORE', 'LIMIT', 0, most)
local wait = soonest or 0
if not soonest and #due == 0 and cursor >= total then
  -- Only retries and calls in flight are left: wait for the first retry, or 1 s; less while recipients are laid down.
  local next = redis.call('ZRANGE', AGAIN, 0, 0, 'WITHSCORES')
  wait = next[2] and math.max(1, tonumber(next[2]) - now) or 1000
  if run[5] then wait = math.min(wait, ${LAYING_WAIT_MS}) end
end
return { state, tostring(math.ceil(wait)), places, people, due, cursor }
`;

/**
 * Records outcomes of recipients. The first outcome of a recipient counts.
 * KEYS 1–6 outbox, 7 lease, 8 sending, 9 run, 10 again, 11 outcomes, 12 messages, 13 copies, 14… those that each `more` names:
 * a person for each of its `gone`, then the held list and its person for each of its `holds`.
 * ARGV process, id, delivered ('place message channel' each, by ascending place; message 0 = without an id), then for each
 * other recipient: place, outcome (one letter, or 'later'), detail, ms, more.
 * detail: the reason (x, the whole broadcast stops); the channel that pauses (later; '' = none).
 * more: '' or JSON of ways (letter and channel of each address), copies (as stored, if changed), gone (the reason of each),
 * held (a message that waits) and holds (at how many addresses).
 * Returns the run's state, or fenced.
 */
export const RECORD_OUTCOMES = `#!lua flags=allow-oom
${RUN}
local process, id, MESSAGES, COPIES = ARGV[1], ARGV[2], KEYS[12], KEYS[13]
if redis.call('GET', LEASE) ~= process then return 'fenced' end
local now = server_ms()
local counts, ways, settled, own = {}, {}, 0, 13
local function count_way(channel, letter)
  local way = 'way:' .. channel .. ':' .. letter
  ways[way] = (ways[way] or 0) + 1
end
local run = redis.call('HMGET', RUN, 'kind', 'state', 'total', 'laid')
local urgent, state = run[1] == 'urgent', run[2]

-- Neighbours are written at once: a command for each recipient costs more than the bytes between them.
local delivered, at = {}, 1
for place, message, channel in string.gmatch(ARGV[3], '(%d+) (%d+) (%a*)') do
  delivered[#delivered + 1] = { tonumber(place), tonumber(message), channel }
end
while delivered[at] do
  local from, last, any = delivered[at][1], at, false
  while delivered[last + 1] and delivered[last + 1][1] - delivered[last][1] <= ${NEIGHBOURS} do last = last + 1 end
  local cells = delivered[last][1] - from + 1
  local had = redis.call('GETRANGE', PLACES, from, from + cells - 1)
  local ids = redis.call('GETRANGE', MESSAGES, from * 4, (from + cells) * 4 - 1)
  had, ids = had .. string.rep('\\0', cells - #had), ids .. string.rep('\\0', cells * 4 - #ids)
  local letters, numbers, next = {}, {}, 0
  for i = at, last do
    local cell = delivered[i][1] - from
    if cell >= next and string.byte(had, cell + 1) < 2 then
      letters[#letters + 1] = string.sub(had, next + 1, cell) .. 'd'
      count_way(delivered[i][3], 'd')
      numbers[#numbers + 1] = string.sub(ids, next * 4 + 1, cell * 4)
      if delivered[i][2] > 0 then
        numbers[#numbers + 1] = struct.pack('>I4', delivered[i][2])
        any = true
      else
        numbers[#numbers + 1] = string.sub(ids, cell * 4 + 1, cell * 4 + 4)
      end
      next = cell + 1
    end
  end
  redis.call('SETRANGE', PLACES, from, table.concat(letters))
  if any then redis.call('SETRANGE', MESSAGES, from * 4, table.concat(numbers)) end
  settled = settled + #letters
  at = last + 1
end
if settled > 0 then counts.d = settled end
for i = 4, #ARGV, 5 do
  local place, outcome, detail, at = tonumber(ARGV[i]), ARGV[i + 1], ARGV[i + 2], now + tonumber(ARGV[i + 3])
  local more = ARGV[i + 4] == '' and {} or cjson.decode(ARGV[i + 4])
  local gone, had = more.gone or {}, redis.call('GETRANGE', PLACES, place, place)
  local retries = outcome == 'u' and urgent and string.byte(had) ~= 1
  -- A repeated call has written these copies before.
  if (had == '' or string.byte(had) < 2) and not (more.copies and redis.call('HGET', COPIES, place) == more.copies) then
    if more.copies then redis.call('HSET', COPIES, place, more.copies) end
    for _, way in ipairs(retries and {} or more.ways or {}) do count_way(way[2], way[1]) end
    for k, reason in ipairs(gone) do
      if redis.call('EXISTS', KEYS[own + k]) == 1 then
        redis.call('HSET', KEYS[own + k], 'gone', reason)
        redis.call('HINCRBY', KEYS[own + k], 'version', 1)
      end
    end
    for k = 1, more.holds or 0 do
      local HELD, PERSON = KEYS[own + #gone + 2 * k - 1], KEYS[own + #gone + 2 * k]
      -- News about the person's own affairs is not displaced, and a person without a record was forgotten.
      if is_person(PERSON) and redis.call('LLEN', HELD) < ${HELD_MAX} then
        redis.call('RPUSH', HELD, more.held)
        redis.call('PEXPIRE', HELD, ${HELD_MS})
        redis.call('HINCRBY', PERSON, 'held', 1)
        redis.call('HINCRBY', PERSON, 'version', 1)
      end
    end
    if retries then
      -- An urgent message must reach everyone: retry once. Byte 1 marks the retry.
      redis.call('SETRANGE', PLACES, place, '\\1')
      redis.call('ZADD', AGAIN, at, place)
    elseif outcome == 'later' or outcome == 'x' then
      redis.call('ZADD', AGAIN, at, place)
      if outcome == 'later' and detail ~= '' then pause(now, tonumber(ARGV[i + 3]), detail) end
      if outcome == 'x' and state == 'sending' then
        state = 'paused'
        redis.call('HSET', RUN, 'state', state, 'why', detail)
      end
    else
      redis.call('SETRANGE', PLACES, place, outcome)
      counts[outcome] = (counts[outcome] or 0) + 1
      settled = settled + 1
    end
  end
  own = own + #gone + 2 * (more.holds or 0)
end
for way, n in pairs(ways) do redis.call('HINCRBY', RUN, way, n) end
for outcome, n in pairs(counts) do redis.call('HINCRBY', RUN, 'outcome:' .. outcome, n) end
keep_clocks()
local all = redis.call('HINCRBY', RUN, 'settled', settled)
if counts.u and not urgent and state == 'sending' then
  -- Pause at too many unknown outcomes. Those that an organiser accepted (let_pass) do not count again.
  local unknown = tonumber(redis.call('HGET', RUN, 'outcome:u')) - tonumber(redis.call('HGET', RUN, 'let_pass') or '0')
  if unknown >= ${UNKNOWN_MIN} and unknown * ${UNKNOWN_ONE_IN} > all then
    state = 'paused'
    redis.call('HSET', RUN, 'state', state, 'why', 'unknowns')
  end
end
if all < tonumber(run[3]) or run[4] or state == 'ended' then return state end
finish(id, 'done', now)
return 'ended'
`;

/**
 * Settles the calls that another process had in flight when it lost the lease: their outcome is unknown.
 * An announcement records u. An urgent broadcast retries once; byte 1 marks the retry.
 * KEYS 1–6 outbox, 7 lease, 8 sending, 9 run, 10 again, 11 outcomes. ARGV process, id.
 * Returns the number of such calls, -1 = fenced.
 */
export const TAKE_OVER = `#!lua flags=allow-oom
${RUN}
if redis.call('GET', LEASE) ~= ARGV[1] then return -1 end
local run = redis.call('HMGET', RUN, 'cursor', 'kind', 'total', 'state', 'laid')
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
  if all >= tonumber(run[3]) and not run[5] and run[4] ~= 'ended' then finish(ARGV[2], 'done', now) end
end
return found
`;

/**
 * Counts an announcement that waited for its reader as delivered. Safe to repeat.
 * KEYS run, outcomes, copies. ARGV place, address that got it, message ('' = without an id).
 * Returns 1 if it waited, -1 if its outcome is not recorded yet.
 */
export const COUNT_FLUSHED = `#!lua flags=allow-oom
local RUN, PLACES, COPIES, place, urn = KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2]
local copies = redis.call('HGET', COPIES, place)
if not copies then
  local state, outcome = redis.call('HGET', RUN, 'state'), redis.call('GETRANGE', PLACES, place, place)
  return state and state ~= 'ended' and (outcome == '' or string.byte(outcome) < 2) and -1 or 0
end
local lines, waits = {}, nil
local counted = 'd ' .. urn .. ' ' .. ARGV[3]
for line in string.gmatch(copies, '[^\\n]+') do
  lines[#lines + 1] = line
  -- The call is a repeat: another address may still wait.
  if line == counted then return 0 end
  -- News of an address that was taken off goes to another one.
  if string.sub(line, 1, 2) == 'w ' and (not waits or string.match(line, '^w (%S+)') == urn) then waits = #lines end
end
if not waits then return 0 end
local from = string.match(lines[waits], '^w ([^:]+)')
lines[waits] = counted
redis.call('HSET', COPIES, place, table.concat(lines, '\\n'))
redis.call('HINCRBY', RUN, 'way:' .. from .. ':w', -1)
redis.call('HINCRBY', RUN, 'way:' .. string.match(urn, '^[^:]+') .. ':d', 1)
if redis.call('GETRANGE', PLACES, place, place) == 'w' then
  redis.call('SETRANGE', PLACES, place, 'd')
  redis.call('HINCRBY', RUN, 'outcome:w', -1)
  redis.call('HINCRBY', RUN, 'outcome:d', 1)
end
return 1
`;
