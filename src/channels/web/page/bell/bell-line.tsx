import { known } from '../state.ts';
import { word } from '../words.ts';
import { bell, switchOff, switchOn } from './bell.ts';

/** Offers the bell in the menu, to a person whom the server knows. */
export function BellLine() {
  const isOn = bell.value === 'on';
  if (!bell.value || !known.value) return null;
  return (
    <p class="bell">
      <span>{word(isOn ? 'bell_on' : 'bell')}</span>
      <button type="button" onClick={() => void (isOn ? switchOff() : switchOn())}>
        {word(isOn ? 'bell_off' : 'bell_yes')}
      </button>
    </p>
  );
}
