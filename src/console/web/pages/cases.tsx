import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CasePage } from '../../pages/cases.ts';
import { Bulk } from '../cases/bulk.tsx';
import { CaseCardPanel } from '../cases/case-card.tsx';
import { CaseMap } from '../cases/case-map.tsx';
import { Filters } from '../cases/filters.tsx';
import { useFollow } from '../cases/follow.ts';
import { useListKeys } from '../cases/list-keys.ts';
import { Nothing, Pager } from '../cases/pager.tsx';
import { Rows } from '../cases/rows.tsx';
import { toggled } from '../cases/toggled.ts';
import { Failed } from '../failed.tsx';
import { route, setParams } from '../router.ts';
import { useData } from '../use-data.ts';
import { word } from '../words.ts';

/** 隐患: list, map and card. All filters are in the address. */
export default function Cases() {
  const { params } = route.value;
  const chosen = params.get('case') ?? undefined;
  const query = useMemo(() => queryOf(params), [params.toString()]);
  const { data, failed, loading, load } = useData<CasePage>(`cases?${query}`);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  // Where the keys stand. Nothing shows it, so a change draws nothing.
  const at = useRef(0);
  const setAt = (index: number) => {
    at.current = index;
  };
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [action, setAction] = useState<string>();
  const rows = data?.rows ?? [];
  const search = useRef<HTMLInputElement>(null);

  useFollow(rows, load, (number) => setFresh((before) => new Set(before).add(number)));
  useEffect(() => setFresh(new Set()), [query]);
  useEffect(() => setAt(0), [query]);

  const open = (number: string | undefined, deed?: string) => {
    setAction(deed);
    setParams({ case: number });
  };
  const close = () => {
    const toRow = () => document.querySelector<HTMLElement>(`[data-row="${chosen}"] a`)?.focus();
    // Before the card goes: a browser that removes the focused element lays out the whole page at once.
    toRow();
    open(undefined);
    // On a narrow screen the list is hidden until then.
    requestAnimationFrame(toRow);
  };
  useListKeys({
    move: (step) => {
      // The first key stands on the first case.
      const from = chosen || document.activeElement?.closest('[data-row]') ? at.current + step : at.current;
      const next = Math.max(0, Math.min(rows.length - 1, from));
      setAt(next);
      document.querySelector<HTMLElement>(`[data-row="${rows[next]?.number}"] a`)?.focus();
      if (chosen) open(rows[next]?.number);
    },
    open: () => open(rows[at.current]?.number),
    close: chosen ? close : undefined,
    search: () => search.current?.focus(),
    tick: () => rows[at.current] && setTicked(toggled(ticked, rows[at.current]?.number ?? '')),
    act: (wanted) => {
      const number = chosen ?? rows[at.current]?.number;
      if (number) open(number, wanted);
    },
  });
  const showFresh = async () => {
    setFresh(new Set());
    await load();
    // The button is gone, and the focus with it.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-row] a')?.focus());
  };
  const onMap = params.get('view') === 'map';
  // The place of the card is kept free: a list that grew narrower would move under the pointer and be laid out anew.
  const isSplit = chosen !== undefined || !onMap;
  return (
    <div class={`cases ${isSplit ? 'split' : ''} ${chosen ? 'with-card' : ''}`}>
      <section class="list" aria-labelledby="cases-title">
        <h1 id="cases-title">{word('pages.cases')}</h1>
        <Filters counts={data?.counts} late={data?.late} searchRef={search} />
        {fresh.size > 0 && (
          <button type="button" class="fresh" onClick={showFresh}>
            {word('cases.fresh', { n: fresh.size })}
          </button>
        )}
        {loading && <progress aria-label={word('loading')} />}
        {failed && <Failed onRetry={load} />}
        {data && rows.length === 0 && <Nothing />}
        {onMap ? (
          <CaseMap rows={rows} chosen={chosen} onOpen={open} />
        ) : (
          <Rows
            rows={rows}
            chosen={chosen}
            ticked={ticked}
            onTick={(number) => setTicked((before) => toggled(before, number))}
            onOpen={open}
            onAt={setAt}
          />
        )}
        {data && <Pager page={data.page} pages={data.pages} total={data.total} cut={data.cut} query={query} />}
        {ticked.size > 0 && <Bulk numbers={[...ticked]} onDone={() => setTicked(new Set())} onChanged={load} />}
      </section>
      {isSplit && !chosen && <aside class="card-panel none">{word('cases.none_open')}</aside>}
      {chosen && (
        <CaseCardPanel
          key={chosen}
          number={chosen}
          action={action}
          onClose={close}
          onChanged={load}
          onNext={() => {
            const next = rows[rows.findIndex(({ number }) => number === chosen) + 1];
            if (next) open(next.number);
            else close();
          }}
        />
      )}
    </div>
  );
}

function queryOf(params: URLSearchParams): string {
  const kept = new URLSearchParams();
  for (const name of ['stage', 'q', 'category', 'region', 'only', 'page']) {
    const value = params.get(name);
    if (value) kept.set(name, value);
  }
  if (!kept.has('stage') && !kept.has('q')) kept.set('stage', 'intake');
  if (kept.get('stage') === 'all') kept.delete('stage');
  return kept.toString();
}
