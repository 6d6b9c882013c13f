import type { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Headers of every answer: no page elsewhere frames, embeds or runs it. A route may replace one. */
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Puts the headers on the answers of a server before any route runs, so that errors carry them too. */
export function secureAnswers(server: EventEmitter): void {
  server.prependListener('request', (_request: unknown, response: ServerResponse) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  });
}
