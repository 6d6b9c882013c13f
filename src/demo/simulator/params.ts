import type { IncomingMessage } from 'node:http';
import { ApiRefusal, badRequest } from './refusal.ts';

/** The parameters of one call, whatever their form: query, urlencoded, JSON or multipart. Files come apart. */
export type Params = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, Upload>;
};
export type Upload = { readonly bytes: Buffer; readonly name: string; readonly type: string };

const BODY_MAX_BYTES = 20_000_000;

export async function readParams(request: IncomingMessage, url: URL): Promise<Params> {
  const query = Object.fromEntries(url.searchParams);
  return parseParams(await readBody(request), request.headers['content-type'] ?? '', query);
}

/** The parameters that a body of this type carries, beside those of the address. */
export async function parseParams(body: Buffer, type: string, query: Record<string, unknown>): Promise<Params> {
  if (body.length === 0) return { values: query, files: new Map() };
  if (type.startsWith('application/json')) {
    const parsed = parseJson(body.toString());
    if (typeof parsed !== 'object' || parsed === null) throw badRequest("can't parse JSON object");
    return { values: { ...query, ...parsed }, files: new Map() };
  }
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type))
    return { values: query, files: new Map() };
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const values: Record<string, unknown> = { ...query };
  const files = new Map<string, Upload>();
  for (const [name, value] of form) {
    if (typeof value === 'string') values[name] = value;
    else files.set(name, { bytes: Buffer.from(await value.arrayBuffer()), name: value.name, type: value.type });
  }
  return { values, files };
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw new ApiRefusal(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** In forms, objects come as JSON text. */
export function asObject<T extends object>(value: unknown, what: string): T | undefined {
  if (value === undefined || value === '') return undefined;
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  if (typeof parsed !== 'object' || parsed === null) throw badRequest(`can't parse ${what} JSON object`);
  return parsed as T; // the shape is checked field by field where it is used
}

export function asNumber(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
