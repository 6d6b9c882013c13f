import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '../../../src/channels/channel.ts';
import type { WechatSettings } from '../../../src/channels/wechat/wechat.ts';
import { openWechat } from '../../../src/channels/wechat/wechat.ts';
import { openWechatState } from '../../../src/delivery/wechat-state.ts';
import type { WechatSimulator } from '../../../src/demo/wechat/server.ts';
import { startWechatSimulator } from '../../../src/demo/wechat/server.ts';
import { openLog } from '../../../src/log.ts';
import type { Store } from '../../../src/store/store.ts';

const silent = openLog('error', [], () => {});
export const WORDS = { sharePlace: '点右下角的 ＋，选“位置”。', more: '更多', other: '其他' };

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
    toWgs84: (point) => point,
    words: WORDS,
    site: undefined,
    now: simulator.world.now,
    log: silent,
    ...settings,
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = request.method === 'POST' ? { body: Buffer.concat(chunks) } : {};
    const call = new Request(`http://x${request.url}`, { method: request.method ?? 'GET', ...body });
    const answer = await channel.webhook?.handle(call).catch(() => new Response(null, { status: 503 }));
    response.writeHead(answer?.status ?? 404).end((await answer?.text()) ?? '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number }; // it listens on a port
  if (!(await simulator.setCallback(`http://127.0.0.1:${port}/wechat`))) throw new Error('The check was not answered.');
  return {
    channel,
    simulator,
    passes: (seconds) => simulator.world.rows.advanceClock(seconds),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
