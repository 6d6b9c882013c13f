import type { Params } from './params.ts';
import { asNumber } from './params.ts';
import type { LoggedCall } from './sim-calls.ts';

const CALLS_MAX = 20_000;
/** So much of a call's arguments is shown, characters. */
const PARAMS_MAX = 1000;

/** Every Bot API call of this run; the oldest are forgotten. */
export class CallLog {
  readonly list: LoggedCall[] = [];
  private soFar = 0;

  /** A call is listed when it has ended, so that whoever reads on from a number misses none. */
  begin(method: string, params: Params): (end: Pick<LoggedCall, 'ok' | 'error_code' | 'message_id'>) => void {
    const at_ms = Date.now();
    const said = JSON.stringify(params.values).slice(0, PARAMS_MAX);
    const chat = asNumber(params.values.chat_id);
    return (end) => {
      this.soFar += 1;
      this.list.push({ n: this.soFar, at_ms, method, ...(chat ? { chat_id: chat } : {}), params: said, ...end });
      if (this.list.length > CALLS_MAX) this.list.shift();
    };
  }
}
