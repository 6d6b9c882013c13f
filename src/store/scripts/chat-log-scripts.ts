/** Entries kept of one chat. */
const ENTRIES_MAX = 200;
/** A repeat of a send comes soon: it is looked for among this many entries. */
const REPEATS_WITHIN = 50;
/** Chats named in the list that other processes read. */
const TOLD_MAX = 2000;

/**
 * Appends an entry to the log of a web chat. A repeated key changes nothing. The log expires: it is a copy for the page.
 * KEYS log, told, the person, its bell, due bells. ARGV key, body, now (ms), the message it edits ('' = none), urn,
 * lifetime (ms), lifetime for a person without a record (ms), when to ring (ms; '' = never), '1' if it rings in quiet hours.
 * Returns the entry's number, and 1 if it edits an earlier message.
 */
export const APPEND_TO_CHAT = `#!lua
local LOG, TOLD, PERSON, BELL, DUE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local key, body, now, edits, urn = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
for _, entry in ipairs(redis.call('XREVRANGE', LOG, '+', '-', 'COUNT', ${REPEATS_WITHIN})) do
  if entry[2][2] == key then return { tonumber(string.match(entry[1], '^%d+')), entry[2][8] ~= '' and 1 or 0 } end
end
local last = 0
if redis.call('EXISTS', LOG) == 1 then
  local facts = redis.call('XINFO', 'STREAM', LOG)
  for i = 1, #facts, 2 do
    if facts[i] == 'last-generated-id' then last = tonumber(string.match(facts[i + 1], '^%d+')) end
  end
end
if edits ~= '' and #redis.call('XRANGE', LOG, edits, edits) == 0 then edits = '' end
local n = last + 1
redis.call('XADD', LOG, 'MAXLEN', ${ENTRIES_MAX}, n .. '-0', 'key', key, 'body', body, 'at', now, 'edits', edits)
redis.call('PEXPIRE', LOG, redis.call('EXISTS', PERSON) == 1 and ARGV[6] or ARGV[7])
redis.call('XADD', TOLD, 'MAXLEN', '~', ${TOLD_MAX}, '*', 'urn', urn)
redis.call('PEXPIRE', TOLD, ARGV[7])
if ARGV[8] ~= '' and edits == '' and redis.call('EXISTS', BELL) == 1 then
  redis.call('ZADD', DUE, 'LT', ARGV[8], urn)
  if ARGV[9] == '1' then redis.call('HSET', BELL, 'loud', '1') end
end
return { n, edits ~= '' and 1 or 0 }
`;

/**
 * Keeps the subscription of a page. Only a person who is known has one, so that forgetting ends it.
 * KEYS bell, the person. ARGV sealed endpoint. Returns 1 if it was kept.
 */
export const KEEP_BELL = `#!lua
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'endpoint', ARGV[1])
return 1
`;

/**
 * Claims a due ring, or lays it down again after a failure. A bell that was removed meanwhile stays removed.
 * KEYS bell, due bells. ARGV urn, the earliest next ring (ms), failed rings in a row ('' = claims). Returns 1 if it was done.
 */
export const SET_RING = `#!lua
local BELL, DUE = KEYS[1], KEYS[2]
local urn, after, failed = ARGV[1], ARGV[2], ARGV[3]
-- A claim whose answer was lost comes again, with the same time.
if failed == '' and redis.call('ZREM', DUE, urn) == 0 and redis.call('HGET', BELL, 'after') ~= after then return 0 end
if redis.call('EXISTS', BELL) == 0 then return 0 end
redis.call('HSET', BELL, 'after', after)
if failed ~= '' then
  redis.call('HSET', BELL, 'failed', failed)
  redis.call('ZADD', DUE, after, urn)
end
return 1
`;
