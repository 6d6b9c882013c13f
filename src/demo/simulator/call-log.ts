import type { Params } from './params.ts';
import { asNumber } from './params.ts';
import type { LoggedCall } from './sim-calls.ts';

const CALLS_MAX = 20_000;
const PARAMS_MAX = 1000; // characters of a call's logged arguments

/** The last Bot API calls of this process, oldest first. */
export class CallLog {
  readonly list: LoggedCall[] = [];
  private count = 0;

  /** Begins a call. The call gets its number when it ends, so a reader that continues after a number misses no call. */
  begin(method: string, params: Params): (end: Pick<LoggedCall, 'ok' | 'error_code' | 'message_id'>) => void {
    const at_ms = Date.now();
    const logged = JSON.stringify(params.values).slice(0, PARAMS_MAX);
    const chat = asNumber(params.values.chat_id);
    return (end) => {
      this.count += 1;
      this.list.push({ n: this.count, at_ms, method, ...(chat ? { chat_id: chat } : {}), params: logged, ...end });
      if (this.list.length > CALLS_MAX) this.list.shift();
    };
  }
}
