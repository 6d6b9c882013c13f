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
