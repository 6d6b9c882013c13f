import { useEffect, useRef, useState } from 'preact/hooks';
import { Frame, labelOf } from './frame.tsx';
import type { PhoneTab } from './phones.ts';
import { isShown, use } from './phones.ts';

/** A phone whose browser shows the web chat. The page is loaded when the phone is first shown. */
export function WebPhone({ phone, url }: { phone: PhoneTab; url: string }) {
  const screen = useRef<HTMLIFrameElement>(null);
  const shown = isShown(phone.id);
  const [opened, setOpened] = useState(shown);
  useEffect(() => {
    if (shown) setOpened(true);
  }, [shown]);
  // A click inside the frame is seen here only as a loss of focus.
  useEffect(() => {
    const noteUse = () => {
      if (screen.current && document.activeElement === screen.current) use(phone.id);
    };
    window.addEventListener('blur', noteUse);
    return () => window.removeEventListener('blur', noteUse);
  }, [phone.id]);
  return (
    <Frame phone={phone}>
      {opened && (
        <iframe
          class="screen"
          src={sameHost(url)}
          title={labelOf(phone)}
          allow="geolocation; microphone; camera"
          ref={screen}
        />
      )}
    </Frame>
  );
}

/** A browser gives the page in the frame its cookie only if both pages have the same host. */
function sameHost(url: string): string {
  const address = new URL(url);
  address.hostname = location.hostname;
  return address.href;
}
