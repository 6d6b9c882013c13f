import type { Update, WebhookInfo } from '@grammyjs/types';
import type { Params } from './params.ts';
import { asNumber, asObject, asText } from './params.ts';
import { ApiRefusal, badRequest } from './refusal.ts';
import type { WaitingUpdate, World } from './world.ts';

const POLL_MAX_SECONDS = 50;
const BATCH_MAX = 100;
const ANSWER_WITHIN_MS = 60_000;
const RETRY_CAP_MS = 60_000;
const RETRY_AFTER_MAX_SECONDS = 3600;

type WebhookTarget = {
  readonly url: string;
  readonly secret: string | undefined;
  readonly connections: number; // concurrent calls at most
  readonly allowed: readonly string[];
};

/** Receives the body of a webhook's answer, which may carry a Bot API call. */
type OnAnswer = (body: Buffer, type: string) => void;

/** Delivers updates to the bot: by long polling, or to a webhook with tdlib's order and retries. */
export class Updates {
  private readonly world: World;
  private webhook: WebhookTarget | undefined;
  private allowed: readonly string[] = [];
  /** Ends the current long poll with 409. */
  private replacePoller: (() => void) | undefined;
  /** Queues with a call in flight. */
  private readonly busy = new Set<string>();
  /** Earliest next attempt (ms since the epoch) of each queue that failed. */
  private readonly retries = new Map<string, { readonly at: number; readonly failures: number }>();
  private lastError: { readonly date: number; readonly message: string } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly onAnswer: OnAnswer;

  constructor(world: World, onAnswer: OnAnswer) {
    this.world = world;
    this.onAnswer = onAnswer;
  }

  /** Queues an update if the bot allows its kind. */
  push(body: Omit<Update, 'update_id'>, queue: string): void {
    const [kind = ''] = Object.keys(body);
    if (this.allowed.length > 0 && !this.allowed.includes(kind)) return;
    this.world.addUpdate(body, queue);
    this.deliver();
  }

