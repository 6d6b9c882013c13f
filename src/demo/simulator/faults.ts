import { FaultList } from '../fault-list.ts';
import { ApiRefusal, tooManyRequests } from './refusal.ts';

/** Kinds of injected faults. `_before` and `_after`: before or after the call took effect. */
export const FAULT_KINDS = [
  '429',
  '500_before',
  '500_after',
  'cut_before',
  'cut_after',
  'hang',
  'slow',
  '403',
  '401',
  'migrate',
  'refused',
] as const;
/** One kind of injected fault. */
export type FaultKind = (typeof FAULT_KINDS)[number];
/** A fault of the next `times` calls of a method. '*' means every method except getUpdates. */
export type InjectedFault = {
  readonly method: string;
  readonly kind: FaultKind;
  times: number;
  readonly retry_after?: number | undefined; // s
  readonly delay_ms?: number | undefined;
  /** Telegram's words of a refusal; its code follows from their beginning. */
  readonly description?: string | undefined;
};

/** The faults that are still to be injected. */
export type Faults = FaultList<InjectedFault>;

/** Opens an empty list. */
export function openFaults(): Faults {
  return new FaultList((fault, method) =>
    fault.method === '*' ? method !== 'getUpdates' : fault.method.toLowerCase() === method.toLowerCase(),
  );
}

/** Returns the refusal that a fault causes; undefined if it cuts or delays the call instead. */
export function refusalOf(fault: InjectedFault | undefined): ApiRefusal | undefined {
  switch (fault?.kind) {
    case '429':
      return tooManyRequests(fault.retry_after ?? 1);
    case '403':
      return new ApiRefusal(403, 'Forbidden: bot was blocked by the user');
    case '401':
      return new ApiRefusal(401, 'Unauthorized');
    case '500_before':
    case '500_after':
      return new ApiRefusal(500, 'Internal Server Error');
    case 'migrate':
      return new ApiRefusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: -1_001_234_567_890,
      });
    case 'refused':
      return new ApiRefusal(codeOf(fault.description ?? '') ?? 400, fault.description ?? '');
    default:
      return undefined;
  }
}

/** The code of a refusal in Telegram's words; undefined if Telegram words none so. */
export function codeOf(description: string): 400 | 403 | undefined {
  if (description.startsWith('Bad Request: ')) return 400;
  return description.startsWith('Forbidden: ') ? 403 : undefined;
}
