import { useEffect, useState } from 'preact/hooks';
import type { ShownDocument } from '../visit-page.ts';
import type { KeptPhoto } from './state.ts';
import { addPhotos, MARKS, photos, removePhoto, setMark, takesPhotos, visit } from './state.ts';
import { nameIn, word } from './words.ts';

/** Shows an item with its marks, the words for a fault, and its photos. */
export function Item({ place }: { readonly place: number }) {
  const { list, marks = {}, state } = visit.value ?? {};
  const item = list?.items[place - 1];
  const marked = marks[place];
  const own = photos.value.filter((one) => one.place === place);
  return (
    <fieldset id={`item-${place}`} disabled={state !== 'filling'}>
      <legend>
        {place}. {item?.critical ? '★ ' : ''}
        {nameIn(item?.words ?? {})}
      </legend>
      <Documents documents={item?.documents ?? []} lacksOne={item?.lacksDocument === true} />
      <div class="marks">
        {MARKS.map((mark) => (
          <label key={mark} class={marked?.mark === mark ? 'chosen' : ''}>
            <input
              type="radio"
              name={`mark-${place}`}
              checked={marked?.mark === mark}
              onChange={() => setMark(place, { mark })}
            />
            {word(mark)}
          </label>
        ))}
      </div>
      {(marked?.mark === 'none' || marked?.mark === 'half') && (
        <label class="said">
          {word('words')}
          <textarea
            rows={2}
            maxLength={500}
            value={marked.words}
            onInput={({ currentTarget }) => setMark(place, { words: currentTarget.value })}
          />
        </label>
      )}
      {takesPhotos(place) && (
        <div class="photos">
          {own.map((photo) => (
            <Photo key={photo.id} photo={photo} />
          ))}
          {own.length < 4 && (
            <label class="icon">
              <span aria-hidden="true">📷</span>
              <input
                type="file"
                accept="image/*"
                multiple
                aria-label={word('photo', { n: place })}
                onChange={({ currentTarget }) => {
                  void addPhotos(place, [...(currentTarget.files ?? [])]).then(() => {
                    currentTarget.value = '';
                  });
                }}
              />
            </label>
          )}
        </div>
      )}
    </fieldset>
  );
}

/** The documents to compare with those on the spot. A list of an older page has none. */
function Documents({
  documents,
  lacksOne,
}: {
  readonly documents: readonly ShownDocument[];
  readonly lacksOne: boolean;
}) {
  if (lacksOne) return <p class="document">{word('no_document')}</p>;
  return documents.map(({ number, issuer, until, state }) => (
    <p key={number} class="document">
      {word('document', { number, issuer, until, state: word(`document_${state}`) })}
    </p>
  ));
}

function Photo({ photo: { id, blob, place } }: { readonly photo: KeptPhoto }) {
  const [url, setUrl] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return (
    <div>
      {url && <img src={url} alt={word('photo_of', { n: place })} />}
      <button type="button" aria-label={word('photo_away', { n: place })} onClick={() => void removePhoto(id)}>
        ✕
      </button>
    </div>
  );
}
