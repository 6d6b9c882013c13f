import { setTimeout as sleep } from 'node:timers/promises';
import { MIMEType } from 'node:util';
import type { Context } from 'hono';
import { decodeText, UndecodableText } from '../files/decode-text.ts';
import { CallRefused } from './call-refused.ts';

/** A posted form: its fields, and the files that came with it. */
export type Form = { readonly fields: URLSearchParams; readonly files: readonly FormFile[] };
export type FormFile = { readonly field: string; readonly bytes: Uint8Array };

/** Longest form without files, and longest one with files, bytes. */
export const FORM_MAX_BYTES = 64 * 1024;
export const UPLOAD_MAX_BYTES = 20 * 1024 * 1024;

const UPLOAD_WITHIN_MS = 60_000;
const URL_ENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/** True for a form that may hold files, as FixMyStreet sends photos. */
export function isUpload(c: Context): boolean {
  return contentTypeOf(c)?.essence === MULTIPART;
}

/** Reads a posted form without loss: bytes that are no text in its encoding are refused. */
export async function readForm(c: Context): Promise<Form> {
  const type = contentTypeOf(c);
  if (type?.essence === MULTIPART) return readMultipart(c);
  if (type?.essence !== URL_ENCODED)
    throw new CallRefused(415, `Content-Type must be ${URL_ENCODED}, or ${MULTIPART} for photos.`);
  const fields = readPairs(new Uint8Array(await c.req.arrayBuffer()), type.params.get('charset') ?? undefined);
  return { fields, files: [] };
}

/** Refuses a query whose percent codes are no UTF-8. */
export function checkQuery(c: Context): void {
  readPairs(Buffer.from(new URL(c.req.url).search.slice(1)));
}

/** Reads `name=value&…`, with percent codes that stand for bytes of the declared encoding. */
function readPairs(bytes: Uint8Array, charset = 'utf-8'): URLSearchParams {
  const decode = (part: string) => {
    const plain = part
      .replaceAll('+', ' ')
      .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    try {
      return decodeText(Buffer.from(plain, 'latin1'), { declared: charset });
    } catch (error) {
      if (!(error instanceof UndecodableText)) throw error;
      throw new CallRefused(400, `The parameters are no ${charset} text. Send them as UTF-8.`);
    }
  };
  const pairs = Buffer.from(bytes).toString('latin1').split('&').filter(Boolean);
  return new URLSearchParams(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name), decode(value.join('='))];
    }),
  );
}

/** The library reads each field as UTF-8 and puts U+FFFD where that fails. */
async function readMultipart(c: Context): Promise<Form> {
  const late = sleep(UPLOAD_WITHIN_MS, undefined, { ref: false }).then(() => {
    throw new CallRefused(400, `The body did not arrive within ${UPLOAD_WITHIN_MS / 1000} s.`);
  });
  const body = Buffer.from(await Promise.race([c.req.arrayBuffer(), late]));
  if (declaresOtherCharset(body)) throw new CallRefused(400, `Send the fields of ${MULTIPART} as UTF-8.`);
  const headers = { 'content-type': c.req.header('content-type') ?? '' };
  const form = await new Response(body, { headers }).formData().catch(() => {
    throw new CallRefused(400, `The body is no ${MULTIPART} with the boundary of its Content-Type.`);
  });
  const fields = new URLSearchParams();
  const files: FormFile[] = [];
  for (const [field, value] of form) {
    if (typeof value !== 'string') files.push({ field, bytes: new Uint8Array(await value.arrayBuffer()) });
    else if (`${field}${value}`.includes('\uFFFD')) throw new CallRefused(400, `${field} is no UTF-8 text.`);
    else fields.append(field, value);
  }
  // A browser sends an empty file for a field without one.
  return { fields, files: files.filter(({ bytes }) => bytes.length > 0) };
}

/** True if a header of a part names a charset other than UTF-8. */
function declaresOtherCharset(body: Buffer): boolean {
  for (let at = body.indexOf('charset='); at >= 0; at = body.indexOf('charset=', at + 1)) {
    const line = body.toString('latin1', body.lastIndexOf('\r\n', at) + 2, at + 40);
    if (/^content-type:/i.test(line) && !/charset="?(utf-?8|us-ascii)\b/i.test(line)) return true;
  }
  return false;
}

function contentTypeOf(c: Context): MIMEType | undefined {
  try {
    return new MIMEType(c.req.header('content-type') ?? '');
  } catch {
    return undefined;
  }
}
