import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, StoreKind } from '../../config.ts';
import { sentinelsOf } from '../../redis-url.ts';
import type { Connection } from '../connect.ts';
import { keysOf } from '../keys.ts';
import { isBehind } from '../known-data.ts';
import { inPairs } from '../records/in-pairs.ts';
import { checkSharedKeys } from '../shared-keys.ts';
import { SCHEMA } from '../store.ts';
import type { SeenStoreFile } from './remember-store.ts';
import { loadSeenStore } from './remember-store.ts';
import type { StartFinding } from './start-finding.ts';
import { refuse, warn } from './start-finding.ts';
import { checkKind } from './store-kind.ts';

/** Input of the start gate besides Redis itself. */
export type GateSettings = SeenStoreFile & {
  readonly url: string;
  readonly kind: StoreKind;
  /** The operator has checked the durability of a store that hides its settings. */
  readonly settingsChecked: boolean;
};

type GateConfig = Pick<Config, 'city' | 'kind' | 'dataDir' | 'redisSettingsChecked'>;

/** Makes the gate's settings for a city; its seen-store file lies in the data folder. */
export function gateFor(
  { city, kind, dataDir, redisSettingsChecked: settingsChecked }: GateConfig,
  url: string,
): GateSettings {
  return { city, kind, url, seenStoreFile: join(dataDir, `store-${city}.json`), settingsChecked };
}

/** Checks that reports are safe in the store. An empty list means that they are. */
export async function checkStore(
  redis: Connection,
  settings: GateSettings,
  now: number,
): Promise<readonly StartFinding[]> {
  const info = readInfo(await redis.info());
  const config = await readConfig(redis);
  const broken = await checkSharedKeys(redis, keysOf(settings.city));
  // Later checks read these keys.
  if (broken.length > 0) return broken;
  const meta = await redis.hgetall(keysOf(settings.city).meta);
  const [seconds] = (await redis.time()).map(Number);
  return [
    ...checkServer(info),
    ...checkDurability(info, config, settings.settingsChecked),
    ...checkMemory(info, config),
    ...checkAccess(settings.url),
    ...(await checkKind(redis, settings.city, settings.kind)),
    ...checkMeta(meta, settings),
    ...checkFormerOutbox(await redis.zcard(keysOf(settings.city).formerOutbox.queue)),
    ...checkClock((seconds ?? 0) * 1000, now),
  ];
}

type StoreFacts = ReadonlyMap<string, string>;

function checkServer(info: StoreFacts): readonly StartFinding[] {
  const findings: StartFinding[] = [];
  const version = info.get('redis_version') ?? '0';
  if (Number.parseInt(version, 10) < 7) {
    findings.push(refuse(`Redis ${version} is too old.`, 'Install Redis 7.0 or newer, or Valkey.'));
  }
  if (info.get('role') === 'slave') {
    findings.push(refuse('This Redis is a replica.', 'Point REDIS_URL at the primary.'));
  }
  return findings;
}

function checkDurability(
  info: StoreFacts,
  config: StoreFacts | undefined,
  settingsChecked: boolean,
): readonly StartFinding[] {
  const findings: StartFinding[] = [];
  if (info.get('aof_enabled') !== '1') {
    findings.push(
      refuse('Redis keeps no append-only file: a crash would lose reports.', 'Set `appendonly yes` in redis.conf.'),
    );
  }
  if (info.get('aof_last_write_status') === 'err' || info.get('rdb_last_bgsave_status') === 'err') {
    findings.push(refuse('Redis could not write its last file.', 'Free space on its disk, then restart Redis.'));
  }
  if (!config) {
    if (!settingsChecked) {
      findings.push(
        refuse(
          'Redis hides its settings (CONFIG GET is not allowed).',
          'Check that it runs with appendfsync always and maxmemory-policy noeviction, then set REDIS_SETTINGS_CHECKED=yes.',
        ),
      );
    }
    return findings;
  }
  const fsync = config.get('appendfsync');
  if (fsync === 'no') {
    findings.push(refuse('Redis never forces its file to disk (appendfsync no).', 'Set `appendfsync always`.'));
  } else if (fsync === 'everysec') {
    findings.push(warn('A power cut may lose up to two seconds (appendfsync everysec).', 'Set `appendfsync always`.'));
  }
  return findings;
}

