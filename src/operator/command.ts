import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Say, Wording } from '../i18n.ts';
import { openWording } from '../i18n.ts';
import { connect, untilConnected } from '../store/connect.ts';
import { outerKeyOf } from '../store/start/data-key.ts';
import { runningEmbeddedUrl, startEmbeddedRedis } from '../store/start/embedded.ts';
import { checkKind } from '../store/start/store-kind.ts';
import { StartRefused } from '../store/start/wait-for-store.ts';
import type { Store } from '../store/store.ts';
import { openStore } from '../store/store.ts';

/** One command of the operator's tool. `run` prints its result; false ends the process with exit code 1. */
export type Command = {
  readonly name: string;
  /** Arguments after the name, such as `<file>`. */
  readonly usage?: string;
  /** One line of help. */
  readonly does: string;
  readonly run: (config: Config, args: readonly string[]) => Promise<boolean>;
};

/** Prints how a command is called. Returns false for the exit code. */
export function showUsage({ name, usage = '' }: Pick<Command, 'name' | 'usage'>): false {
  console.error(`npm run anlin -- ${name} ${usage}`.trimEnd());
  return false;
}

/** Opens the city's data for one command and closes it again. */
export async function withCity(config: Config, use: (store: Store) => Promise<boolean>): Promise<boolean> {
  return withStore(config, async (url) => {
    const redis = connect(url);
    try {
      await untilConnected(redis);
      const refusals = (await checkKind(redis, config.city, config.kind)).filter(({ level }) => level === 'refuse');
      if (refusals.length > 0) throw new StartRefused(refusals);
      return await use(
        await openStore(redis, config.city, config.pace, Date.now(), {
          ...config,
          outerKey: outerKeyOf(config),
        }),
      );
    } finally {
      redis.disconnect();
    }
  });
}

/** Gives the URL of the store; starts the embedded server unless a running bot has it open already. */
export async function withStore(config: Config, use: (url: string) => Promise<boolean>): Promise<boolean> {
  const folder = join(config.dataDir, 'redis');
  const running = config.redisUrl ?? (await runningEmbeddedUrl(folder));
  if (running !== undefined) return use(running);
  const embedded = await startEmbeddedRedis(folder);
  return use(embedded.url).finally(() => embedded.stop());
}

/** Wording for the operator: Chinese unless the machine's language is English; `says` holds every language. */
export function operatorWording(): { readonly say: Say; readonly says: readonly Say[]; readonly wording: Wording } {
  const wording = openWording();
  const say = wording.in(wording.languageFor(process.env.LANG?.startsWith('en') ? 'en' : undefined));
  return { say, says: wording.languages.map((language) => wording.in(language)), wording };
}
