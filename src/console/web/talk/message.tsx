import type { FormMessage } from '../../play-form.ts';
import { saveFile } from '../api.ts';
import { word } from '../words.ts';

/** Opens another flow that a button names. */
export type OpenFlow = ((flow: string, argument: string) => void) | undefined;

/** A message of the bot, with its links, buttons and file. */
export function Message({ message, onOpen }: { readonly message: FormMessage; readonly onOpen?: OpenFlow }) {
  const { text, links = [], buttons = [], file } = message;
  const save = () => {
    if (!file) return;
    const bytes = file.base64 ? Uint8Array.from(atob(file.text), (one) => one.charCodeAt(0)) : file.text;
    saveFile(new Blob([bytes]), file.name);
  };
  return (
    <div class="said">
      <p>{text}</p>
      {file?.picture && file.base64 && <img src={`data:image/png;base64,${file.text}`} alt={text} />}
      <div class="controls">
        {file && (
          <button type="button" onClick={save}>
            {word('form.save', { name: file.name })}
          </button>
        )}
        {links.map(({ label, url }) => (
          <a key={url} class="button" href={url} target="_blank" rel="noreferrer">
            {label}
          </a>
        ))}
        {onOpen &&
          buttons.map(({ label, flow, argument }) => (
            <button key={flow + argument} type="button" onClick={() => onOpen(flow, argument)}>
              {label}
            </button>
          ))}
      </div>
    </div>
  );
}
