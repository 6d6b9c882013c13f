/** Returns 0 if another process holds the lease or the run has started. KEYS 1 lease, 2 run. ARGV 1 process. */
const REQUIRE_NOT_STARTED = `
local holder = redis.call('GET', KEYS[1])
if (holder and holder ~= ARGV[1]) or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
`;

/**
 * Freezes a part of the recipient list.
 * KEYS lease, run, audience. ARGV process, 1 = discard earlier parts, then number and recipients of each chunk.
 * Returns 0 if another process holds the lease or the run has started.
 */
export const FREEZE_AUDIENCE = `#!lua
${REQUIRE_NOT_STARTED}
if ARGV[2] == '1' then redis.call('DEL', KEYS[3]) end
if #ARGV > 2 then redis.call('HSET', KEYS[3], unpack(ARGV, 3)) end
return 1
`;

/**
 * Lays one more chunk of recipients down; the first one starts the run, which sends while later ones are laid.
 * KEYS lease, run, audience, sending, outcomes. ARGV process, id, recipient laid last ('' before the first chunk),
 * last recipient of this chunk ('' if it completes the audience), number of the chunk, its recipients, their count, kind,
 * longest duration (ms), turn.
 * Returns 0 if another process holds the lease or the chunk was laid already.
 */
export const LAY_CHUNK = `#!lua
local holder = redis.call('GET', KEYS[1])
local run = redis.call('HMGET', KEYS[2], 'state', 'laid', 'total', 'settled')
if (holder and holder ~= ARGV[1]) or (run[1] and not run[2]) or (run[2] or '') ~= ARGV[3] then return 0 end
local t = redis.call('TIME')
local now, count, complete = t[1] * 1000, tonumber(ARGV[7]), ARGV[4] == ''
local total = tonumber(run[3] or '0') + count
if not run[1] then
  redis.call('HSET', KEYS[2], 'state', count > 0 and 'sending' or 'ended', 'cursor', 0, 'settled', 0, 'kind', ARGV[8], 'not_after', now + tonumber(ARGV[9]))
  if count > 0 then redis.call('ZADD', KEYS[4], ARGV[10], ARGV[2]) end
end
if count > 0 then
  redis.call('HSET', KEYS[3], ARGV[5], ARGV[6])
  redis.call('SETRANGE', KEYS[5], total - 1, '\\0')
end
redis.call('HSET', KEYS[2], 'total', total, 'laid', ARGV[4])
if complete then
  redis.call('HDEL', KEYS[2], 'laid')
  if total > 0 and run[1] ~= 'ended' and tonumber(run[4] or '0') >= total then
    redis.call('HSET', KEYS[2], 'state', 'ended', 'why', 'done', 'ended_at', now)
    redis.call('ZREM', KEYS[4], ARGV[2])
  end
end
return 1
`;

/**
 * Starts a run once its recipient list is frozen.
 * KEYS lease, run, sending, outcomes. ARGV process, id, total, kind, longest duration (ms), turn (score in the list of runs).
 * Returns 0 if another process holds the lease or the run has started.
 */
export const START_RUN = `#!lua
${REQUIRE_NOT_STARTED}
local total, t = tonumber(ARGV[3]), redis.call('TIME')
local not_after = t[1] * 1000 + tonumber(ARGV[5])
redis.call('HSET', KEYS[2], 'state', total > 0 and 'sending' or 'ended', 'total', total, 'cursor', 0, 'settled', 0, 'kind', ARGV[4], 'not_after', not_after)
if total > 0 then
  redis.call('SETRANGE', KEYS[4], total - 1, '\\0')
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[2])
end
return 1
`;
