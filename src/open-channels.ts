import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { joinProven } from './addresses/join-proven.ts';
import { countFlushed } from './broadcasts/sending/copies.ts';
import { photoPath } from './cases/photos/store-photo.ts';
import type { Channel, ReadFile } from './channels/channel.ts';
import { openTelegram } from './channels/telegram/telegram.ts';
import type { WebPush } from './channels/web/push/web-push.ts';
import type { Uploads } from './channels/web/uploads.ts';
import { openWeb } from './channels/web/web.ts';
import { openWechat } from './channels/wechat/wechat.ts';
import { openWecom } from './channels/wecom/wecom.ts';
import type { Config, WechatConfig, WecomConfig } from './config.ts';
import { readAnyFile } from './delivery/read-any-file.ts';
import { openWebBells } from './delivery/web-bells.ts';
import { openWebChatLog } from './delivery/web-chat-log.ts';
import { openWechatState } from './delivery/wechat-state.ts';
import { openWecomState } from './delivery/wecom-state.ts';
import type { Simulator } from './demo/simulator/server.ts';
import type { Point } from './engine/input.ts';
import type { Wording } from './i18n.ts';
import { DEFAULT_LANGUAGE } from './i18n.ts';
import type { Log } from './log.ts';
import type { PublicAddress } from './open311/public-address.ts';
import { toWgs84 } from './regions/datum.ts';
import { readMapLink } from './regions/map-link.ts';
import { openLease } from './store/held-lease.ts';
import type { Store } from './store/store.ts';
import type { Timings } from './timings.ts';

type ChannelSettings = {
  readonly config: Config;
  readonly simulator: Simulator | undefined;
  readonly store: Store;
  readonly log: Log;
  readonly now: () => number;
  readonly timings: Timings;
  readonly receives: boolean;
  readonly closing: { add(close: () => Promise<unknown>): void };
  readonly address: PublicAddress;
  readonly uploads: Uploads;
  readonly push: WebPush;
  readonly wording: Wording;
  readonly wechat: WechatConfig | undefined;
  readonly wecom: WecomConfig | undefined;
};

/** The channels of this city. A new channel is a folder in channels/ and one line here. */
export async function openChannels(settings: ChannelSettings): Promise<readonly Channel[]> {
  const channels: Channel[] = [];
  const folder = photosIn(settings.config);
  const files = readAnyFile(
    () => channels,
    (name) => readFile(photoPath(folder, name)),
  );
  if (settings.config.telegram.type !== 'none') channels.push(await openTelegramChannel(settings, files));
  if (settings.config.webChat) channels.push(openWebChannel(settings, files, () => channels));
  if (settings.wecom) channels.push(openWecomChannel(settings.wecom, settings, files));
  if (settings.wechat) channels.push(openWechatChannel(settings.wechat, settings, files));
  return channels;
}

/** Opens Telegram. Of several polling processes one polls at a time, by lease. */
async function openTelegramChannel(
  { config, simulator, store, log, now, timings, receives, closing }: ChannelSettings,
  files: ReadFile,
) {
  const { callTimeoutMs, pollLeaseMs } = timings.telegram;
  const simulated = { token: simulator?.token ?? '', apiRoot: simulator?.url ?? '' };
  const bot = config.telegram.type === 'bot' ? config.telegram : simulated;
  const polls = receives && !('webhook' in bot);
  const poller = polls ? await openLease(store, 'poller', log, { leaseMs: pollLeaseMs, inSafeMode: true }) : undefined;
  if (poller) closing.add(() => poller.close());
  const mayPoll = () => poller?.held() ?? false;
  return openTelegram({ ...bot, log, now, mayPoll, readFile: files, callTimeoutMs });
}

/** Opens the web chat. In the demo, the phones page shows it in a frame. */
function openWebChannel(
  { config, simulator, store, log, now, address, uploads, push }: ChannelSettings,
  files: ReadFile,
  all: () => readonly Channel[],
) {
  return openWeb({
    chats: openWebChatLog(store, now, log),
    bells: openWebBells(store),
    push,
    uploads,
    readFile: files,
    site: siteOf(config).site,
    caller: address.caller,
    framers: simulator ? [simulator.url, simulator.url.replace('127.0.0.1', 'localhost')] : [],
    messengers: () => all().filter(({ signInPage }) => signInPage),
    join: (browser, proven) => joinProven(store, browser, proven, now()),
    seen: (of, ledger, ref) => countFlushed(store, of, ledger, ref),
    now,
    log,
  });
}

/** Opens the WeChat account. Its people write to it at `/wechat`. */
function openWechatChannel({ apiRoot, bell, ...account }: WechatConfig, settings: ChannelSettings, files: ReadFile) {
  const state = openWechatState(settings.store);
  return openWechat({
    account,
    apiRoot,
    state,
    ...(bell ? { bell } : {}),
    ...tencentParts('wechat', settings, files),
  });
}

/** Opens the WeCom app. Its members write to it at `/wecom`. */
function openWecomChannel({ apiRoot, ...app }: WecomConfig, settings: ChannelSettings, files: ReadFile) {
  const state = openWecomState(settings.store);
  return openWecom({ app, apiRoot, state, ...tencentParts('wecom', settings, files) });
}

/** What WeChat and WeCom have in common. */
function tencentParts(name: string, { config, log, now, wording }: ChannelSettings, readFile: ReadFile) {
  const say = wording.in(DEFAULT_LANGUAGE);
  return {
    journalPath: join(config.dataDir, `${name}-journal.jsonl`),
    readFile,
    maps: { toWgs84: (point: Point) => toWgs84(point, 'gcj02'), readLink: readMapLink },
    words: {
      choose: say('common:wechat.choose'),
      sharePlace: {
        how: say('common:wechat.share_place'),
        button: say('common:wechat.share_button', { label: say('common:share_location') }),
        instead: say('common:wechat.share_instead'),
      },
      more: say('common:wechat.more'),
      other: say('common:wechat.other'),
      console: say('common:wechat.console'),
      goesOn: say('common:wechat.goes_on'),
      cutOff: say('common:wechat.cut_off'),
      bell: { what: say('common:wechat.bell.what'), hint: say('common:wechat.bell.hint') },
    },
    site: siteOf(config).site,
    now,
    log,
  };
}

/** The address in links of the chat. The demo's people sit at this machine. */
export function siteOf({ site, kind, port }: Config): { readonly site?: string } {
  if (site !== undefined) return { site };
  return kind === 'demo' ? { site: `http://127.0.0.1:${port}` } : {};
}

/** Folder of the photos of cases. */
export function photosIn({ dataDir }: Config): string {
  return join(dataDir, 'photos');
}
