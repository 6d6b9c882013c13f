import { parentPort } from 'node:worker_threads';
import { reencode } from './reencode.ts';

// Decoding takes up to a second; a worker keeps the event loop free for messages.
parentPort?.on('message', (bytes: Uint8Array) => {
  try {
    parentPort?.postMessage({ bytes: reencode(bytes) });
  } catch (error) {
    parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});
