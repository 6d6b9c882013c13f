import { useRef, useState } from 'preact/hooks';
import { ChatLog, Empty, scrollToEnd, useKeptFocus } from './chat-log.tsx';
import type { Sheet } from './composer.tsx';
import { Composer, PhotoSheet } from './composer.tsx';
import { Frame, labelOf } from './frame.tsx';
import { CityMap } from './map.tsx';
import { VOICE_SECONDS } from './phone.tsx';
import type { PhoneTab } from './phones.ts';
import { askWechat } from './sim.ts';
import type { WechatChat } from './wechat.ts';
import { menu } from './wechat.ts';
import { WechatBubble } from './wechat-bubble.tsx';
import { WechatMenu } from './wechat-menu.tsx';
import { word } from './words.ts';

/** One person's phone with WeChat: the chat with the service account, its menu and the controls. */
export function WechatPhone({ phone, chat: { person, messages } }: { phone: PhoneTab; chat: WechatChat }) {
  const [sheet, setSheet] = useState<Sheet>();
  const [problem, setProblem] = useState<string>();
  const log = useRef<HTMLDivElement>(null);
  const keepFocus = useKeptFocus(log);
  const { id, follows } = person;

  const act = async (verb: string, body: object) => {
    setSheet(undefined);
    setProblem(undefined);
    try {
      const { url } = await askWechat<{ readonly url?: string }>(`people/${id}/${verb}`, body);
      if (!url) return;
      const page = await askWechat<{ readonly url: string }>(`people/${id}/open`, { url });
      window.open(page.url, '_blank', 'noreferrer');
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  // A chat goes with the account; it begins anew when the person follows again.
  const shown = follows ? messages : [];
  const newest = shown.findLast(({ links, card }) => links.length > 0 || card?.url)?.message_id;
  return (
    <Frame
      phone={phone}
      onEscape={() => setSheet(undefined)}
      onFocus={keepFocus}
      action={
        follows && (
          <button type="button" class="quiet" onClick={() => act('unfollow', {})}>
            {word('unfollow')}
          </button>
        )
      }
    >
      <ChatLog label={labelOf(phone)} log={log} changes={[shown.at(-1)?.message_id, problem]}>
        {!follows && <Empty hint={word('follow_hint')} start={word('follow')} onStart={() => act('follow', {})} />}
        {shown.map((message) => (
          <WechatBubble
            key={message.message_id}
            message={message}
            old={message.message_id !== newest}
            onImageLoad={() => scrollToEnd(log)}
            onTap={(link) => act('tap', { message_id: message.message_id, ...(link === undefined ? {} : { link }) })}
          />
        ))}
        {problem && <p class="note">{problem}</p>}
      </ChatLog>
      {sheet === 'photo' && <PhotoSheet onChoose={(photo) => act('send', { photo })} />}
      {sheet === 'place' && <CityMap onChoose={(location) => act('send', { location })} />}
      {follows && !sheet && menu.value.length > 0 && (
        <WechatMenu entries={menu.value} onTap={({ key, url }) => act('menu', { key: key ?? url ?? '' })} />
      )}
      {follows && (
        <Composer
          sheet={sheet}
          onText={(text) => act('send', { text })}
          onSheet={(one) => setSheet(sheet === one ? undefined : one)}
          onVoice={() => act('send', { voice: VOICE_SECONDS })}
        />
      )}
    </Frame>
  );
}
