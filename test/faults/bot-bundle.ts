import { fileURLToPath } from 'node:url';

// As deep as src/, so that `../locales/` leads to the same folder.
const FOLDER = fileURLToPath(new URL('../../.test-bot/', import.meta.url));
const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The file that bot processes run. */
export const BOT_BUNDLE = `${FOLDER}bot.js`;
/** The operator's tool. */
export const TOOL_BUNDLE = `${FOLDER}anlin.js`;

/** Bundles bot and tool: tests start them some 200 times, and a few files load in half the time of 700. */
export async function bundleBot(): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node24',
      minify: false,
      outDir: FOLDER,
      emptyOutDir: true,
      rolldownOptions: {
        // The bot starts child and thread by these names.
        input: {
          bot: entry('./bot.ts'),
          anlin: entry('../../src/anlin.ts'),
          'reencode-child.ts': entry('../../src/cases/photos/reencode-child.ts'),
          'count-thread.ts': entry('../../src/surveys/wave/count-thread.ts'),
        },
        external: ['vite', 'sharp'],
        output: {
          entryFileNames: ({ name }) => (name.endsWith('.ts') ? name : `${name}.js`),
          chunkFileNames: '[name]-[hash].js',
        },
      },
    },
  });
}
