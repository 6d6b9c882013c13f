import { useEffect, useRef, useState } from 'preact/hooks';
import { Frame, labelOf } from './frame.tsx';
import type { PhoneTab } from './phones.ts';
import { isShown, use } from './phones.ts';
import { word } from './words.ts';

/** A phone whose browser shows the web chat, or a stairwell's address in it. It is loaded when the phone is first shown. */
export function WebPhone({ phone, home, stairwell }: { phone: PhoneTab; home: string; stairwell: string }) {
  const [scans, setScans] = useState(0);
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
    <Frame
      phone={phone}
      action={
        <button type="button" class="quiet" onClick={() => setScans(scans + 1)}>
          {word('scan')}
        </button>
      }
    >
      {opened && (
        <iframe
          class="screen"
          key={scans}
          src={sameHost(scans > 0 ? stairwell : home)}
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
