import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';

/** A server under test: its URL, a valid API key, a service code, and a point in its area. */
export type TestedServer = {
  readonly url: string;
  readonly key: string;
  readonly service: string;
  readonly lat: number;
  readonly long: number;
};

type Reply = { readonly status: number; readonly type: string; readonly text: string; readonly json: unknown };

/** One rule of GeoReport v2. `check` calls the server over HTTP and throws if the server breaks the rule. */
export type Rule = { readonly name: string; readonly check: (server: TestedServer) => Promise<void> };

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

async function get(url: string): Promise<Reply> {
  return read(await fetch(url));
}

async function post(url: string, form: Record<string, string>): Promise<Reply> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return read(await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) }));
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, text, json: type.includes('json') ? JSON.parse(text) : undefined };
}

function list(reply: Reply): readonly Record<string, unknown>[] {
  expect(reply.type).toBe('application/json; charset=utf-8');
  expect(Array.isArray(reply.json), 'a bare array').toBe(true);
  return reply.json as Record<string, unknown>[]; // checked in the line above
}

function expectRefusal(reply: Reply, status: number): void {
  expect(reply.status).toBe(status);
  for (const error of list(reply)) {
    expect(error.code).toBeDefined();
    expect(String(error.description).length).toBeGreaterThan(0);
  }
}

/** Checks content type, root element and well-formedness, with xmllint as an independent parser. */
export function checkXml({ text, type }: Pick<Reply, 'text' | 'type'>, root: string): void {
  expect(type).toBe('text/xml; charset=utf-8');
  expect(text).toMatch(/^<\?xml version="1\.0" encoding="utf-8"\?>/);
  const found = execFileSync('xmllint', ['--xpath', 'name(/*)', '-'], { input: text, encoding: 'utf8' });
  expect(found.trim()).toBe(root);
}

function checkRequest(request: Record<string, unknown>): void {
  expect(typeof request.service_request_id).toBe('string');
  expect(['open', 'closed']).toContain(request.status);
  expect(typeof request.service_code).toBe('string');
  for (const name of ['requested_datetime', 'updated_datetime']) expect(request[name], name).toMatch(TIME);
  if (request.expected_datetime !== undefined) expect(request.expected_datetime).toMatch(TIME);
  expect(String(request.address ?? '').length, 'address').toBeGreaterThan(0);
  for (const name of ['lat', 'long']) if (request[name] !== undefined) expect(typeof request[name]).toBe('number');
}

const fileRequest = async ({ url, key, service, lat, long }: TestedServer, more: Record<string, string> = {}) => {
  // The mark makes each description unique. It has no digits or letters, which the person shield could refuse.
  const mark = Array.from({ length: 8 }, () => '甲乙丙丁戊己庚辛壬癸'[Math.floor(Math.random() * 10)]).join('');
  const description = `积水到脚踝 <&> ${mark}`;
  const form = { api_key: key, service_code: service, lat: String(lat), long: String(long), description, ...more };
  const reply = await post(`${url}/requests.json`, form);
  expect(reply.status, reply.text).toBe(200);
  const [made] = list(reply);
  return { id: String(made?.service_request_id), form };
};

