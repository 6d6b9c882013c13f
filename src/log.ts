import type { Logger } from 'pino';
import { pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** A bot's token, wherever it may have slipped in: in a url, an error, a stack. */
const TOKEN = /\d{1,16}:[\w-]{30,}/g;

/** One JSON line an event. No names, no texts, no chat ids; a token that slips in is struck out. */
export function openLog(level: string, secrets: readonly string[] = [], out: (line: string) => void = toStdout): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describe } },
    { write: (line: string) => out(redact(line, secrets)) },
  );
}

/** The text without tokens and without the given secrets. */
export function redact(text: string, secrets: readonly string[] = []): string {
  return secrets.reduce((safe, secret) => safe.replaceAll(secret, '[secret]'), text.replace(TOKEN, '[token]'));
}

/** An error by name, message and place; whatever else hangs on it (requests, bodies) stays out of the log. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: describe(cause) }) };
}

function toStdout(line: string): void {
  process.stdout.write(line);
}