  async getUpdates(params: Params, signal: AbortSignal): Promise<readonly Update[]> {
    if (this.webhook) {
      throw new ApiRefusal(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    const { offset, limit, timeout, allowed_updates } = params.values;
    this.setAllowed(allowed_updates);
    const from = this.startOf(asNumber(offset) ?? 0);
    this.confirmBelow(from);
    this.replacePoller?.();
    let replaced = false;
    this.replacePoller = () => {
      replaced = true;
    };
    const until = Date.now() + 1000 * Math.min(POLL_MAX_SECONDS, asNumber(timeout) ?? 0);
    for (;;) {
      if (replaced) {
        throw new ApiRefusal(
          409,
          'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
        );
      }
      const found = this.unexpired().filter(({ update }) => update.update_id >= from);
      const left = until - Date.now();
      if (found.length > 0 || left <= 0 || signal.aborted || this.closed) {
        return found.slice(0, Math.min(BATCH_MAX, asNumber(limit) ?? BATCH_MAX)).map(({ update }) => update);
      }
      await this.world.nextChange(Math.min(left, 500));
    }
  }

  setWebhook(params: Params): true {
    const url = asText(params.values.url);
    if (url === '') return this.deleteWebhook(params);
    if (!/^https?:\/\//.test(url)) throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
    const secret = asText(params.values.secret_token);
    if (secret.length > 256) throw badRequest('secret token is too long');
    if (!/^[\w-]*$/.test(secret)) throw badRequest('secret token contains unallowed characters');
    const connections = asNumber(params.values.max_connections) ?? 40;
    this.setAllowed(params.values.allowed_updates);
    this.webhook = { url, secret: secret || undefined, connections, allowed: this.allowed };
    this.lastError = undefined;
    this.retries.clear();
    this.dropPending(params);
    this.deliver();
    return true;
  }

  deleteWebhook(params: Params): true {
    this.webhook = undefined;
    this.dropPending(params);
    return true;
  }

  getWebhookInfo(): WebhookInfo {
    const { webhook, lastError: error } = this;
    return {
      url: webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: this.unexpired().length,
      ...(webhook ? { max_connections: webhook.connections } : {}),
      ...(this.allowed.length > 0 ? { allowed_updates: [...this.allowed] } : {}),
      ...(error ? { last_error_date: error.date, last_error_message: error.message } : {}),
    } as WebhookInfo;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.webhook = undefined;
  }

  /** Calls the webhook with the first update of every idle queue. */
  private deliver(): void {
    clearTimeout(this.timer);
    const { webhook } = this;
    if (!webhook || this.closed) return;
    const visited = new Set<string>();
    let nextRetryAt = Number.POSITIVE_INFINITY;
    for (const waiting of this.unexpired()) {
      if (visited.has(waiting.queue)) continue;
      visited.add(waiting.queue);
      if (this.busy.has(waiting.queue)) continue;
      const at = this.retries.get(waiting.queue)?.at ?? 0;
      if (at > Date.now()) nextRetryAt = Math.min(nextRetryAt, at);
      else if (this.busy.size < webhook.connections) void this.call(webhook, waiting);
    }
    if (nextRetryAt < Number.POSITIVE_INFINITY)
      this.timer = setTimeout(() => this.deliver(), Math.max(5, nextRetryAt - Date.now()));
  }

  private async call(webhook: WebhookTarget, { update, queue }: WaitingUpdate): Promise<void> {
    this.busy.add(queue);
    let retryAfter: number | undefined;
    let problem: string | undefined;
    try {
      const secret = webhook.secret ? { 'x-telegram-bot-api-secret-token': webhook.secret } : {};
      const response = await fetch(webhook.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...secret },
        body: JSON.stringify(update),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const answer = Buffer.from(await response.arrayBuffer());
      if (response.ok) this.onAnswer(answer, response.headers.get('content-type') ?? '');
      else {
        problem = `Wrong response from the webhook: ${response.status} ${response.statusText}`;
        retryAfter = asNumber(response.headers.get('retry-after') ?? undefined);
      }
    } catch (error) {
      problem = `Connection failed: ${error instanceof Error ? error.message : error}`;
    }
    this.busy.delete(queue);
    if (problem) {
      this.lastError = { date: Math.floor(this.world.now() / 1000), message: problem };
      this.retries.set(queue, this.nextTry(queue, retryAfter));
    } else {
      this.retries.delete(queue);
      this.world.confirm([update.update_id]);
    }
    this.deliver();
  }

  /** Retries at once, then after 2, 4, 8 … s up to a cap (tdlib's WebhookActor). The bot's Retry-After takes precedence. */
  private nextTry(queue: string, retryAfter: number | undefined) {
    const failures = (this.retries.get(queue)?.failures ?? 0) + 1;
    const backoffMs = failures === 1 ? 0 : Math.min(RETRY_CAP_MS, 1000 * 2 ** (failures - 1));
    const requestedMs =
      retryAfter === undefined ? undefined : 1000 * Math.min(RETRY_AFTER_MAX_SECONDS, Math.max(0, retryAfter));
    return { at: Date.now() + (requestedMs ?? backoffMs), failures };
  }

  /** A negative offset counts from the end of the queue; earlier updates are dropped. */
  private startOf(offset: number): number {
    if (offset >= 0) return offset;
    return this.unexpired().at(offset)?.update.update_id ?? 0;
  }

  private confirmBelow(offset: number): void {
    this.world.confirm([...this.world.waiting.keys()].filter((id) => id < offset));
  }

  /** Returns the updates that have not expired and drops the others. */
  private unexpired(): readonly WaitingUpdate[] {
    const all = [...this.world.waiting.values()];
    const expired = all.filter(({ expires }) => this.world.now() > expires);
    this.world.confirm(expired.map(({ update }) => update.update_id));
    return all.filter((waiting) => !expired.includes(waiting));
  }

  private setAllowed(value: unknown): void {
    const list = asObject<string[]>(value, 'allowed_updates');
    if (Array.isArray(list)) this.allowed = list;
  }

  private dropPending(params: Params): void {
    if (String(params.values.drop_pending_updates) === 'true') this.world.confirm([...this.world.waiting.keys()]);
  }
}
