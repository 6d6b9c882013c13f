import type { LoggedCall } from '../../src/demo/simulator/sim-calls.ts';

/** A fault of the simulated Bot API; see the simulator's `/sim/faults`. */
type Fault = {
  readonly method?: string;
  readonly kind: string;
  readonly times?: number;
  readonly retry_after?: number;
  readonly delay_ms?: number;
  readonly description?: string;
};

/** Makes the next calls of a Bot API method fail; sendMessage unless another one is named. */
export async function injectFault(simulatorUrl: string, fault: Fault): Promise<void> {
  const body = JSON.stringify({ method: 'sendMessage', ...fault });
  await fetch(`${simulatorUrl}/sim/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

/** Reads every Bot API call that the simulator has received. */
export async function apiCalls(simulatorUrl: string): Promise<readonly LoggedCall[]> {
  return (await (await fetch(`${simulatorUrl}/sim/calls`)).json()) as LoggedCall[]; // the simulator's own answer
}

/** Counts calls that sent a message or edited one. Edits that only close a question are not messages and do not count. */
export function sentMessages(calls: readonly Pick<LoggedCall, 'method' | 'ok' | 'params'>[]): number {
  return calls.filter(
    ({ method, ok, params }) =>
      ok && (method === 'sendMessage' || (method === 'editMessageText' && !params.includes('"inline_keyboard":[]'))),
  ).length;
}
