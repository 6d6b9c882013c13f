import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '../../../src/channels/channel.ts';
import type { WechatSettings } from '../../../src/channels/wechat/wechat.ts';
import { openWechat } from '../../../src/channels/wechat/wechat.ts';
import { openWechatState } from '../../../src/delivery/wechat-state.ts';
import type { WechatSimulator } from '../../../src/demo/wechat/server.ts';
import { startWechatSimulator } from '../../../src/demo/wechat/server.ts';
import { openLog } from '../../../src/log.ts';
import { readMapLink } from '../../../src/regions/map-link.ts';
import type { Store } from '../../../src/store/store.ts';
import { serveWebhook } from '../serve-webhook.ts';

const silent = openLog('error', [], () => {});
export const WORDS = {
  choose: '请选一个',
  sharePlace: { how: '点右下角的 ＋，选“位置”。', button: '点『📍 发位置』', instead: '照下面说的发位置' },
  more: '更多',
  other: '其他',
  console: '进后台',
  goesOn: '…… 还有，点开看全部',
  cutOff: '…… 后面的这里放不下，全文请问社区。',
  bell: { what: '您关心的事有新消息', hint: '回复任意一个字就能看到' },
};

/** A WeChat account on its simulator with the channel behind it, over a real store. */
export type WechatStage = {
  readonly channel: Channel;
  readonly simulator: WechatSimulator;
  /** Moves the clock of platform and channel, s. */
  passes(seconds: number): void;
  close(): Promise<void>;
};

/** Opens the channel alone; a small server takes the platform's calls for it. */
export async function openWechatStage(store: Store, settings: Partial<WechatSettings> = {}): Promise<WechatStage> {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-wechat-'));
  const simulator = await startWechatSimulator({ port: 0, answerWithinMs: 5000 });
  const { appid, secret, token, encodingAesKey } = simulator.account;
  const channel = openWechat({
    account: { appid, secret, token, encodingAesKey },
    apiRoot: simulator.url,
    state: openWechatState(store),
    journalPath: join(folder, 'journal.jsonl'),
    readFile: () => Promise.reject(new Error('none')),
    maps: { toWgs84: (point) => point, readLink: readMapLink },
    words: WORDS,
    site: undefined,
    now: simulator.world.now,
    log: silent,
    ...settings,
  });
  const server = await serveWebhook(channel);
  const refusal = await simulator.setCallback(server.url);
  if (refusal !== undefined) throw new Error(refusal);
  return {
    channel,
    simulator,
    passes: (seconds) => simulator.world.rows.advanceClock(seconds),
    async close() {
      await server.close();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
