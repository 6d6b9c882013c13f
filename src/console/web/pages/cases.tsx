import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Stage } from '../../../cases/desk/stages.ts';
import type { CasePage, CaseRow } from '../../cases.ts';
import type { FormAnswer, PostedForm } from '../../forms.ts';
import { download } from '../api.ts';
import { Failed } from '../failed.tsx';
import { isCommand } from '../keys.tsx';
import { onChange, onReconnect } from '../live.ts';
import { route, setParams } from '../router.ts';
import { me, notice } from '../state.ts';
import { newOp, postForm } from '../talk.tsx';
import { useData } from '../use-data.ts';
import { dueText, word } from '../words.ts';
import { CaseCardPanel } from './case-card.tsx';
import { CaseMap } from './case-map.tsx';
import { SavedFilters } from './saved-filters.tsx';

const TABS: readonly Stage[] = ['intake', 'work', 'check', 'shelved', 'ended'];
const ONLY = ['mine', 'overdue', 'unassigned', 'today'] as const;
/** Pause after the last typed letter before the list is searched, ms. */
const SEARCH_AFTER_MS = 250;
/** The list is loaded again this long after a change elsewhere, ms. */
const SETTLE_MS = 400;

/** 隐患: list, map and card. All filters are in the address. */
export default function Cases() {
  const { params } = route.value;
  const chosen = params.get('case') ?? undefined;
  const query = useMemo(() => queryOf(params), [params.toString()]);
  const { data, failed, loading, load } = useData<CasePage>(`cases?${query}`);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(0);
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
    open(undefined);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-row="${chosen}"] a`)?.focus());
  };
  useListKeys({
    move: (step) => {
      const next = Math.max(0, Math.min(rows.length - 1, at + step));
      setAt(next);
      document.querySelector<HTMLElement>(`[data-row="${rows[next]?.number}"] a`)?.focus();
      if (chosen) open(rows[next]?.number);
    },
    open: () => open(rows[at]?.number),
    close: chosen ? close : undefined,
    search: () => search.current?.focus(),
    tick: () => rows[at] && setTicked(toggled(ticked, rows[at]?.number ?? '')),
    act: (wanted) => {
      const number = chosen ?? rows[at]?.number;
      if (number) open(number, wanted);
    },
  });
  const showFresh = async () => {
    setFresh(new Set());
    await load();
  };
  return (
    <div class={chosen ? 'cases with-card' : 'cases'}>
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
        {params.get('view') === 'map' ? (
          <CaseMap rows={rows} chosen={chosen} onOpen={open} />
        ) : (
          <Rows rows={rows} chosen={chosen} ticked={ticked} onTick={setTicked} onOpen={open} onAt={setAt} />
        )}
        {data && <Pager page={data.page} pages={data.pages} total={data.total} cut={data.cut} query={query} />}
        {ticked.size > 0 && <Bulk numbers={[...ticked]} onDone={() => setTicked(new Set())} onChanged={load} />}
      </section>
      {chosen && (
        <CaseCardPanel
          key={chosen}
          number={chosen}
          action={action}
          onClose={close}
          onChanged={load}
          onNext={() => {
            const next = rows[rows.findIndex(({ number }) => number === chosen) + 1];
            open(next?.number);
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

/** Listens to changes: a row of the list loads the list again, a new case only counts, so that nothing moves. */
function useFollow(rows: readonly CaseRow[], load: () => Promise<void>, onNew: (number: string) => void): void {
  const shown = useRef(rows);
  shown.current = rows;
  const reload = useRef(load);
  reload.current = load;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reload.current(), SETTLE_MS);
    };
    const stop = onChange(({ number, is_new }) => {
      if (is_new) onNew(number);
      else if (shown.current.some((row) => row.number === number)) settle();
    });
    const stopToo = onReconnect(() => reload.current());
    return () => {
      clearTimeout(timer);
      stop();
      stopToo();
    };
  }, []);
}

type ListKeys = {
  readonly move: (step: number) => void;
  readonly open: () => void;
  readonly close: (() => void) | undefined;
  readonly search: () => void;
  readonly tick: () => void;
  readonly act: (action: string) => void;
};
/** Deeds by key: the first one that the case offers. */
const DEED_KEYS: Readonly<Record<string, string>> = {
  a: 'accepted,dispatched',
  r: 'asked',
  n: 'noted',
  d: 'handled,check_passed,looked,signed',
  m: 'merged',
};

function useListKeys(keys: ListKeys): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isCommand(event) || event.defaultPrevented) return;
      const { move, open, close, search, tick, act } = now.current;
      const deed = DEED_KEYS[event.key];
      if (event.key === 'j') move(1);
      else if (event.key === 'k') move(-1);
      else if (event.key === 'o') open();
      else if (event.key === 'Escape' && close) close();
      else if (event.key === '/') search();
      else if (event.key === 'x') tick();
      else if (deed) act(deed);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

function Filters({
  counts,
  late,
  searchRef,
}: {
  readonly counts: CasePage['counts'] | undefined;
  readonly late: number | undefined;
  readonly searchRef: { current: HTMLInputElement | null };
}) {
  const { params } = route.value;
  const stage = params.get('stage') ?? (params.has('q') ? 'all' : 'intake');
  const [words, setWords] = useState(params.get('q') ?? '');
  const [open, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const searchFor = (next: string) => {
    setWords(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => setParams({ q: next.trim() || undefined, page: undefined }, true),
      SEARCH_AFTER_MS,
    );
  };
  const all = counts && TABS.reduce((sum, tab) => sum + counts[tab], 0);
  const select = (name: 'category' | 'region', list: readonly { id: string; name: string }[]) => (
    <label>
      <span>{word(`cases.filter.${name}`)}</span>
      <select
        value={params.get(name) ?? ''}
        onChange={(event) => setParams({ [name]: event.currentTarget.value || undefined, page: undefined })}
      >
        <option value="">{word('cases.filter.all')}</option>
        {list.map(({ id, name: label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class={open ? 'filters' : 'filters folded'}>
      <ul class="tabs" aria-label={word('cases.stages')}>
        {[...TABS, 'all' as const].map((tab) => {
          const count = tab === 'all' ? all : counts?.[tab];
          return (
            <li key={tab}>
              <button
                type="button"
                aria-pressed={stage === tab}
                onClick={() => setParams({ stage: tab, page: undefined, case: undefined })}
              >
                {word(`cases.stage.${tab}`)}
                {count !== undefined && <span class="count">{count}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      <div class="row">
        <input
          type="search"
          ref={searchRef}
          value={words}
          placeholder={word('cases.search')}
          aria-label={word('cases.search')}
          onInput={(event) => searchFor(event.currentTarget.value)}
        />
        <button type="button" class="unfold" aria-expanded={open} onClick={() => setOpen(!open)}>
          {word('cases.filters')}
        </button>
        {select('category', me.value?.kinds ?? [])}
        {select('region', me.value?.regions ?? [])}
      </div>
      <div class="row chips">
        {ONLY.map((only) => (
          <button
            key={only}
            type="button"
            aria-pressed={params.get('only') === only}
            onClick={() => setParams({ only: params.get('only') === only ? undefined : only, page: undefined })}
          >
            {word(`cases.only.${only}`)}
            {only === 'overdue' && late !== undefined && late > 0 && <span class="count late">{late}</span>}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={params.get('view') === 'map'}
          onClick={() => setParams({ view: params.get('view') === 'map' ? undefined : 'map' })}
        >
          {word('cases.map')}
        </button>
        <SavedFilters />
      </div>
    </div>
  );
}

type RowsProps = {
  readonly rows: readonly CaseRow[];
  readonly chosen: string | undefined;
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (ticked: ReadonlySet<string>) => void;
  readonly onOpen: (number: string) => void;
  readonly onAt: (index: number) => void;
};

function Rows({ rows, chosen, ticked, onTick, onOpen, onAt }: RowsProps) {
  const now = Date.now() + (me.value?.now ?? 0) - loadedAt;
  return (
    <ol class="rows">
      {rows.map((row, i) => (
        <li key={row.number} data-row={row.number} class={row.number === chosen ? 'here' : ''}>
          <input
            type="checkbox"
            aria-label={word('cases.tick', { number: row.shown })}
            checked={ticked.has(row.number)}
            onChange={() => onTick(toggled(ticked, row.number))}
          />
          <a
            href={`?case=${row.number}`}
            aria-current={row.number === chosen ? 'true' : undefined}
            onFocus={() => onAt(i)}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              onAt(i);
              onOpen(row.number);
            }}
          >
            <span class="what">
              {row.urgent && <b class="tag urgent">{word('cases.urgent')}</b>}
              {row.highRisk && <b class="tag">{word('cases.high_risk')}</b>}
              <strong>{row.category}</strong>
              <span class="place">{row.place}</span>
            </span>
            <span class="how">
              <span class="number">{row.shown}</span>
              <span>{row.state}</span>
              {row.unit && <span>{row.unit}</span>}
              {row.mine && <span class="mine">{word('cases.mine')}</span>}
              {row.due !== undefined && <span class={`due ${row.light}`}>{dueText(row.due, now)}</span>}
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

/** When the page began, by this machine's clock: deadlines are counted by the server's. */
const loadedAt = Date.now();

function toggled(ticked: ReadonlySet<string>, number: string): ReadonlySet<string> {
  const next = new Set(ticked);
  if (!next.delete(number)) next.add(number);
  return next;
}

function Nothing() {
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

type PagerProps = {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly cut: boolean;
  readonly query: string;
};

function Pager({ page, pages, total, cut, query }: PagerProps) {
  const file = (kind: 'csv' | 'xlsx') => download(`cases/export/${kind}?${query}`, `cases.${kind}`);
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
    </footer>
  );
}

/** Deeds that need no answer of their own, for several cases at once. Each case goes through its own flow. */
const BULK_DEEDS = ['signed', 'resumed', 'extended'] as const;

type BulkProps = {
  readonly numbers: readonly string[];
  readonly onDone: () => void;
  readonly onChanged: () => Promise<void>;
};

function Bulk({ numbers, onDone, onChanged }: BulkProps) {
  const [busy, setBusy] = useState(false);
  const [results, setResults] = useState<readonly { number: string; text: string }[]>([]);
  const run = async (argumentOf: (number: string) => string, inputs: PostedForm['inputs']) => {
    setBusy(true);
    const done: { number: string; text: string }[] = [];
    for (const number of numbers) {
      const form = { argument: argumentOf(number), inputs, op: newOp() };
      const answer = await postForm('my-work', form).catch(() => undefined);
      done.push({ number, text: resultOf(answer) });
      setResults([...done]);
    }
    setBusy(false);
    notice.value = word('cases.bulk.done', { n: done.length });
    await onChanged();
  };
  return (
    <section class="bulk" aria-label={word('cases.bulk.title', { n: numbers.length })}>
      <strong>{word('cases.bulk.title', { n: numbers.length })}</strong>
      <button
        type="button"
        disabled={busy}
        onClick={() => run((number) => `${number}.accepted`, [{ step: 'risk', option: 'usual' }])}
      >
        {word('cases.bulk.accepted')}
      </button>
      {BULK_DEEDS.map((deed) => (
        <button key={deed} type="button" disabled={busy} onClick={() => run((number) => `${number}.${deed}`, [])}>
          {word(`cases.bulk.${deed}`)}
        </button>
      ))}
      <button type="button" disabled={busy} onClick={onDone}>
        {word('cases.bulk.clear')}
      </button>
      {results.length > 0 && (
        <ul>
          {results.map(({ number, text }) => (
            <li key={number}>
              {number.slice(0, 4)}-{number.slice(4)}：{text}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function resultOf(answer: FormAnswer | undefined): string {
  if (answer?.type === 'done') return answer.says[0]?.text.split('\n')[0] ?? word('cases.bulk.ok');
  return word(answer?.type === 'asks' ? 'cases.bulk.alone' : 'failed');
}
