import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as call } from '../../node-http.ts';
import { ApiRefusal } from './refusal.ts';
import { sendRefusal } from './send-json.ts';

/** Paths of another simulator that the phones page needs: its people, and the pictures in their chats. */
const FORWARDED = /^\/(sim|mmbiz_pic)\//;

/** Forwards a call of the phones page to another simulator on this machine, which answers its own pages alone. */
export function forward(request: IncomingMessage, response: ServerResponse, base: string, path: string): void {
  if (!FORWARDED.test(path)) throw new ApiRefusal(404, 'Not Found');
  const { method, headers } = request;
  const type = headers['content-type'];
  const onward = call(`${base}${path}`, { method, headers: type ? { 'content-type': type } : {} }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] });
    answer.pipe(response);
  });
  onward.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else sendRefusal(response, new ApiRefusal(502, `Bad Gateway: ${error.message}`));
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
