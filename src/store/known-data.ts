/** Counters that only grow. A smaller value than before means that older data were restored. */
export type StorePosition = { readonly restores: number; readonly audited: number };

/** True if the data are older than when they were last seen and no process has recorded the restore. */
export function isBehind(now: StorePosition, seen: StorePosition): boolean {
  return now.restores < seen.restores || (now.restores === seen.restores && now.audited < seen.audited);
}

/** What a process knows of its store's data. */
export type KnownData = {
  /** Identity of the data since their first start. */
  readonly instance: string;
  /** Records the counters as just read. */
  saw(position: StorePosition): void;
  /**
   * The counters before the longest loss of a failover. Data behind them are a restored backup: newer data exist elsewhere, so
   * this process must not change the older ones.
   */
  least(): StorePosition;
  /** Instance and least counters for the scripts; see SAME_DATA. */
  text(): string;
};

/** Opens the knowledge of the data of this instance. A failover may lose the commits of the last `failoverLossMs`. */
export function openKnownData(
  instance: string,
  failoverLossMs: number,
  clock: () => number = () => performance.now(),
): KnownData {
  let least: StorePosition = { restores: 0, audited: 0 };
  let recent: (StorePosition & { readonly at: number })[] = [];
  const now = () => {
    const before = clock() - failoverLossMs;
    for (const one of recent) if (one.at <= before && !isBehind(one, least)) least = one;
    recent = recent.filter(({ at }) => at > before);
    return least;
  };
  return {
    instance,
    saw(position) {
      recent.push({ ...position, at: clock() });
    },
    least: now,
    text() {
      const { restores, audited } = now();
      return `${instance} ${restores} ${audited}`;
    },
  };
}

/**
 * A Lua function: 'same' if the hash META holds the data that a process knows (`KnownData.text`), at least as far as it knows
 * them, or with a recorded restore since; 'other' if another store's, 'older' if those of a backup that no operator has accepted.
 */
export const SAME_DATA = `
local function data_is(META, known)
  local instance, restores, audited = string.match(known, '^(%S*) (%d+) (%d+)$')
  local own = redis.call('HMGET', META, 'instance', 'restores', 'audit_seq')
  if own[1] ~= instance then return 'other' end
  local behind = tonumber(own[2] or '0') - tonumber(restores)
  if behind == 0 then behind = tonumber(own[3] or '0') - tonumber(audited) end
  return behind < 0 and 'older' or 'same'
end
`;
