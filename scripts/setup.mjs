// Prepares this checkout before `npm start` and `npm test`: packages, runtime, Redis and, for the tests, a browser.
// It has no dependencies and runs on Node 18 and newer, because nothing else may be installed yet.
// The npm scripts call it directly, because npm runs no pre-scripts under ignore-scripts. They continue with
// `exec env …`: the shell then finds the Node just installed, and signals reach it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const STAMP = join(ROOT, 'node_modules', '.anlin-setup');
const RUNTIME = join(ROOT, 'node_modules', '.bin', 'node');
const RUNTIME_MAJOR = 24;
const REDIS_MAJOR = 7;

installPackages();
checkRuntime();
if (!hasRedis()) provideRedis();
if (process.argv.includes('--for-tests')) {
  provideBrowser();
  provideXmlChecker();
}

/** Installs the locked packages if they are missing or differ from the lockfile. */
function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  say('正在安装依赖（只在第一次）… Installing packages (first time only)…');
  const npm = process.env.npm_execpath ?? '';
  const [command, ...args] = npm.endsWith('js') ? [process.execPath, npm] : ['npm'];
  const done = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (done.status !== 0)
    stop('The packages could not be installed.', ['Check the network or the npm registry, then try again.']);
  writeFileSync(STAMP, wanted);
}

/** The code needs Node 24. npm scripts find the pinned one first; without it, the system's Node must be new enough. */
function checkRuntime() {
  if (major(versionOf(RUNTIME)) >= RUNTIME_MAJOR) return;
  rmSync(RUNTIME, { force: true });
  if (Number(process.versions.node.split('.')[0]) >= RUNTIME_MAJOR) return;
  stop(`This system has Node ${process.versions.node} and no pinned Node ${RUNTIME_MAJOR} runs on it.`, [
    `Install Node ${RUNTIME_MAJOR} from nodejs.org, then try again.`,
  ]);
}

function hasRedis() {
  if (process.env.REDIS_URL || setInDotEnv('REDIS_URL')) return true;
  return ['redis-server', 'valkey-server'].some((name) => major(versionOf(name)) >= REDIS_MAJOR);
}

function provideRedis() {
  for (const names of [['redis-server'], ['redis'], ['valkey']]) if (installFromSystem(names) && hasRedis()) return;
  stop('安邻 needs a redis-server (7.0 or newer, or valkey), and it could not be installed from here.', [
    'Install Redis yourself (for example: sudo apt install redis-server), or',
    'set REDIS_URL in .env to a Redis that runs elsewhere, or',
    'run everything in containers: docker compose up',
  ]);
}

/** Only the browser tests need a browser; without one they are skipped. */
function provideBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  if (process.env.CHROMIUM || names.some(isInstalled)) return;
  const fonts = ['fonts-noto-cjk', 'fonts-noto-color-emoji'];
  // Debian packs the browser without windows apart: the tests take less time with it.
  const choices = [['chromium', 'chromium-headless-shell', ...fonts], ['chromium', ...fonts], ['chromium']];
  if (choices.some(installFromSystem)) return;
  say('没有浏览器，浏览器测试会跳过。No Chromium here: the browser tests will be skipped.');
}

/** The XML tests need xmllint as an independent parser; without it they are skipped. */
function provideXmlChecker() {
  if (isInstalled('xmllint') || installFromSystem(['libxml2-utils']) || installFromSystem(['libxml2'])) return;
  say('没有 xmllint，XML 测试会跳过。No xmllint here: the tests of XML will be skipped.');
}

/** Installs packages with the system's package manager and prints its commands. False if that failed. */
function installFromSystem(names) {
  const managers = [
    {
      tool: 'apt-get',
      steps: [
        ['update', '-qq'],
        ['install', '-y', '-qq', '--no-install-recommends', ...names],
      ],
    },
    { tool: 'dnf', steps: [['install', '-y', '-q', ...names]] },
    { tool: 'apk', steps: [['add', '--no-progress', ...names]] },
    { tool: 'brew', steps: [['install', ...names]], asUser: true },
  ];
  const manager = managers.find(({ tool }) => isInstalled(tool));
  if (!manager) return false;
  const asRoot = manager.asUser || process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  for (const step of manager.steps) {
    const [command, ...args] = [...asRoot, manager.tool, ...step];
    say(`$ ${[command, ...args].join(' ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const done = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
    if (done.status !== 0) return false;
  }
  return true;
}

function isInstalled(name) {
  const path = (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':');
  return path.some((folder) => existsSync(join(folder, name)));
}

function setInDotEnv(name) {
  const file = join(ROOT, '.env');
  return existsSync(file) && new RegExp(`^${name}=\\S`, 'm').test(readFileSync(file, 'utf8'));
}

function versionOf(command) {
  try {
    return execFileSync(command, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

/** Returns the first number of `v24.21.0` or `Redis server v=7.0.15 …`; 0 if there is none. */
function major(version) {
  return Number(/v=?(\d+)\./.exec(version)?.[1] ?? 0);
}

function say(line) {
  console.log(line);
}

function stop(problem, remedies) {
  console.error(`\n${problem}\n${remedies.map((remedy) => `  - ${remedy}`).join('\n')}\n`);
  process.exit(1);
}
