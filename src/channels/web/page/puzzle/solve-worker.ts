import { solve } from './solve.ts';

// A thread of its own: the page stays usable meanwhile.
addEventListener(
  'message',
  ({ data: { text, bits } }: MessageEvent<{ readonly text: string; readonly bits: number }>) =>
    postMessage(solve(text, bits)),
);
