import { existsSync } from 'node:fs';
import { readConfig } from './config.ts';
import { redact } from './log.ts';
import type { Running } from './open.ts';

/** Configuration error of sysexits.h; a supervisor should not restart. */
const EX_CONFIG = 78;
/** Errors whose message names the cure; open.ts throws them. */
const REFUSALS: readonly string[] = ['BadConfig', 'StartRefused', 'DataInUse', 'OtherKind', 'OtherDataKey'];
/** Longer than one send; the next start resumes unfinished work. */
const STOP_WITHIN_MS = 20_000;

// Photos, backups and keys are for the owner's eyes only; the embedded Redis inherits this.
process.umask(0o077);

// An uncaught error leaves the process in an unknown state: it exits, and its supervisor restarts it.
process.on('uncaughtException', refuse);

await main();

async function main(): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    const config = readConfig(process.env);
    // Loaded after the configuration was read: a wrong one is refused at once.
    const { launchOwnServer } = await import('./store/start/own-server.ts');
    // Redis reads its data while the other modules load.
    const server = await launchOwnServer(config);
    const { open } = await import('./open.ts');
    const demo = config.telegram.type === 'demo';
    const running = await open(config, demo ? { server, page: phonesPage } : { server });
    const { simulator, store, services } = running;
    if (simulator) {
      const { addDemoPeople, giveDemoRoles } = await import('./demo/people.ts');
      addDemoPeople(simulator.world);
      await giveDemoRoles(store, simulator.world, services.now());
    }
    stopOnSignal(running);
    void running.embedded?.died.then(() =>
      refuse(new Error('Redis has ended; see redis.log in the data folder. Is the disk full?')),
    );
    printStart(running, demo);
    // Its fault is in the log.
    running.history?.then(() => console.log('  历史 history   写好了 · is complete\n')).catch(() => {});
  } catch (error) {
    refuse(error);
  }
}

/** Loaded when the page is opened: a real bot needs no bundler. */
async function phonesPage(): Promise<string> {
  const page = await import('./demo/build-page.ts');
  return page.phonesPage();
}

function printStart(
  { web, simulator, embedded, store, services, history, warnings, owner }: Running,
  demo: boolean,
): void {
  const lines = [
    '',
    '安邻 Anlin 已启动 is running',
    ...(simulator ? [`  手机 phones    ${simulator.url}   （模拟器 simulator）`] : []),
    `  后台 console   http://127.0.0.1:${web.port}/console`,
    `  健康 health    http://127.0.0.1:${web.port}/health`,
    `  城市 city      ${store.city}   Redis ${embedded ? `自带 embedded, port ${embedded.port}` : 'REDIS_URL'}`,
    ...(history ? ['  历史 history   正在写，几秒后就好 · follows in a few seconds'] : []),
    ...(demo ? ['  真机 Telegram  把 TELEGRAM_TOKEN 写进 .env · set TELEGRAM_TOKEN in .env'] : []),
    ...(owner ? ownerLines(owner, services) : []),
    ...warnings.map(({ what, cure }) => `  注意 warning   ${what} ${cure}`),
    '  停止 stop      Ctrl+C',
    '',
  ];
  console.log(lines.join('\n'));
}

/** Where the first organiser accepts the role: by a text in a messenger, or by a link to the web chat. */
function ownerLines(owner: string, { channels }: Running['services']): readonly string[] {
  const page = channels.find(({ scheme }) => scheme === 'web')?.link?.(owner);
  const messengers = channels.filter(({ scheme }) => scheme !== 'web');
  return [
    ...(messengers.length > 0
      ? [`  主人 owner     把这句话发给机器人，成为平安办 · send this to the bot: /start ${owner}`]
      : []),
    ...(page ? [`  主人 owner     打开这个网页，成为平安办 · open this page: ${page}`] : []),
  ];
}

function stopOnSignal(running: Running): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    running.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Prints each problem with its cure, one line each, and exits. */
function refuse(error: unknown): never {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (error instanceof Error && REFUSALS.includes(error.name)) {
    console.error(`anlin: ${error.message.replaceAll('\n', '\nanlin: ')}`);
    process.exit(EX_CONFIG);
  }
  if (code === 'EADDRINUSE') {
    const { port } = error as { port?: number };
    console.error(`anlin: Port ${port} is taken. Stop the other program, or set PORT (or SIM_PORT) in .env.`);
    process.exit(EX_CONFIG);
  }
  if (code && /^(EACCES|EPERM|ENOTDIR|EROFS|ENOSPC)$/.test(code)) {
    console.error(`anlin: ${(error as Error).message}. Set DATA_DIR in .env to a folder that can be written to.`);
    process.exit(EX_CONFIG);
  }
  console.error(redact(`anlin: ${error instanceof Error ? (error.stack ?? error.message) : error}`));
  process.exit(1);
}
