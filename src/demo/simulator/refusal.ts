/** An error answer of the Bot API, in Telegram's words. */
export class ApiRefusal extends Error {
  readonly code: number;
  readonly parameters: { readonly retry_after?: number; readonly migrate_to_chat_id?: number } | undefined;
  constructor(code: number, description: string, parameters?: ApiRefusal['parameters']) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

/** Code 400 with Telegram's prefix. */
export const badRequest = (what: string): ApiRefusal => new ApiRefusal(400, `Bad Request: ${what}`);

/** Code 429 with the seconds to wait. */
export const tooManyRequests = (seconds: number): ApiRefusal =>
  new ApiRefusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
