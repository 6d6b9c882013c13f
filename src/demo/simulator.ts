import { readWhole } from '../files/strict-number.ts';
import { phonesPage } from './build-page.ts';
import { startSimulator } from './simulator/server.ts';

/** Runs the simulator alone. A bot in another process needs its URL as TELEGRAM_API_ROOT and its token as TELEGRAM_TOKEN. */
const port = readWhole(process.env.SIM_PORT || '8081');
if (port === undefined) throw new Error('Set SIM_PORT to a port number, such as 8081.');
const page = process.env.SIM_PAGE === 'none' ? {} : { page: phonesPage };
const simulator = await startSimulator({
  port,
  limits: process.env.SIM_LIMITS !== 'off',
  ...(process.env.SIM_FILE ? { file: process.env.SIM_FILE } : {}),
  ...page,
});
console.log(`simulator ${simulator.url} token ${simulator.token}`);
process.on('SIGTERM', () => void simulator.close().then(() => process.exit(0)));
