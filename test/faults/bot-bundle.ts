import { fileURLToPath } from 'node:url';
import { bundle } from '../../scripts/bundle.ts';

const FOLDER = fileURLToPath(new URL('../../.test-bot/', import.meta.url));
const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The file that bot processes run. */
export const BOT_BUNDLE = `${FOLDER}bot.js`;
/** The operator's tool. */
export const TOOL_BUNDLE = `${FOLDER}anlin.js`;

/** Bundles bot and tool: tests start them some 200 times, and a few files load in half the time of 700. */
export function bundleBot(): Promise<void> {
  return bundle({ bot: entry('./bot.ts'), anlin: entry('../../src/anlin.ts') }, FOLDER);
}
