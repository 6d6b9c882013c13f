import { useState } from 'preact/hooks';
import { route } from '../router.ts';
import { word } from '../words.ts';

type Saved = { readonly name: string; readonly query: string };
const PLACE = 'anlin-filters';
const SAVED_MAX = 12;

/** Filters that this browser keeps by name. */
export function SavedFilters() {
  const [saved, setSaved] = useState<readonly Saved[]>(readSaved);
  const [name, setName] = useState<string>();
  const write = (next: readonly Saved[]) => {
    localStorage.setItem(PLACE, JSON.stringify(next));
    setSaved(next);
  };
  const save = (event: Event) => {
    event.preventDefault();
    const chosen = name?.trim();
    if (!chosen) return setName(undefined);
    const params = new URLSearchParams(route.value.params);
    params.delete('case');
    write(
      [...saved.filter((one) => one.name !== chosen), { name: chosen, query: params.toString() }].slice(-SAVED_MAX),
    );
    setName(undefined);
  };
  return (
    <>
      {saved.map((one) => (
        <span key={one.name} class="saved">
          <a class="button" href={`/console/cases?${one.query}`}>
            {one.name}
          </a>
          <button
            type="button"
            aria-label={word('cases.saved.remove', { name: one.name })}
            onClick={() => write(saved.filter(({ name: other }) => other !== one.name))}
          >
            ×
          </button>
        </span>
      ))}
      {name === undefined ? (
        <button type="button" onClick={() => setName('')}>
          {word('cases.saved.save')}
        </button>
      ) : (
        <form class="inline" onSubmit={save}>
          <input
            aria-label={word('cases.saved.name')}
            placeholder={word('cases.saved.name')}
            value={name}
            maxLength={20}
            onInput={(event) => setName(event.currentTarget.value)}
            ref={(input) => input?.focus()}
          />
          <button type="submit">{word('save')}</button>
        </form>
      )}
    </>
  );
}

function readSaved(): readonly Saved[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return Array.isArray(kept) ? (kept as Saved[]) : []; // written by `write`
  } catch {
    return [];
  }
}
