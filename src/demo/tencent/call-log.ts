/** One logged call of the platform's API. `message_id` is set if a person got a message, even if the answer was lost. */
export type LoggedCall = {
  readonly n: number;
  readonly at_ms: number;
  readonly path: string;
  /** The body, truncated. Calls that carry a secret have none. */
  readonly body: string;
  /** 0 after success; undefined if the call got no answer of the platform. */
  readonly errcode?: number;
  readonly message_id?: number;
};

type End = Pick<LoggedCall, 'errcode' | 'message_id'>;

const CALLS_MAX = 20_000;
const BODY_MAX = 1000; // characters
const SECRET = /secret/i;

/** The last calls of this process, oldest first. */
export class CallLog {
  readonly list: LoggedCall[] = [];
  private count = 0;

  /** Begins a call. The call gets its number when it ends, so a reader that continues after a number misses no call. */
  begin(path: string, body: string): (end: End) => void {
    const at_ms = Date.now();
    const logged = SECRET.test(body) ? '' : body.slice(0, BODY_MAX);
    return (end) => {
      this.count += 1;
      this.list.push({ n: this.count, at_ms, path, body: logged, ...end });
      if (this.list.length > CALLS_MAX) this.list.shift();
    };
  }
}
