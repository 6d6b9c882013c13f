import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { nowMs } from './clock.ts';

/**
 * A minimal Bot API that answers at once and records the arrival of each call. It runs in its own process (see
 * processes.ts). It implements only the HTTP/1.1 that its clients need, so that it adds little to a measurement.
 */

/** One recorded call: arrival time (ms, see clock.ts), method, raw body, and the message id it got. */
export type Call = {
  readonly at: number;
  readonly method: string;
  /** 0 if the call names none. */
  readonly chat: number;
  readonly body: string;
  readonly messageId: number;
};

const ME = { id: 1, is_bot: true, first_name: 'Bench', username: 'bench_bot', can_join_groups: false };
let calls: Call[] = [];
let lastMessageId = 1000;

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  let pending: Buffer | undefined;
  socket.on('data', (chunk: Buffer) => {
    pending = take(socket, pending ? Buffer.concat([pending, chunk]) : chunk);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
});
process.on('disconnect', () => process.exit(0));

/** Answers every complete request in the bytes and returns the rest. */
function take(socket: Socket, bytes: Buffer): Buffer | undefined {
  const at = nowMs();
  let from = 0;
  while (from < bytes.length) {
    const end = bytes.indexOf('\r\n\r\n', from);
    if (end < 0) return bytes.subarray(from);
    const head = bytes.toString('latin1', from, end);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    if (/^transfer-encoding:/im.test(head)) throw new Error('The fake API takes no chunked bodies.');
    const next = end + 4 + length;
    if (next > bytes.length) return bytes.subarray(from);
    const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' ', head.indexOf(' ') + 1));
    reply(
      socket,
      path.startsWith('/record') ? takeRecord(path) : answer(path, bytes.toString('utf8', end + 4, next), at),
    );
    from = next;
  }
  return undefined;
}

function answer(path: string, body: string, at: number): string {
  const method = path.slice(path.lastIndexOf('/') + 1);
  const chat = Number(/"chat_id":"?(-?\d+)/.exec(body)?.[1] ?? 0);
  const edited = Number(/"message_id":(\d+)/.exec(body)?.[1] ?? 0);
  if (method !== 'sendMessage') {
    calls.push({ at, method, chat, body, messageId: edited });
    if (method === 'getMe') return JSON.stringify({ ok: true, result: ME });
    return method === 'editMessageText' ? sent(chat, edited) : '{"ok":true,"result":true}';
  }
  lastMessageId += 1;
  calls.push({ at, method, chat, body, messageId: lastMessageId });
  return sent(chat, lastMessageId);
}

function sent(chat: number, messageId: number): string {
  return `{"ok":true,"result":{"message_id":${messageId},"from":{"id":1,"is_bot":true,"first_name":"Bench"},"chat":{"id":${chat},"first_name":"P","type":"private"},"date":${Math.floor(Date.now() / 1000)},"text":"."}}`;
}

/** Returns all calls since the last record; with `?from=&to=` those of these chats, and the others stay. */
function takeRecord(path: string): string {
  const range = /from=(\d+)&to=(\d+)/.exec(path);
  const isTaken = ({ chat }: Call) => !range || (chat >= Number(range[1]) && chat < Number(range[2]));
  const record = JSON.stringify(calls.filter(isTaken));
  calls = calls.filter((call) => !isTaken(call));
  return record;
}

function reply(socket: Socket, body: string): void {
  const length = Buffer.byteLength(body);
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`);
}
