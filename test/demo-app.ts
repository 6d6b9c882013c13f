import { cpSync, existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { readConfig } from '../src/config.ts';
import { addDemoPeople } from '../src/demo/people.ts';
import type { Simulator } from '../src/demo/simulator/server.ts';
import type { Running } from '../src/open.ts';
import { open } from '../src/open.ts';
import { nextTime } from './test-app.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder for the data of a new demo; the first file that needs them writes them. */
    readonly demoData: string;
  }
}

/** The demo with its people and its history. */
export type Demo = { readonly running: Running; readonly simulator: Simulator };

type DemoOptions = {
  readonly folder: string;
  /** The time of day of its clock: the next one. */
  readonly at: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The built phones page. */
  readonly page?: string;
};

/** Opens the demo on a folder with its data. */
export async function openDemo({ folder, at, env = {}, page }: DemoOptions): Promise<Demo> {
  const config = readConfig({ ...ENV, SEND_RATE_CHAT: '1000', DATA_DIR: folder, ...env });
  const running = await open(config, { limits: false, ...(page ? { page: async () => page } : {}) });
  const { simulator } = running;
  if (!simulator) throw new Error('The demo has no simulator.');
  const { world } = simulator;
  addDemoPeople(world);
  world.advanceClock((nextTime(world.now(), at) - world.now()) / 1000);
  return { running, simulator };
}

const ENV = { PORT: '0', SIM_PORT: '0', LOG_LEVEL: 'error' };

/** Copies the data of a new demo into a folder. Its history takes 5 s of CPU, so it is written once for all files. */
export async function copyDemoData(folder: string): Promise<void> {
  const written = `${inject('demoData')}.written`;
  while (!existsSync(written)) if (!(await writeOnce(inject('demoData'), written))) await sleep(50);
  cpSync(written, folder, { recursive: true });
}

/** False if another worker writes the data now. After a failure the next worker begins anew. */
async function writeOnce(folder: string, written: string): Promise<boolean> {
  const lock = `${folder}.lock`;
  try {
    mkdirSync(lock);
  } catch {
    return false;
  }
  try {
    const running = await open(readConfig({ ...ENV, DATA_DIR: folder }), { limits: false });
    await running.history;
    await running.close();
    renameSync(folder, written);
  } catch (error) {
    rmdirSync(lock);
    throw error;
  }
  return true;
}
