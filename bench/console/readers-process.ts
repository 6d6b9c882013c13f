import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeOrder } from '../broadcast/take-order.ts';

export type ReadersOrder = { readonly port: number; readonly tokens: readonly string[]; readonly ms: number };
/** Streams that stayed open to the end, and the changes that all of them heard. */
export type Heard = { readonly open: number; readonly changes: number };

takeOrder<ReadersOrder, Heard>(read);

/** Keeps a stream open for each token, as the pages of so many organisers do. */
async function read({ port, tokens, ms }: ReadersOrder): Promise<Heard> {
  let [open, changes] = [0, 0];
  for (const token of tokens) {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => {
      open += 1;
    });
    socket.on('close', () => {
      open -= 1;
    });
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      changes += bytes.toString('latin1').split('event: case').length - 1;
    });
    socket.write(`GET /console/api/stream HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${token}\r\n\r\n`);
  }
  await sleep(ms);
  return { open, changes };
}