/** Rules of the specification (wiki.open311.org/GeoReport_v2) and of its former validators. */
export const RULES: readonly Rule[] = [
  {
    name: 'discovery names its changeset, contact, key service and endpoints in both formats',
    check: async ({ url }) => {
      const { json } = await get(`${url}/discovery.json`);
      const { changeset, contact, key_service, endpoints } = json as Record<string, unknown>;
      expect(Date.parse(String(changeset))).toBeLessThan(Date.now());
      expect([contact, key_service].every((text) => String(text ?? '').length > 0)).toBe(true);
      const all = endpoints as Record<string, unknown>[];
      expect(all.length).toBeGreaterThan(0);
      for (const endpoint of all) {
        for (const name of ['specification', 'url', 'changeset', 'type']) expect(endpoint[name], name).toBeDefined();
        expect(['production', 'test', 'acceptance']).toContain(endpoint.type);
        expect(endpoint.formats).toContain('text/xml');
      }
      checkXml(await get(`${url}/discovery.xml`), 'discovery');
    },
  },
  {
    name: 'every service has a code, a name, a type and a metadata flag',
    check: async ({ url, service }) => {
      const services = list(await get(`${url}/services.json`));
      expect(services.length).toBeGreaterThan(0);
      for (const one of services) {
        expect(String(one.service_code)).toMatch(/\S/);
        expect(String(one.service_name)).toMatch(/\S/);
        expect(String(one.description)).toMatch(/\S/);
        expect([true, false]).toContain(one.metadata);
        expect(['realtime', 'batch', 'blackbox']).toContain(one.type);
      }
      expect(services.map(({ service_code }) => service_code)).toContain(service);
      checkXml(await get(`${url}/services.xml`), 'services');
    },
  },
  {
    name: 'a service with metadata defines its questions, with no empty field',
    check: async ({ url }) => {
      const services = list(await get(`${url}/services.json`));
      const asking = services.find(({ metadata }) => metadata === true);
      const { json } = await get(`${url}/services/${asking?.service_code}.json`);
      const { service_code, attributes } = json as { service_code: string; attributes: Record<string, unknown>[] };
      expect(service_code).toBe(asking?.service_code);
      expect(attributes.length).toBeGreaterThan(0);
      for (const attribute of attributes) {
        for (const [name, value] of Object.entries(attribute)) expect(String(value), name).toMatch(/\S/);
        expect(typeof attribute.order).toBe('number');
        expect((attribute.values as unknown[]).length).toBeGreaterThan(1);
      }
      checkXml(await get(`${url}/services/${asking?.service_code}.xml`), 'service_definition');
    },
  },
  {
    name: 'an unknown service is 404',
    check: async ({ url }) => expectRefusal(await get(`${url}/services/no_such_service.json`), 404),
  },
  {
    name: 'a request with a valid key gets a number and is found by it',
    check: async (server) => {
      const { id } = await fileRequest(server);
      const [request] = list(await get(`${server.url}/requests/${id}.json`));
      if (!request) throw new Error('no request');
      expect(request.service_request_id).toBe(id);
      expect(request).toMatchObject({ status: 'open', service_code: server.service });
      checkRequest(request);
      checkXml(await get(`${server.url}/requests/${id}.xml`), 'service_requests');
    },
  },
  {
    name: 'a request that is sent again keeps its number',
    check: async (server) => {
      const { id, form } = await fileRequest(server);
      const [again] = list(await post(`${server.url}/requests.json`, form));
      expect(again?.service_request_id).toBe(id);
    },
  },
  {
    name: 'a missing or unknown key is 403',
    check: async ({ url, service, lat, long }) => {
      const form = { service_code: service, lat: String(lat), long: String(long), description: '积水' };
      expectRefusal(await post(`${url}/requests.json`, form), 403);
      expectRefusal(await post(`${url}/requests.json`, { ...form, api_key: 'wrong' }), 403);
      checkXml(await post(`${url}/requests.xml`, form), 'errors');
    },
  },
  {
    name: 'a missing or wrong parameter is 400, an unknown service 404',
    check: async ({ url, key, service, lat, long }) => {
      const whole = { api_key: key, service_code: service, lat: String(lat), long: String(long), description: '积水' };
      const { service_code: _no, ...noService } = whole;
      expectRefusal(await post(`${url}/requests.json`, noService), 400);
      expectRefusal(await post(`${url}/requests.json`, { ...whole, service_code: 'no_such_service' }), 404);
      expectRefusal(
        await post(`${url}/requests.json`, { api_key: key, service_code: service, description: '积水' }),
        400,
      );
      expectRefusal(await post(`${url}/requests.json`, { ...whole, lat: 'north' }), 400);
      expectRefusal(await post(`${url}/requests.json`, { ...whole, long: '' }), 400);
      expectRefusal(await post(`${url}/requests.json`, { ...whole, description: '水'.repeat(4001) }), 400);
      expectRefusal(await get(`${url}/requests.json?start_date=yesterday`), 400);
      expectRefusal(await get(`${url}/requests.json?status=solved`), 400);
      expectRefusal(
        await get(`${url}/requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-09-01T00:00:00Z`),
        400,
      );
      expectRefusal(await get(`${url}/requests/NOSUCHID.json`), 404);
    },
  },
  {
    name: 'requests are found by number, which overrides the rest, by service, status and time, and in pages',
    check: async (server) => {
      const { url, service } = server;
      const made = [await fileRequest(server), await fileRequest(server), await fileRequest(server)].map(
        ({ id }) => id,
      );
      const numbers = async (query: string) =>
        list(await get(`${url}/requests.json?${query}`)).map(({ service_request_id }) => service_request_id);
      expect((await numbers(`service_request_id=${made.join(',')}&status=closed`)).sort()).toEqual([...made].sort());
      expect(await numbers(`service_code=${service}&status=open`)).toEqual(expect.arrayContaining(made));
      expect(await numbers('status=closed&page_size=3')).not.toEqual(expect.arrayContaining(made));
      expect(await numbers('service_code=no_such_service')).toEqual([]);
      const [first, second] = [await numbers('page_size=2&page=1'), await numbers('page_size=2&page=2')];
      expect([first.length, first.filter((id) => second.includes(id))]).toEqual([2, []]);
      for (const request of list(await get(`${url}/requests.json?page_size=50`))) checkRequest(request);
      checkXml(await get(`${url}/requests.xml?page_size=20`), 'service_requests');
    },
  },
  {
    name: 'another jurisdiction is 404, an empty one is ignored',
    check: async ({ url }) => {
      expectRefusal(await get(`${url}/services.json?jurisdiction_id=elsewhere.org`), 404);
      expect((await get(`${url}/services.json?jurisdiction_id=`)).status).toBe(200);
    },
  },
  {
    name: 'updates are accepted and listed in FixMyStreet’s form',
    check: async (server) => {
      const { url, key } = server;
      const { id } = await fileRequest(server);
      const update = {
        api_key: key,
        service_request_id: id,
        update_id: `u${id}`,
        status: 'OPEN',
        description: '又深了',
      };
      const [made] = list(await post(`${url}/servicerequestupdates.json`, update));
      expect(made?.update_id).toBe(`u${id}`);
      expectRefusal(
        await post(`${url}/servicerequestupdates.json`, { ...update, service_request_id: 'NOSUCHID' }),
        404,
      );
      expectRefusal(await post(`${url}/servicerequestupdates.json`, { ...update, api_key: '' }), 403);
      const updates = list(await get(`${url}/servicerequestupdates.json`));
      for (const one of updates) {
        for (const name of ['update_id', 'service_request_id', 'status', 'description'])
          expect(one[name], name).toBeTruthy();
        expect(one.updated_datetime).toMatch(TIME);
      }
      checkXml(await get(`${url}/servicerequestupdates.xml`), 'service_request_updates');
    },
  },
];
