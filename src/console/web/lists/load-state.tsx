import { Failed } from '../failed.tsx';
import type { Loaded } from '../use-data.ts';
import { word } from '../words.ts';

/** What a page shows beside or instead of its data: a failure with a retry, the wait, or the sentence that there is none. */
export function LoadState({
  loaded: { data, failed, load },
  empty,
}: {
  readonly loaded: Pick<Loaded<unknown>, 'data' | 'failed' | 'load'>;
  readonly empty?: string | false | undefined;
}) {
  return (
    <>
      {failed && <Failed onRetry={load} />}
      {data === undefined && !failed && <p class="wait">{word('loading')}</p>}
      {empty && <p class="state">{empty}</p>}
    </>
  );
}
