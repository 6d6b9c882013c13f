import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WebServer } from '../../src/console/server.ts';
import { openWebServer } from '../../src/console/server.ts';
import { openLog } from '../../src/log.ts';

let web: WebServer;
let logged = '';
/** The results of the loads, in their order. */
const loads: ('fails' | 'works')[] = [];
let loaded = 0;

beforeAll(async () => {
  web = await openWebServer({
    host: '127.0.0.1',
    port: 0,
    routes: async () => {
      loaded += 1;
      if (loads.shift() === 'fails') throw new Error('no such module');
      return (request, response) => void response.end(`answer to ${request.url}`);
    },
    log: openLog('error', [], (line) => {
      logged += line;
    }),
  });
});
afterAll(() => web.close());

const get = (path: string) => fetch(`http://127.0.0.1:${web.port}${path}`);

test('routes are loaded at the first call; a load that failed is told, logged and tried again', async () => {
  expect(loaded).toBe(0);
  loads.push('fails', 'works');
  const failed = await get('/health');
  expect(failed.status).toBe(500);
  expect(failed.headers.get('x-frame-options')).toBe('DENY');
  expect(logged).toContain('no such module');
  const calls = await Promise.all(['/a', '/b', '/c'].map(async (path) => (await get(path)).text()));
  expect(calls).toEqual(['answer to /a', 'answer to /b', 'answer to /c']);
  expect(loaded).toBe(2);
});

test('a taken port is refused', async () => {
  const { port } = web;
  const routes = async () => () => {};
  await expect(openWebServer({ host: '127.0.0.1', port, routes, log: openLog('error', []) })).rejects.toThrow(
    /EADDRINUSE/,
  );
});
