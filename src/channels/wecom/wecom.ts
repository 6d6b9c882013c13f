import type { BotCommands, Channel, Inbound, Outgoing, Receive, SendOutcome, Urn } from '../channel.ts';
import { idOf } from '../channel.ts';
import type { TokenCall } from '../wechat/api.ts';
import { openTokenApi } from '../wechat/api.ts';
import type { PlatformSettings } from '../wechat/ingress.ts';
import { openIngress } from '../wechat/ingress.ts';
import { joinTurn, noteOf } from '../wechat/join-turn.ts';
import { mediaOf } from '../wechat/media.ts';
import { accountMenu } from '../wechat/menu.ts';
import { readAesKey } from '../wechat/message-crypto.ts';
import { numberedText } from '../wechat/numbered-text.ts';
import { isId, isOauthCode, noProof, oauthPage } from '../wechat/oauth.ts';
import { meantBy } from '../wechat/offered-number.ts';
import type { ReadMessage } from '../wechat/read-message.ts';
import { sendOffered } from '../wechat/send-offered.ts';
import { sendParts } from '../wechat/send-parts.ts';
import { fitBytes, partsOf, TEXT_MAX_BYTES } from '../wechat/text-limit.ts';
import { cardOf, fitsCard, fitsOnCard, listCardOf, textCardOf } from './card.ts';
import { isKnownTask, outcomeOf, troubleOf } from './outcome.ts';
import type { WecomState } from './state.ts';

/** The self-built app, as its owner has set it up in the company. */
export type WecomApp = {
  readonly corpid: string;
  readonly agentid: number;
  readonly secret: string;
  readonly token: string;
  readonly encodingAesKey: string;
};

export type WecomSettings = PlatformSettings & { readonly app: WecomApp; readonly state: WecomState };

/** The call that gives a token of the app. */
export function tokenCallOf({ corpid, secret }: Pick<WecomApp, 'corpid' | 'secret'>): TokenCall {
  return { method: 'GET', path: `/cgi-bin/gettoken?${new URLSearchParams({ corpid, corpsecret: secret })}` };
}

