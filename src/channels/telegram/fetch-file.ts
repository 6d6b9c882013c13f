import { onUse } from '../../on-use.ts';
import type { TelegramApi } from './api.ts';

const undici = onUse<Pick<typeof import('undici'), 'request'>>('undici');
const TIMEOUT_MS = 20_000;

/** Downloads a file that a person sent. Its URL contains the token, so no error may show the URL. */
export async function fetchFile(
  api: TelegramApi['api'],
  root: string,
  token: string,
  file: string,
  bytesMax: number,
): Promise<Uint8Array> {
  const { file_path: path, file_size: size = 0 } = await api.raw.getFile({ file_id: file });
  if (!path || !/^[\w./-]{1,256}$/.test(path) || path.includes('..')) throw new Error('Telegram named no file.');
  if (size > bytesMax) throw new Error(`The file has ${size} bytes.`);
  try {
    const { statusCode, body } = await undici().request(`${root}/file/bot${token}/${path}`, {
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`status ${statusCode}`);
    }
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > bytesMax) throw new Error('too many bytes');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    throw new Error(`The file could not be fetched: ${(error as Error).message.replaceAll(token, '…')}`);
  }
}
