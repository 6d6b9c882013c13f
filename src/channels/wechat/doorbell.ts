import { MINUTE_MS } from '../../calendar.ts';
import type { BellConfig } from '../../config.ts';
import type { Urn } from '../channel.ts';
import { idOf } from '../channel.ts';
import { AnswerLost } from '../http.ts';
import type { TokenApi } from './api.ts';
import { WechatRefusal } from './outcome.ts';
import type { WechatState } from './state.ts';

type Settings = {
  readonly bell: BellConfig;
  readonly api: TokenApi;
  readonly state: WechatState;
  readonly words: { readonly what: string; readonly hint: string };
  readonly now: () => number;
};

/** Rings for news that waits: once for each person until the person acts again. */
export type Doorbell = {
  ring(to: Urn, key: string): Promise<void>;
  /** The operator's problem with the template; undefined without one. */
  trouble(): string | undefined;
};

/** The person does not follow, or has refused notices: the news waits silently. */
const OF_PERSON: readonly number[] = [40003, 43004, 43101, 50005];
/** The template, its fields or its words are wrong, or the account has no right to it. */
const OF_TEMPLATE: readonly number[] = [40037, 40249, 47003, 48001];
const QUOTA = 45009;
const PATHS = { template: '/cgi-bin/message/template/send', subscription: '/cgi-bin/message/subscribe/bizsend' };

export function openDoorbell({ bell, api, state, words, now }: Settings): Doorbell {
  let trouble: string | undefined;
  let pausedUntil = 0; // ms since the epoch
  return {
    async ring(to, key) {
      if (now() < pausedUntil) return;
      const may = await state.mayRing(to, now(), bell.perDay);
      if (may === 'budget')
        trouble = `The day's budget of ${bell.perDay} notices is used up; see WECHAT_TEMPLATE_PER_DAY.`;
      if (may !== 'ok') return;
      const values = { ...words, when: timeText(now()) };
      const data = Object.fromEntries(
        Object.entries(bell.fields).map(([field, value]) => [field, { value: values[value] }]),
      );
      const head = { touser: idOf(to), template_id: bell.template, data };
      const body = bell.kind === 'template' ? { ...head, client_msg_id: key.slice(-32) } : head;
      try {
        await api.post(PATHS[bell.kind], body);
        trouble = undefined;
      } catch (error) {
        // It may have rung. A second bell would be worse than a missing one.
        if (error instanceof AnswerLost) return;
        const code = error instanceof WechatRefusal ? error.code : 0;
        if (OF_PERSON.includes(code)) return;
        await state.unrung(to);
        pausedUntil = now() + (code === QUOTA || OF_TEMPLATE.includes(code) ? 30 * MINUTE_MS : MINUTE_MS);
        if (OF_TEMPLATE.includes(code))
          trouble = `WeChat refuses the notice (${(error as Error).message}). Check WECHAT_TEMPLATE and its fields.`;
      }
    },
    trouble: () => trouble,
  };
}

let formatter: Intl.DateTimeFormat | undefined;

/** The form that fields of time and of date share: the day and the time of China. */
function timeText(at: number): string {
  // Built at the first bell: it takes 25 ms.
  formatter ??= new Intl.DateTimeFormat('zh-CN', {
    dateStyle: 'long',
    timeStyle: 'short',
    hour12: false,
    timeZone: 'Asia/Shanghai',
  });
  return formatter.format(at);
}
