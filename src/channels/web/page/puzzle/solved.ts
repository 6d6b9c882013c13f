import { hint } from '../hint.ts';

/** What the server asks of a new browser during a surge. */
export type Puzzle = { readonly text: string; readonly bits: number };

/** This browser cannot solve a puzzle: it has no worker. */
export class Unable extends Error {}

/** Solves a puzzle in a worker; throws `Unable` where there is none. */
export async function solved({ text, bits }: Puzzle): Promise<{ readonly puzzle: string; readonly nonce: string }> {
  hint.value = 'solving';
  let worker: Worker | undefined;
  try {
    worker = new Worker(new URL('./solve-worker.ts', import.meta.url));
    const started = worker;
    const nonce = await new Promise<string>((done, fail) => {
      started.onmessage = ({ data }) => done(data);
      started.onerror = fail;
      started.postMessage({ text, bits });
    });
    return { puzzle: text, nonce };
  } catch {
    throw new Unable();
  } finally {
    worker?.terminate();
    hint.value = undefined;
  }
}
