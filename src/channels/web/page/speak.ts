import { signal } from '@preact/signals';
import { language } from './language.ts';

/** The message that is read aloud now. */
export const spoken = signal<number | undefined>(undefined);

/** True where the browser has a voice. */
export const canSpeak = 'speechSynthesis' in window && typeof SpeechSynthesisUtterance === 'function';

/** Reads a text aloud, or stops. Emoji and signs are left out: voices spell them. */
export function speak(n: number, text: string): void {
  speechSynthesis.cancel();
  if (spoken.value === n) {
    spoken.value = undefined;
    return;
  }
  const said = new SpeechSynthesisUtterance(text.replace(/\p{Extended_Pictographic}|\u200d|\ufe0f/gu, ' '));
  said.lang = language;
  said.rate = 0.9;
  said.onend = () => {
    if (spoken.value === n) spoken.value = undefined;
  };
  said.onerror = said.onend;
  spoken.value = n;
  speechSynthesis.speak(said);
}
