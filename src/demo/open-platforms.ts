import { join } from 'node:path';
import type { BellConfig, Config, WechatConfig, WecomConfig } from '../config.ts';
import { WECHAT_PERSON, WECOM_MEMBER } from './people.ts';

/** The demo's WeChat account and WeCom app on simulators, and the way back to the bot. */
export type DemoPlatforms = {
  readonly wechat: WechatConfig;
  readonly wecom: WecomConfig;
  /** Tells both platforms where the bot takes messages. */
  connect(port: number): void;
  /** Deletes the chats; all people unfollow the account. */
  reset(): void;
  close(): Promise<void>;
};

/** The notice of the demo's account. */
const BELL: BellConfig = {
  kind: 'template',
  template: 'anlin-bell-0000000000000000000000000000000002',
  fields: { thing1: 'what', time2: 'when', thing3: 'hint' },
  perDay: 1000,
};

/** Starts the simulators of WeChat and WeCom. Their phones share the demo's clock. */
export async function openDemoPlatforms({ dataDir }: Config, now: () => number): Promise<DemoPlatforms> {
  const [{ startWechatSimulator }, { startWecomSimulator }] = await Promise.all([
    import('./wechat/server.ts'),
    import('./wecom/server.ts'),
  ]);
  const settings = (name: string) => ({ port: 0, now, file: join(dataDir, `${name}-simulator.jsonl`) });
  const wechat = await startWechatSimulator(settings('wechat'));
  const wecom = await startWecomSimulator(settings('wecom'));
  if (wechat.world.people.all().length === 0) wechat.world.addPerson(WECHAT_PERSON);
  if (wecom.world.people.all().length === 0) wecom.world.addMember(WECOM_MEMBER.name, WECOM_MEMBER.userid);
  const { appid, ...account } = wechat.account;
  const { corpid, agentid, ...app } = wecom.app;
  return {
    wechat: { appid, ...secretsOf(account), apiRoot: wechat.url, bell: BELL },
    wecom: { corpid, agentid, ...secretsOf(app), apiRoot: wecom.url },
    connect(port) {
      wechat.keepCallback(`http://127.0.0.1:${port}/wechat`);
      wecom.keepCallback(`http://127.0.0.1:${port}/wecom`);
    },
    reset() {
      for (const { faults, world } of [wechat, wecom]) {
        faults.clear();
        world.reset();
      }
    },
    async close() {
      await Promise.all([wechat.close(), wecom.close()]);
    },
  };
}

function secretsOf({ secret, token, encodingAesKey }: Pick<WechatConfig, 'secret' | 'token' | 'encodingAesKey'>) {
  return { secret, token, encodingAesKey };
}