function checkMemory(info: StoreFacts, config: StoreFacts | undefined): readonly StartFinding[] {
  const findings: StartFinding[] = [];
  const policy = config?.get('maxmemory-policy') ?? info.get('maxmemory_policy');
  if (policy && policy !== 'noeviction') {
    findings.push(refuse(`Redis may evict reports (${policy}).`, 'Set `maxmemory-policy noeviction`.'));
  }
  const limit = Number(info.get('maxmemory') ?? 0);
  const used = Number(info.get('used_memory') ?? 0);
  if (limit > 0 && used > limit * 0.75) {
    findings.push(warn(`Redis uses ${Math.round((100 * used) / limit)} % of its memory.`, 'Raise maxmemory.'));
  }
  return findings;
}

type Node = { readonly hostname: string; readonly password: string; readonly protocol: string };

/** The nodes that a REDIS_URL names. */
function nodesOf(url: string): readonly Node[] {
  const group = sentinelsOf(url);
  if (!group) return url.split(',').map((one) => new URL(one.trim()));
  return group.sentinels.map(({ host }) => ({ hostname: host, password: group.password ?? '', protocol: 'redis:' }));
}

function checkAccess(url: string): readonly StartFinding[] {
  const findings: StartFinding[] = [];
  for (const { hostname, password, protocol } of nodesOf(url)) {
    const local = ['127.0.0.1', 'localhost', '[::1]', ''].includes(hostname) || /^[\w-]+$/.test(hostname);
    if (local) continue;
    if (!password) {
      findings.push(refuse(`Redis at ${hostname} has no password.`, 'Put it into REDIS_URL: redis://:password@host.'));
    } else if (protocol !== 'rediss:') {
      findings.push(
        warn(
          `The connection to Redis at ${hostname} is not encrypted.`,
          'Use rediss:// if Redis is on another machine.',
        ),
      );
    }
  }
  return findings;
}

function checkMeta(meta: Readonly<Record<string, string>>, settings: GateSettings): readonly StartFinding[] {
  const schema = Number(meta.schema ?? SCHEMA);
  if (schema > SCHEMA) {
    return [refuse(`The data has version ${schema}; this code knows ${SCHEMA}.`, 'Start the newer release of Anlin.')];
  }
  return checkSeenStore(meta, settings);
}

function checkSeenStore(
  meta: Readonly<Record<string, string>>,
  { city, seenStoreFile }: SeenStoreFile,
): readonly StartFinding[] {
  if (!existsSync(seenStoreFile)) return [];
  const seen = loadSeenStore(seenStoreFile);
  if (!seen) return [refuse(`${seenStoreFile} cannot be read.`, 'Remove the file if this is the right store.')];
  if (seen.city !== city) return [];
  if (seen.instance === meta.instance) {
    const now = { restores: Number(meta.restores ?? 0), audited: Number(meta.audit_seq ?? 0) };
    if (!isBehind(now, seen)) return [];
    return [
      {
        level: 'safe_mode',
        what: `The store is older than at the last start (${now.audited} audit entries instead of ${seen.audited}).`,
        cure: 'If you did not restore a backup on purpose, stop and find the newer data. Nothing goes out by itself until an organiser ends this in the chat (/safe).',
      },
    ];
  }
  const cure = `Restore the backup, or point REDIS_URL at the right store; to start with new data on purpose, remove ${seenStoreFile}.`;
  if (!meta.instance) return [refuse(`The store is empty, but city "${city}" had data in it.`, cure)];
  return [refuse(`The store holds other data of city "${city}" than at the last start.`, cure)];
}

function checkFormerOutbox(waiting: number): readonly StartFinding[] {
  if (waiting === 0) return [];
  const cure = 'Start that release once more until its /health says messages_waiting 0, stop it, then start this one.';
  return [refuse(`${waiting} messages of the release before still wait to be sent.`, cure)];
}

function checkClock(server: number, now: number): readonly StartFinding[] {
  const apart = Math.abs(server - now) / 1000;
  if (apart > 30)
    return [refuse(`Redis and this machine differ by ${Math.round(apart)} s.`, 'Synchronise both clocks (NTP).')];
  return apart > 2.5
    ? [warn(`Redis and this machine differ by ${Math.round(apart)} s.`, 'Synchronise both clocks.')]
    : [];
}

function readInfo(text: string): StoreFacts {
  return new Map(
    text.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

/** Reads the settings that matter; undefined where CONFIG GET is not allowed. */
async function readConfig(redis: Connection): Promise<StoreFacts | undefined> {
  try {
    const flat = (await redis.config('GET', 'append*', 'maxmemory*')) as string[];
    return new Map(inPairs(flat));
  } catch {
    return undefined;
  }
}
