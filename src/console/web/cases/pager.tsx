import { download } from '../api.ts';
import { ProofAndTrouble, useProof } from '../proof.tsx';
import { route, setParams } from '../router.ts';
import { word } from '../words.ts';

type PagerProps = {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly cut: boolean;
  readonly query: string;
};

/** The size of the list, its pages, and the list as a file. */
export function Pager({ page, pages, total, cut, query }: PagerProps) {
  const proving = useProof();
  const file = (kind: 'csv' | 'xlsx') =>
    proving.withProof(() => download(`cases/export/${kind}?${query}`, `cases.${kind}`));
  return (
    <footer class="pager">
      <span>{word(cut ? 'cases.total_cut' : 'cases.total', { n: total })}</span>
      {pages > 1 && (
        <>
          <button type="button" disabled={page === 0} onClick={() => setParams({ page: String(page - 1) })}>
            {word('before')}
          </button>
          <span>{word('page_of', { page: page + 1, pages })}</span>
          <button type="button" disabled={page + 1 >= pages} onClick={() => setParams({ page: String(page + 1) })}>
            {word('after')}
          </button>
        </>
      )}
      <button type="button" onClick={() => file('csv')}>
        CSV
      </button>
      <button type="button" onClick={() => file('xlsx')}>
        XLSX
      </button>
      <ProofAndTrouble {...proving} />
    </footer>
  );
}

/** What an empty list says, and how to leave the filters. */
export function Nothing() {
  const { params } = route.value;
  const isFiltered = ['q', 'category', 'region', 'only'].some((name) => params.has(name));
  return (
    <div class="state">
      <p>{word(isFiltered ? 'cases.no_match' : 'cases.empty')}</p>
      {isFiltered && (
        <button
          type="button"
          onClick={() =>
            setParams({ q: undefined, category: undefined, region: undefined, only: undefined, page: undefined })
          }
        >
          {word('cases.clear')}
        </button>
      )}
    </div>
  );
}
