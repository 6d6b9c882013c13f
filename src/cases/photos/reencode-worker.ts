import { parentPort } from 'node:worker_threads';
import { reencode } from './reencode.ts';

// A picture takes a second to unpack: beside the talks, not between them.
parentPort?.on('message', (bytes: Uint8Array) => {
  try {
    parentPort?.postMessage({ bytes: reencode(bytes) });
  } catch (error) {
    parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});
