import { word } from './words.ts';

/** What failed, and a button to try again. */
export function Failed({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <div class="state" role="alert">
      <p>{word('failed')}</p>
      <button type="button" onClick={onRetry}>
        {word('retry')}
      </button>
    </div>
  );
}
