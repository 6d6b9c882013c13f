import type { IncomingMessage } from 'node:http';
import { ApiRefusal, badRequest } from './refusal.ts';

/** A call's parameters from query, urlencoded form, JSON or multipart. `files` holds the uploads. */
export type Params = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, Upload>;
};
/** An uploaded file with its file name and content type. */
export type Upload = { readonly bytes: Buffer; readonly name: string; readonly type: string };

const BODY_MAX_BYTES = 20_000_000;

/** Reads the parameters of a request from its URL and body. */
export async function readParams(request: IncomingMessage, url: URL): Promise<Params> {
  const query = Object.fromEntries(url.searchParams);
  return parseParams(await readBody(request), request.headers['content-type'] ?? '', query);
}

/** Parses a body of this content type. Its parameters override those of the query. */
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

/** Reads a request's body; refuses more than 20 MB. */
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

/** Reads an object parameter; in forms it is JSON text. */
export function asObject<T extends object>(value: unknown, what: string): T | undefined {
  if (value === undefined || value === '') return undefined;
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  if (typeof parsed !== 'object' || parsed === null) throw badRequest(`can't parse ${what} JSON object`);
  return parsed as T; // each reader checks the fields it uses
}

/** Reads a number; undefined if there is none. */
export function asNumber(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Reads a text; empty if there is none. */
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
