import { buildPage } from './build-page.ts';
import { startSimulator } from './simulator/server.ts';

/** Runs the simulator alone. A bot in another process needs its URL as TELEGRAM_API_ROOT and its token as TELEGRAM_TOKEN. */
const page = process.env.SIM_PAGE === 'none' ? {} : { page: await buildPage() };
const simulator = await startSimulator({
  port: Number(process.env.SIM_PORT ?? 8081),
  limits: process.env.SIM_LIMITS !== 'off',
  ...(process.env.SIM_FILE ? { file: process.env.SIM_FILE } : {}),
  ...page,
});
console.log(`simulator ${simulator.url} token ${simulator.token}`);
process.on('SIGTERM', () => void simulator.close().then(() => process.exit(0)));