/** Opens a WeCom app as a channel for staff: cards with buttons, numbers where a card has no room. */
export function openWecom(settings: WecomSettings): Channel {
  const { app, apiRoot, state, journalPath, readFile, maps, words, site, now, log } = settings;
  const aesKey = readAesKey(app.encodingAesKey);
  if (!aesKey) throw new Error('WECOM_AES_KEY must have 43 characters.');
  const keys = { token: app.token, aesKey, receiveId: app.corpid };
  const api = openTokenApi(apiRoot, tokenCallOf(app), now);
  let trouble: string | undefined;

  const understood = async ({ inbound, code }: ReadMessage): Promise<Inbound> => {
    if (code && inbound.tapped) await state.keepCode(inbound.from, inbound.tapped, code);
    return meantBy(inbound, undefined, () => state.offered(inbound.from));
  };
  const post = (to: Urn, body: object) => {
    return api.post('/cgi-bin/message/send', { touser: idOf(to), agentid: app.agentid, ...body });
  };
  /** Changes a card with its code; false where the code is used or too old. */
  const update = async (to: Urn, card: string, change: object): Promise<boolean> => {
    const code = await state.takeCode(to, card);
    if (!code) return false;
    const body = { userids: [idOf(to)], agentid: app.agentid, response_code: code, ...change };
    return api.post('/cgi-bin/message/update_template_card', body).then(
      () => true,
      () => false,
    );
  };
  /** A page of the console is opened through OAuth, which signs the member in. */
  const signedIn = (url: string): string =>
    site && url.startsWith(`${site}/console`) && !url.includes('#') ? consoleLink(site, url.slice(site.length)) : url;
  const close = (to: Urn, card: string, text: string) => update(to, card, { button: { replace_name: noteOf(text) } });
  const sendCard = async (to: Urn, text: string, message: Outgoing, task: string): Promise<SendOutcome> => {
    const card = cardOf(text, message.choices ?? [], words.choose, task);
    const answer = await post(to, { msgtype: 'template_card', template_card: card }).catch((error) => {
      // The same card was sent before, and its answer was lost.
      if (isKnownTask(error)) return {};
      throw error;
    });
    if ('response_code' in answer) await state.keepCode(to, task, String(answer.response_code));
    return { type: 'sent', ref: task };
  };

  const send = async (to: Urn, said: Outgoing, key: string): Promise<SendOutcome> => {
    const choices = said.choices?.map((row) => row.map((one) => (one.url ? { ...one, url: signedIn(one.url) } : one)));
    const message: Outgoing = { ...said, ...(choices ? { choices } : {}) };
    const task = `anlin-${key.replace(/[^\w@-]/g, '-')}`.slice(0, 128);
    const { edits, closes } = message;
    if (closes) await close(to, closes.message, closes.text);
    // A question that only gets its answer noted: the note takes the place of the buttons.
    if (edits && !message.choices) {
      if (await close(to, edits, message.text)) return { type: 'sent', ref: edits };
      await post(to, { msgtype: 'text', text: { content: noteOf(message.text) } });
      return { type: 'sent' };
    }
    const page = textCardOf(message);
    if (page) {
      await post(to, { msgtype: 'textcard', textcard: page });
      return { type: 'sent' };
    }
    const isCard = fitsCard(message);
    if (edits && isCard && fitsOnCard(message)) {
      const card = cardOf(message.text, message.choices ?? [], words.choose, edits);
      if (await update(to, edits, { template_card: card })) return { type: 'sent', ref: edits };
    }
    if (isCard && fitsOnCard(message)) {
      return sendOffered(state, to, undefined, outcomeOf, () => sendCard(to, message.text, message, task));
    }
    const plain = isCard ? { ...message, choices: [] } : message;
    const url = message.page && signedIn(message.page);
    const limits = { maxBytes: TEXT_MAX_BYTES, links: false, offer: task };
    const { text, ...offered } = numberedText(plain, words.sharePlace, limits);
    const meant = offered.choices.length > 0 ? { id: task, ...offered } : undefined;
    const media = await mediaOf(message, 'wecom', api, readFile);
    // A list goes on in the console, where its card leads.
    const list = url && !media ? listCardOf(text, url, words) : undefined;
    await sendOffered(state, to, meant, outcomeOf, async () => {
      if (list) await post(to, { msgtype: 'textcard', textcard: list });
      else if (text !== '') await post(to, { msgtype: 'text', text: { content: text } });
    });
    if (media?.type === 'image') await post(to, { msgtype: 'image', image: { media_id: media.id } });
    if (!isCard) return { type: 'sent' };
    // The list opens the page already.
    const rest = list
      ? { ...message, choices: message.choices?.map((row) => row.filter((one) => one.url !== url)) ?? [] }
      : message;
    return sendCard(to, '', rest, task);
  };

  /** A list that opens its page is never too long: its card shows what fits. */
  const writtenBy = (message: Outgoing): string =>
    message.page
      ? ''
      : numberedText(message, words.sharePlace, { maxBytes: TEXT_MAX_BYTES, links: false, offer: '' }).text;

  const menuOf = (commands: BotCommands) =>
    accountMenu(commands, words, site ? { name: words.console, url: consoleLink(site, '/console') } : undefined);

  const ingress = openIngress({
    scheme: 'wecom',
    keys,
    sealsChallenge: true,
    journalPath,
    maps,
    understood,
    now,
    log,
  });

  return {
    scheme: 'wecom',
    // Cards can be changed, texts cannot.
    can: { text: { max: TEXT_MAX_BYTES, unit: 'bytes' }, choices: 'buttons', edits: false, dropsRepeats: false },
    fit: (message) => fitBytes(message).flatMap(wordsAndCard),
    join: (messages) => joinTurn(messages, true),
    async send(to, message, key) {
      const outcome = await sendParts(
        state,
        to,
        partsOf(message, writtenBy).flatMap(wordsAndCard),
        key,
        (part, partKey) => send(to, part, partKey).catch(outcomeOf),
      );
      trouble = troubleOf(outcome);
      return outcome;
    },
    fetch: (id) => api.download(id),
    ...(site === undefined ? {} : { link: (payload) => `${site}/w/q/${payload}` }),
    async open(receive: Receive, commands: BotCommands = {}) {
      ingress.open(receive);
      // No wait: the menu is a convenience, and the platform may be away at the start.
      api.post(`/cgi-bin/menu/create?agentid=${app.agentid}`, menuOf(commands)).catch((error) => {
        trouble = troubleOf(outcomeOf(error));
        log.warn({ err: error }, 'the menu of the WeCom app could not be set');
      });
    },
    signInPage: (back, visit) => oauthPage(apiRoot, { appid: app.corpid, agentid: app.agentid }, back, visit),
    async signIn(code) {
      if (!isOauthCode(code)) return undefined;
      const { userid } = await api.get(`/cgi-bin/auth/getuserinfo?code=${code}`).catch(noProof(log));
      return isId(userid) ? { person: `wecom:${userid}`, once: `wecom:${code}` } : undefined;
    },
    pause: ingress.pause,
    close: () => api.close(),
    webhook: ingress.webhook,
    trouble: () => trouble ?? ingress.trouble(),
  };
}

/** Puts words before their card. Each is a message of the platform, so each needs its own place in the member's pace. */
function wordsAndCard(message: Outgoing): readonly Outgoing[] {
  // A list that opens its page leaves that button to its card.
  if (!fitsCard(message) || fitsOnCard(message) || textCardOf(message) || message.page) return [message];
  const { choices = [], edits: _edits, ...words } = message;
  const { isNews, apart } = message;
  return [words, { text: '', choices, ...(isNews ? { isNews } : {}), ...(apart ? { apart } : {}) }];
}

/** The address that signs a member in by OAuth and opens a page of the console. */
function consoleLink(site: string, page: string): string {
  return `${site}/console/oauth/wecom?to=${encodeURIComponent(page)}`;
}
