/** How long a claim keeps a message from other processes, ms. Longer than any send may take. */
export const CLAIM_LEASE_MS = 30_000;
/** A command without an answer for so long has failed. */
export const COMMAND_TIMEOUT_MS = 3000;
/** A claim of this age that its own process does not know is lost: the answer that told of it can no longer arrive. */
export const FORGOTTEN_MS = COMMAND_TIMEOUT_MS + 500;
/** Chats with waiting messages; a commit that would add to more is refused. */
export const OUTBOX_MAX = 50_000;

/** News that waits for one address at most, and for how long, ms. */
export const HELD_MAX = 20;
export const HELD_MS = 7 * 86_400_000;

/**
 * Lua functions that every script on the outbox begins with.
 * They expect the keys of `outboxKeys` (script-inputs.ts) as KEYS 1–6.
 */
export const OUTBOX = `
local OUTBOX, READY, BULK, CLAIMS, PACE, PROCESSES = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]

local function server_ms()
  local t = redis.call('TIME')
  return t[1] * 1000 + t[2] / 1000
end

-- Encodes what stands before the body of one message. A chat's queue is the concatenation of its messages, oldest first.
local function head(lane, number, tries, body)
  return string.format('%s%s %s %d ', lane, number, tries, #body)
end

-- Finds the message that begins at a place of a queue. Returns lane (r or b), number, tries and the first and last place of
-- its body; nil for a missing or damaged queue. Lua hashes each byte of a new string, so this copies no body.
local function message_at(queue, place)
  local lane, number, tries, length, from = string.match(queue or '', '^(%a)(%d+) (%d+) (%d+) ()', place)
  if not lane then return nil end
  local last = from + tonumber(length) - 1
  if last > #queue then return nil end
  return lane, number, tries, from, last
end

-- Decodes the first message of a queue. Returns lane, number, tries, body and the rest of the queue; nil as above.
local function first_of(queue)
  local lane, number, tries, from, last = message_at(queue, 1)
  if not lane then return nil end
  return lane, number, tries, string.sub(queue, from, last), string.sub(queue, last + 1)
end

-- Returns the body of an undelivered message for the dead list, or '' where it shows its reader's own data.
-- A reader's text cannot fake the mark: JSON escapes every quote in a text.
local function keepable(body)
  return string.find(body, '"apart":true', 1, true) and '' or body
end

-- Returns the lane of a chat. One reply in the queue moves the whole chat to the reply lane: a chat keeps its order (P8).
local function lane_of(queue)
  local lane, _, _, _, last = message_at(queue, 1)
  while lane do
    if lane == 'r' then return READY end
    lane, _, _, _, last = message_at(queue, last + 1)
  end
  return BULK
end

-- Caches the clocks of the pace: each is read once, and all changes are written in one command.
local clocks, moved = {}, {}
local function read_clocks(...)
  local values = redis.call('HMGET', PACE, ...)
  for i, name in ipairs({ ... }) do clocks[name] = tonumber(values[i] or '0') end
end
local function move_clock(name, to)
  clocks[name] = to
  moved[name] = to
end
local function keep_clocks()
  local fields = {}
  for name, to in pairs(moved) do
    fields[#fields + 1] = name
    fields[#fields + 1] = to
  end
  if #fields > 0 then redis.call('HSET', PACE, unpack(fields)) end
end

-- GCRA (ITU-T I.371): 'next' is the theoretical arrival time. Returns the wait (ms, 0 = send now) and the new 'next'.
local function wait_for(next, now, interval, burst)
  local slack = interval * (burst - 1)
  if next > now + slack + interval then next = now end -- the server's clock was set back
  if next - now > slack then return next - now - slack, next end
  return 0, math.max(next, now) + interval
end

-- Decodes 'interval burst bulk-interval chat-interval chat-burst bulk-burst'; intervals in ms.
local function read_pace(words)
  local pace = {}
  for number in string.gmatch(words, '%S+') do pace[#pace + 1] = tonumber(number) end
  return pace
end

local function scheme_of(urn) return string.match(urn, '^[^:]*') end

-- The messages of these channels stay on this server: no service sets them a pace.
local UNPACED = { web = true }

-- WeCom drops more than 30 messages a minute to one member without a word, ms. With a burst of 4 this stays below.
local CHAT_INTERVALS = { wecom = 2250 }

-- Returns the names of a channel's clocks: next, next_bulk, paused_until, paused_ms. Reads them once.
-- Telegram's have bare names, as earlier releases stored them.
local names = {}
local function clocks_of(scheme)
  local known = names[scheme]
  if known then return known end
  local own = scheme == 'telegram' and '' or '/' .. scheme
  known = { next = 'next' .. own, bulk = 'next_bulk' .. own, till = 'paused_until' .. own, ms = 'paused_ms' .. own }
  names[scheme] = known
  -- All four or none are read. A second read would undo a clock that this script has advanced.
  if not clocks[known.next] then read_clocks(known.next, known.bulk, known.till, known.ms) end
  return known
end

-- Admits one message of a chat if the pace of its channel allows it, and advances the clocks.
-- Returns true; or false, the wait of all chats of the channel and the wait of this chat (both ms).
local function pass(urn, lane, now, pace)
  local scheme = scheme_of(urn)
  if UNPACED[scheme] then return true end
  local own = clocks_of(scheme)
  if not clocks[urn] then read_clocks(urn) end
  local wait, next = wait_for(clocks[own.next], now, pace[1], pace[2])
  if wait > 0 then return false, wait, 0 end
  local next_bulk
  if lane == BULK then
    wait, next_bulk = wait_for(clocks[own.bulk], now, pace[3], 1)
    if wait > 0 then return false, wait, 0 end
  end
  local interval = math.max(pace[4], CHAT_INTERVALS[scheme] or 0)
  local chat_wait, chat_next = wait_for(clocks[urn], now, interval, pace[5])
  if chat_wait > 0 then return false, 0, chat_wait end
  move_clock(own.next, next)
  if next_bulk then move_clock(own.bulk, next_bulk) end
  move_clock(urn, chat_next)
  return true
end

-- Pauses all chats of a channel for this long, ms. A longer pause stays.
local function pause(now, ms, scheme)
  local own = clocks_of(scheme)
  if now + ms <= clocks[own.till] then return end
  move_clock(own.till, now + ms)
  move_clock(own.ms, ms)
end

-- Returns how long the pause of a channel still lasts, ms.
local function paused_for(now, scheme)
  if UNPACED[scheme] then return 0 end
  local own = clocks_of(scheme)
  local wait, whole = clocks[own.till] - now, clocks[own.ms]
  if whole > 0 and wait > whole then
    -- The server's clock was set back: the pause begins again, so that the channel's demand is met in full.
    wait = whole
    move_clock(own.till, now + wait)
  end
  return math.max(0, wait)
end

-- True if the key may hold a person: a damaged one of another type must not stop the messages of others.
local function is_person(key)
  return redis.call('TYPE', key).ok == 'hash'
end

-- A claim is a sign of life: without one, another process would count its owner as dead and send the message too.
local alive = false
local function claim(urn, number, now, process)
  if not alive then redis.call('ZADD', PROCESSES, now, process) end
  alive = true
  redis.call('HSET', CLAIMS, urn, string.format('%d %s %s', now + ${CLAIM_LEASE_MS}, number, process))
end

-- Decodes a claim: its expiry (ms), the message's number and the process; nil without a claim.
local function claim_of(value)
  if not value then return nil end
  local until_ms, number, process = string.match(value, '^(%d+) (%d+) (.+)$')
  return tonumber(until_ms), number, process
end
`;
