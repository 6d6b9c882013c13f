import { ApiRefusal, tooManyRequests } from './refusal.ts';

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
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
/** Something that goes wrong for the next `times` calls of a method ('*' = all). before/after = before or after it took effect. */
export type InjectedFault = {
  readonly method: string;
  readonly kind: FaultKind;
  times: number;
  readonly retry_after?: number | undefined;
  readonly delay_ms?: number | undefined;
};

/** What the server does about one call. */
export type Mishap = { readonly kind: FaultKind; readonly fault: InjectedFault } | undefined;

export class Faults {
  private list: InjectedFault[] = [];

  add(fault: InjectedFault): void {
    this.list.push(fault);
  }

  clear(): void {
    this.list = [];
  }

  /** The fault that hits this call, if any; it is used up by it. */
  next(method: string): Mishap {
    const fault = this.list.find(
      (f) =>
        f.times > 0 && (f.method === '*' ? method !== 'getUpdates' : f.method.toLowerCase() === method.toLowerCase()),
    );
    if (!fault) return undefined;
    fault.times -= 1;
    return { kind: fault.kind, fault };
  }
}

/** The refusal that a fault stands for, if it is one. */
export function refusalOf(mishap: Mishap): ApiRefusal | undefined {
  switch (mishap?.kind) {
    case '429':
      return tooManyRequests(mishap.fault.retry_after ?? 1);
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
    default:
      return undefined;
  }
}
