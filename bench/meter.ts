import { Redis } from 'ioredis';

/** What the subject has asked of Redis so far. */
export type Reading = {
  readonly commands: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** What the Redis process itself has used. */
  readonly redisCpuUs: number;
};

/** Counts this process's commands where they leave it (what a script does inside counts as one) and Redis's own bytes. */
export type Meter = {
  read(): Promise<Reading>;
  commands(): number;
  /** A connection that is not counted. */
  readonly redis: Redis;
  close(): void;
};

/** Begins to count; to be opened before the subject opens its connections. */
export function openMeter(redisUrl: string): Meter {
  const redis = new Redis(redisUrl);
  let commands = 0;
  const send = Redis.prototype.sendCommand;
  Redis.prototype.sendCommand = function counted(this: Redis, ...args: Parameters<typeof send>) {
    if (this !== redis) commands += 1;
    return send.apply(this, args);
  };
  return {
    redis,
    commands: () => commands,
    async read() {
      const info = await redis.info('stats', 'cpu');
      const figure = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? Number.NaN);
      return {
        commands,
        bytesIn: figure('total_net_input_bytes'),
        bytesOut: figure('total_net_output_bytes'),
        redisCpuUs: (figure('used_cpu_user') + figure('used_cpu_sys')) * 1e6,
      };
    },
    close: () => redis.disconnect(),
  };
}
