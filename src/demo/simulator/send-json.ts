import type { ServerResponse } from 'node:http';
import { ApiRefusal } from './refusal.ts';

/** Sends JSON unless the response has already ended or begun. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Sends an error as the Bot API does; an unexpected error is code 500. */
export function sendRefusal(response: ServerResponse, error: unknown): void {
  const refusal = error instanceof ApiRefusal ? error : new ApiRefusal(500, `Internal Server Error: ${error}`);
  const { code, message, parameters } = refusal;
  const body = { ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) };
  sendJson(response, code, body);
}
