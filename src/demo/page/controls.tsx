import type { ComponentChildren } from 'preact';
import type { Sheet } from './composer.tsx';
import { Composer, PhotoSheet } from './composer.tsx';
import { CityMap } from './map.tsx';

/** Length of a voice message that a phone sends, s. */
const VOICE_SECONDS = 6;

type ControlsProps = {
  readonly sheet: Sheet | undefined;
  readonly onSheet: (sheet: Sheet | undefined) => void;
  /** The phone can share a page of another app. */
  readonly links?: boolean;
  /** Sends a text, photo, place, link or voice message. */
  readonly onSend: (body: object) => void;
  /** The buttons below the chat, which a sheet covers. */
  readonly children?: ComponentChildren;
};

/** The lower part of a phone: a sheet or the chat's buttons, and the field for a message. */
export function Controls({ sheet, onSheet, links = false, onSend, children }: ControlsProps) {
  return (
    <>
      {sheet === 'photo' && <PhotoSheet onChoose={(photo) => onSend({ photo })} />}
      {sheet === 'place' && (
        <CityMap
          onChoose={(location) => onSend({ location })}
          onShare={links ? (title, url) => onSend({ link: { title, url } }) : undefined}
        />
      )}
      {!sheet && children}
      <Composer
        sheet={sheet}
        onText={(text) => onSend({ text })}
        onSheet={(one) => onSheet(sheet === one ? undefined : one)}
        onVoice={() => onSend({ voice: VOICE_SECONDS })}
      />
    </>
  );
}
