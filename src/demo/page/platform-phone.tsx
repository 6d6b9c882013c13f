import { useRef, useState } from 'preact/hooks';
import { ChatLog, Empty, scrollToEnd, useKeptFocus } from './chat-log.tsx';
import type { Sheet } from './composer.tsx';
import { Controls } from './controls.tsx';
import { Frame, labelOf } from './frame.tsx';
import type { PhoneTab } from './phones.ts';
import { PlatformBubble } from './platform-bubble.tsx';
import { PlatformMenu } from './platform-menu.tsx';
import type { PlatformChat } from './platforms.ts';
import { platforms } from './platforms.ts';
import type { Platform } from './sim.ts';
import { askPlatform } from './sim.ts';
import { word } from './words.ts';

type PlatformPhoneProps = { readonly phone: PhoneTab; readonly platform: Platform; readonly chat: PlatformChat };

/** One person's phone with WeChat or WeCom: the chat with the account or app, its menu and the controls. */
export function PlatformPhone({ phone, platform, chat: { person, messages } }: PlatformPhoneProps) {
  const [sheet, setSheet] = useState<Sheet>();
  const [problem, setProblem] = useState<string>();
  const log = useRef<HTMLDivElement>(null);
  const keepFocus = useKeptFocus(log);
  const menu = platforms[platform].menu.value;
  // A member of the company has the app from the start; WeChat's person follows the account first.
  const { id, follows = true } = person;

  const act = async (verb: string, body: object) => {
    setSheet(undefined);
    setProblem(undefined);
    try {
      const { url } = await askPlatform<{ readonly url?: string }>(platform, `people/${id}/${verb}`, body);
      if (!url) return;
      const page = await askPlatform<{ readonly url: string }>(platform, `people/${id}/open`, { url });
      // The browser of this phone: the platform's page of OAuth asks it for its person.
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API asks for https
      document.cookie = `sim_${platform}=${id}; path=/; samesite=lax`;
      window.open(page.url, '_blank', 'noreferrer');
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  // A chat goes with the account; it begins anew when the person follows again.
  const shown = follows ? messages : [];
  const last = shown.at(-1);
  const newest = shown.findLast(hasButtons)?.message_id;
  const start = { wechat: () => act('follow', {}), wecom: () => act('send', { text: word('wecom_hello') }) };
  return (
    <Frame
      phone={phone}
      onEscape={() => setSheet(undefined)}
      onFocus={keepFocus}
      action={
        platform === 'wechat' &&
        follows && (
          <button type="button" class="quiet" onClick={() => act('unfollow', {})}>
            {word('unfollow')}
          </button>
        )
      }
    >
      <ChatLog label={labelOf(phone)} log={log} changes={[last?.message_id, last?.edits, problem]}>
        {(platform === 'wechat' ? !follows : shown.length === 0) && (
          <Empty hint={word(`${platform}_hint`)} start={word(`${platform}_start`)} onStart={start[platform]} />
        )}
        {shown.map((message) => (
          <PlatformBubble
            key={message.message_id}
            message={message}
            platform={platform}
            old={message.message_id !== newest}
            onImageLoad={() => scrollToEnd(log)}
            onTap={(what) => act('tap', { message_id: message.message_id, ...what })}
          />
        ))}
        {problem && <p class="note">{problem}</p>}
      </ChatLog>
      {follows && (
        <Controls sheet={sheet} onSheet={setSheet} links onSend={(body) => act('send', body)}>
          {menu.length > 0 && (
            <PlatformMenu
              label={word(`${platform}_menu`)}
              entries={menu}
              onTap={({ key, url }) => act('menu', { key: key ?? url ?? '' })}
            />
          )}
        </Controls>
      )}
    </Frame>
  );
}

function hasButtons({ links, card }: PlatformChat['messages'][number]): boolean {
  return links.length > 0 || card?.url !== undefined || (card?.closed === undefined && card?.buttons !== undefined);
}
