import { Redis } from 'ioredis';

/** Redis use of the subject so far. */
export type Reading = {
  readonly commands: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** CPU time of the Redis process. */
  readonly redisCpuUs: number;
};

/** Counts this process's Redis commands and Redis's traffic. A script counts as one command. */
export type Meter = {
  read(): Promise<Reading>;
  commands(): number;
  /** HMGETs that were sent; a script's own are not among them. */
  hashReads(): number;
  /** A connection whose commands are not counted. */
  readonly redis: Redis;
  close(): void;
};

/** Starts counting. Open the meter before the subject opens its connections. */
export function openMeter(redisUrl: string): Meter {
  const redis = new Redis(redisUrl);
  let [commands, hashReads] = [0, 0];
  const send = Redis.prototype.sendCommand;
  Redis.prototype.sendCommand = function counted(this: Redis, ...args: Parameters<typeof send>) {
    if (this !== redis) commands += 1;
    if (args[0].name === 'hmget') hashReads += 1;
    return send.apply(this, args);
  };
  return {
    redis,
    commands: () => commands,
    hashReads: () => hashReads,
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
