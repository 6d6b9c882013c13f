import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from '../simulator/params.ts';
import { sendJson } from '../simulator/send-json.ts';
import type { CallLog } from './call-log.ts';
import { Errcode } from './errcode.ts';
import type { FaultKind, Faults, InjectedFault } from './faults.ts';

/** One call of the platform's API as it arrived. */
export type ApiRequest = {
  readonly path: string;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly type: string;
};
/** An answer: fields of JSON, which may hold bigints, or a file. `delivered`: the message that a person got. */
export type ApiAnswer = {
  readonly json?: Readonly<Record<string, unknown>>;
  readonly file?: { readonly bytes: Buffer; readonly type: string; readonly name: string };
  readonly delivered?: number;
};

type Api = {
  /** Runs a call; throws an Errcode to refuse it. Undefined if there is no such path. */
  readonly run: (request: ApiRequest) => Promise<ApiAnswer | undefined>;
  /** The refusal that a fault causes; undefined if it has another effect. */
  readonly refusalOf: (kind: FaultKind, errcode: number | undefined) => Errcode | undefined;
  /** The end of the words of every refusal. */
  readonly trailer: (errcode: number) => string;
  /** Ends all tokens. */
  readonly endTokens: () => void;
  readonly faults: Faults;
  readonly calls: CallLog;
};

const SLOW_MS = 1000;
/** Faults that come before the call takes effect. */
const WITHOUT_EFFECT: readonly FaultKind[] = ['html', 'cut_before', 'hang'];

/** Answers one API call and logs it. A fault may replace or follow its effect. Refusals are HTTP 200 too. */
export async function answerApiCall(
  message: IncomingMessage,
  response: ServerResponse,
  url: URL,
  api: Api,
): Promise<void> {
  const body = await readBody(message);
  const { method = '', headers } = message;
  const path = url.pathname;
  const type = headers['content-type'] ?? '';
  const request = { path, method, query: url.searchParams, body, type };
  const end = api.calls.begin(path, type.startsWith('multipart/') ? '' : body.toString());
  const fault = api.faults.next(path);
  if (fault?.kind === 'slow') await sleep(fault.delay_ms ?? SLOW_MS);
  if (fault && WITHOUT_EFFECT.includes(fault.kind)) {
    end({});
    if (fault.kind === 'html') sendProxyPage(response, fault);
    if (fault.kind === 'cut_before') message.socket.destroy();
    return;
  }
  if (fault?.kind === 'token_gone') api.endTokens();
  try {
    const refusal = fault && api.refusalOf(fault.kind, fault.errcode);
    if (refusal) throw refusal;
    const answer = await api.run(request);
    if (!answer) {
      end({});
      response.writeHead(404).end();
      return;
    }
    end({ errcode: 0, ...(answer.delivered ? { message_id: answer.delivered } : {}) });
    if (fault?.kind === 'lost') message.socket.destroy();
    else if (fault?.kind === 'html_after') sendProxyPage(response, { ...fault, status: fault.status ?? 504 });
    else sendAnswer(response, answer);
  } catch (error) {
    if (!(error instanceof Errcode)) throw error;
    const { errcode, message: words, more } = error;
    end({ errcode });
    sendJson(response, 200, { errcode, errmsg: `${words}${api.trailer(errcode)}`, ...more });
  }
}

function sendAnswer(response: ServerResponse, { json, file }: ApiAnswer): void {
  if (!file) return sendNumbers(response, json ?? {});
  response.writeHead(200, {
    'content-type': file.type,
    'content-disposition': `attachment; filename="${file.name}"`,
  });
  response.end(file.bytes);
}

/** Writes numbers of 64 bits as the platforms do: bare, although a JavaScript number cannot hold them. */
function sendNumbers(response: ServerResponse, json: Readonly<Record<string, unknown>>): void {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }; // the compiler does not know it yet
  const body = JSON.stringify(json, (_, value) => (typeof value === 'bigint' ? rawJSON(String(value)) : value));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(body);
}

function sendProxyPage(response: ServerResponse, { status = 502 }: InjectedFault): void {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end('<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>');
}
