import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Simulator } from '../../src/demo/simulator/server.ts';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import type { LoggedCall } from '../../src/demo/simulator/sim-calls.ts';
import { Phone } from '../phone.ts';

let simulator: Simulator;
let phone: Phone;
let answer: { readonly type: string; readonly body: string };
const webhook = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': answer.type });
  response.end(answer.body);
});
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 });
  phone = await Phone.of(simulator.url);
  await new Promise<void>((done) => webhook.listen(0, '127.0.0.1', done));
  const { port } = webhook.address() as { port: number };
  await fetch(`${simulator.url}/bot${simulator.token}/setWebhook?url=http://127.0.0.1:${port}/`);
});
afterAll(async () => {
  webhook.closeAllConnections();
  webhook.close();
  await simulator.close();
});

const delivered = () => vi.waitFor(() => expect(simulator.world.waiting.size).toBe(0));
const called = async () => {
  const calls = (await (await fetch(`${simulator.url}/sim/calls`)).json()) as readonly LoggedCall[];
  return calls.slice(1).map(({ method, ok, error_code }) => [method, error_code ?? ok]);
};

test('a webhook may answer with one call as JSON or form, but not with a query or a webhook setting', async () => {
  const say = { method: 'sendMessage', text: '收到', chat_id: String(phone.id) };
  for (const [type, body] of [
    ['application/json', JSON.stringify(say)],
    ['application/x-www-form-urlencoded', String(new URLSearchParams(say))],
    ['application/json', JSON.stringify({ ...say, chat_id: 5 })],
    ['application/json', '{"method":"deleteWebhook"}'],
    ['application/json', '{"method":"getMe"}'],
    ['application/json', 'not json'],
    ['application/json', '"ok"'],
    ['text/plain', 'method=sendMessage'],
  ] as const) {
    answer = { type, body };
    await phone.say(body);
    await delivered();
  }
  await vi.waitFor(async () => {
    expect(await called()).toEqual([
      ['sendMessage', true],
      ['sendMessage', true],
      ['sendMessage', 400],
    ]);
  });
  expect((await phone.fromBot()).map(({ text }) => text)).toEqual(['收到', '收到']);
});
