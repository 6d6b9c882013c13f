import { buildPage } from './build-page.ts';
import { startSimulator } from './simulator/server.ts';

/** The simulator alone, for a bot in another process: TELEGRAM_API_ROOT is its url, TELEGRAM_TOKEN the token it prints. */
const page = process.env.SIM_PAGE === 'none' ? {} : { page: await buildPage() };
const simulator = await startSimulator({
  port: Number(process.env.SIM_PORT ?? 8081),
  limits: process.env.SIM_LIMITS !== 'off',
  ...(process.env.SIM_FILE ? { file: process.env.SIM_FILE } : {}),
  ...page,
});
console.log(`simulator ${simulator.url} token ${simulator.token}`);
process.on('SIGTERM', () => void simulator.close().then(() => process.exit(0)));
