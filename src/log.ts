import type { Logger } from 'pino';
import { pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** A bot token anywhere in a line: in a URL, an error, a stack. */
const TOKEN = /\d{1,16}:[\w-]{30,}/g;

/** Opens the log: one JSON line per event, without names, texts or chat ids; tokens are removed. */
export function openLog(level: string, secrets: readonly string[] = [], out: (line: string) => void = toStdout): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describe } },
    { write: (line: string) => out(redact(line, secrets)) },
  );
}

/** Removes tokens and the given secrets from a text. */
export function redact(text: string, secrets: readonly string[] = []): string {
  return secrets.reduce((safe, secret) => safe.replaceAll(secret, '[secret]'), text.replace(TOKEN, '[token]'));
}

/** Keeps name, message, stack and cause of an error; requests and bodies stay out of the log. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: describe(cause) }) };
}

function toStdout(line: string): void {
  process.stdout.write(line);
}
