/** Messages and times of WeChat's windows: after words, and after a tap. */
const [SAID, SAID_MS, TOUCHED, TOUCHED_MS] = [5, 172_800_000, 3, 60_000];

/** Lua: the two windows of a person as { left, until (ms), field names }, by the hash at KEYS[1]. */
const WINDOWS = `
local function windows()
  local values = redis.call('HMGET', KEYS[1], 'said_left', 'said_until', 'touched_left', 'touched_until')
  local found = {}
  for i, name in ipairs({ 'said', 'touched' }) do
    found[i] = { left = tonumber(values[2 * i - 1] or '0'), till = tonumber(values[2 * i] or '0'), name = name }
  end
  return found
end
`;

/**
 * Opens a window of a person; an act older than the one that opened it changes nothing.
 * KEYS window. ARGV said | touched, when (ms). Returns 1.
 */
export const OPEN_WINDOW = `#!lua
local left, lasts = ${SAID}, ${SAID_MS}
if ARGV[1] == 'touched' then left, lasts = ${TOUCHED}, ${TOUCHED_MS} end
local till = tonumber(ARGV[2]) + lasts
if tonumber(redis.call('HGET', KEYS[1], ARGV[1] .. '_until') or '0') > till then return 1 end
redis.call('HSET', KEYS[1], ARGV[1] .. '_left', left, ARGV[1] .. '_until', till)
redis.call('PEXPIRE', KEYS[1], ${SAID_MS})
return 1
`;

/**
 * Takes one message from every open window of a person, as the platform counts; a repeat of the key takes none.
 * KEYS window. ARGV now (ms), 1 or -1 (back), the message's key.
 * Returns ok, window (none is open) or count (none has a message left).
 */
export const SPEND_WINDOW = `#!lua
${WINDOWS}
local now, by, key = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local last = redis.call('HGET', KEYS[1], 'last')
if (by > 0) == (last == key) then return 'ok' end
local open, left = {}, 0
for _, window in ipairs(windows()) do
  if now < window.till then
    open[#open + 1] = window
    left = math.max(left, window.left)
  end
end
if #open == 0 then return 'window' end
if by > 0 and left == 0 then return 'count' end
for _, window in ipairs(open) do
  redis.call('HSET', KEYS[1], window.name .. '_left', math.max(0, window.left - by))
end
if by > 0 then redis.call('HSET', KEYS[1], 'last', key) else redis.call('HDEL', KEYS[1], 'last') end
return 'ok'
`;
