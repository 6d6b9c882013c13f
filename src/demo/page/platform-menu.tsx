import { useState } from 'preact/hooks';
import type { MenuEntry } from './platforms.ts';

type PlatformMenuProps = {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly onTap: (entry: MenuEntry) => void;
};

/** The menu of the account or app below its chat. An entry acts, or opens its own entries. */
export function PlatformMenu({ label, entries, onTap }: PlatformMenuProps) {
  const [opened, setOpened] = useState<string>();
  const below = entries.find(({ name }) => name === opened)?.sub_button ?? [];
  const tap = (entry: MenuEntry) => {
    setOpened(undefined);
    onTap(entry);
  };
  return (
    <nav class="keyboard" aria-label={label}>
      {below.map((entry) => (
        <button type="button" key={entry.name} onClick={() => tap(entry)}>
          {entry.name}
        </button>
      ))}
      <div class="row">
        {entries.map((entry) =>
          entry.sub_button?.length ? (
            <button
              type="button"
              key={entry.name}
              aria-expanded={opened === entry.name}
              onClick={() => setOpened(opened === entry.name ? undefined : entry.name)}
            >
              ☰ {entry.name}
            </button>
          ) : (
            <button type="button" key={entry.name} onClick={() => tap(entry)}>
              {entry.name}
            </button>
          ),
        )}
      </div>
    </nav>
  );
}
