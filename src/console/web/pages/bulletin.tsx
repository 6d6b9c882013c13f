import { useState } from 'preact/hooks';
import type { BulletinMonths, BulletinPage, PageSentence } from '../../pages/bulletin.ts';
import { ColumnHeads } from '../column-heads.tsx';
import { Failed } from '../failed.tsx';
import { route, setParams } from '../router.ts';
import { Talk } from '../talk/talk.tsx';
import { useData } from '../use-data.ts';
import { dayText, word } from '../words.ts';
import './bulletin.css';
import { Band, StreetBars } from '../bulletin/bulletin-bars.tsx';
import { StreetMap } from '../bulletin/bulletin-map.tsx';
import { CaseLink } from '../case-link.tsx';

/** 月报: two A4 pages. The browser's print makes the PDF; controls and rows are left out of it. */
export default function BulletinSheets() {
  const { params } = route.value;
  const list = useData<BulletinMonths>('bulletin');
  const newest = list.data?.[0];
  const month = params.get('month') ?? newest?.month;
  const asked = params.get('version') ?? '';
  const known = list.data?.find((one) => one.month === month)?.version ?? 0;
  const path = month ? `bulletin/${month}${asked ? `?version=${asked}` : ''}` : undefined;
  const { data, failed, missing, load } = useData<BulletinPage>(path);
  const [answering, setAnswering] = useState(false);
  if (list.failed || failed) return <Failed onRetry={list.failed ? list.load : load} />;
  if (list.data?.length === 0 || missing) return <p class="state">{word('bulletin.empty')}</p>;
  if (!data) return <p class="wait">{word('loading')}</p>;
  return (
    <section class="bulletin">
      <div class="controls">
        <h1>{word('pages.bulletin')}</h1>
        <label>
          <span>{word('bulletin.month')}</span>
          <select
            value={month}
            onChange={(event) => setParams({ month: event.currentTarget.value, version: undefined })}
          >
            {list.data?.map((one) => (
              <option key={one.month} value={one.month}>
                {one.month}
              </option>
            ))}
          </select>
        </label>
        {known > 1 && (
          <label>
            <span>{word('bulletin.version')}</span>
            <select
              value={String(data.version)}
              onChange={(event) => setParams({ month, version: event.currentTarget.value })}
            >
              {Array.from({ length: known }, (_, i) => (
                <option key={i} value={String(i + 1)}>
                  {i + 1}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="button" class="main" onClick={() => print()}>
          {word('bulletin.print')}
        </button>
        {data.weak.some(({ open }) => open) && (
          <button type="button" onClick={() => setAnswering(!answering)} aria-expanded={answering}>
            {word('bulletin.answer')}
          </button>
        )}
      </div>
      {answering && (
        <aside class="card-panel">
          <Talk
            flow="my-bulletin"
            argument={data.month}
            onClose={() => setAnswering(false)}
            onDone={() => void load()}
          />
        </aside>
      )}
      <FirstSheet page={data} />
      <SecondSheet page={data} />
    </section>
  );
}

type Part = { readonly page: BulletinPage };

function FirstSheet({ page }: Part) {
  const { city, month, numbers, withheld, moved, streets } = page;
  return (
    <article class="sheet">
      <header>
        <p class="issue">{word('bulletin.issue', { city, version: page.version })}</p>
        <h2>{word('bulletin.title', { city })}</h2>
        <p class="dateline">
          <span>{word('bulletin.of_month', { year: month.slice(0, 4), month: Number(month.slice(5)) })}</span>
          <span>{page.state}</span>
          <span>{dayText(page.madeAt)}</span>
        </p>
      </header>
      <h3>{word('bulletin.numbers')}</h3>
      <ul class="numbers">
        {numbers.map(({ code, name, percent, lo, hi, n }) => (
          <li key={code}>
            <span>{name}</span>
            <strong>
              {percent.toFixed(1)}
              <small>%</small>
            </strong>
            <Band lo={lo} hi={hi} at={percent} label={`${name} ${lo}–${hi}%`} />
            <small>{word('bulletin.bounds', { lo: lo.toFixed(1), hi: hi.toFixed(1) })}</small>
            <small>{word('bulletin.sample', { n })}</small>
          </li>
        ))}
      </ul>
      {withheld.length > 0 && <p class="note">{withheld.join(word('bulletin.between'))}</p>}
      <h3>{word('bulletin.moved')}</h3>
      <Sentences all={moved} page={page} />
      {moved.length === 0 && <p class="none">{word('bulletin.no_before')}</p>}
      <h3>{word('bulletin.tiers')}</h3>
      <p class="note">{word('bulletin.tiers_note')}</p>
      <div class="tiers">
        <StreetBars streets={streets} />
        <StreetMap page={page} />
      </div>
      <footer>
        <span>{word('bulletin.foot', { city, month })}</span>
        <span>1 / 2</span>
      </footer>
    </article>
  );
}

function SecondSheet({ page }: Part) {
  const { city, month, weak, past, promises, letters, alerts, holidays, snapshot } = page;
  return (
    <article class="sheet">
      <h3>{word('bulletin.weak')}</h3>
      {weak.length === 0 && <p class="none">{word('bulletin.no_weak')}</p>}
      <ol class="weak">
        {weak.map((point) => (
          <li key={point.text}>
            <Sentence one={point} page={page} />
            <p class="proposal">
              <span>{word('bulletin.proposal', { proposal: point.proposal })}</span>
              <span>{point.answer}</span>
            </p>
          </li>
        ))}
      </ol>
      <h3>{word('bulletin.past')}</h3>
      {past.length === 0 && <p class="none">{word('bulletin.no_past')}</p>}
      <ul class="sentences">
        {past.map((one) => (
          <li key={one.text}>
            <Sentence one={one} page={page} />
            <span class="answer">{one.answer}</span>
          </li>
        ))}
      </ul>
      <h3>{word('bulletin.promises')}</h3>
      {promises ? (
        <div class="counts">
          <Counts
            of={promises}
            names={['settled', 'kept', 'late', 'changed', 'broken', 'unproven', 'overdue']}
            kind="promise_counts"
          />
        </div>
      ) : (
        <p class="none">{word('bulletin.no_promises')}</p>
      )}
      <div class="pair">
        <div>
          <h3>{word('bulletin.letters')}</h3>
          <Counts of={letters} names={['sent', 'met', 'not_done', 'withdrawn', 'late']} kind="letter_counts" />
        </div>
        <div>
          <h3>{word('bulletin.alerts')}</h3>
          <Counts of={alerts} names={['raised', 'confirmed', 'false', 'known_cause', 'open']} kind="alert_counts" />
        </div>
      </div>
      <h3>{word('bulletin.next')}</h3>
      <ul class="sentences">
        <li>{word(`bulletin.season.${seasonOf(month)}`)}</li>
        <li>
          {holidays === undefined && word('bulletin.calendar_ends')}
          {holidays && holidays.length === 0 && word('bulletin.no_holidays')}
          {holidays &&
            holidays.length > 0 &&
            word('bulletin.holidays', { days: holidays.join(word('bulletin.comma')) })}
        </li>
      </ul>
      <h3>{word('bulletin.method')}</h3>
      <p class="method">{word('bulletin.method_text', { formula: page.formula })}</p>
      <dl class="method">
        <div>
          <dt>{word('bulletin.rows_hash')}</dt>
          <dd>{snapshot ? `v${snapshot.version} ${snapshot.rowsHash}` : word('bulletin.not_frozen')}</dd>
        </div>
        <div>
          <dt>{word('bulletin.hash')}</dt>
          <dd>{page.hash}</dd>
        </div>
      </dl>
      <footer>
        <span>{word('bulletin.foot', { city, month })}</span>
        <span>2 / 2</span>
      </footer>
    </article>
  );
}

/** The season of the month after: 1 winter … 4 autumn. */
function seasonOf(month: string): 'winter' | 'spring' | 'summer' | 'autumn' {
  const next = (Number(month.slice(5)) % 12) + 1;
  return (['winter', 'spring', 'summer', 'autumn'] as const)[Math.floor((next % 12) / 3)] ?? 'winter';
}

function Sentences({ all, page }: Part & { readonly all: readonly PageSentence[] }) {
  return (
    <ul class="sentences">
      {all.map((one) => (
        <li key={one.text}>
          <Sentence one={one} page={page} />
        </li>
      ))}
    </ul>
  );
}

type Rows = { readonly failed: readonly string[]; readonly of: number };

/** A sentence with a button that shows its rows. Print shows the sentence alone. */
function Sentence({ one, page }: Part & { readonly one: PageSentence }) {
  const [open, setOpen] = useState(false);
  const path = open && one.rows ? `bulletin/${page.month}/rows?version=${page.version}&of=${one.rows}` : undefined;
  const { data } = useData<Rows | null>(path);
  return (
    <div class="sentence">
      <p>
        {one.text}{' '}
        {one.rows && (
          <button type="button" class="rows-of" aria-expanded={open} onClick={() => setOpen(!open)}>
            {word('bulletin.rows')}
          </button>
        )}
      </p>
      {open && data === null && <p class="rows-shown">{word('bulletin.no_rows')}</p>}
      {open && data && (
        <p class="rows-shown">
          {word('bulletin.rows_of', { failed: data.failed.length, of: data.of })}{' '}
          {data.failed.map((number) => (
            <CaseLink key={number} number={number} />
          ))}
        </p>
      )}
    </div>
  );
}

type CountNames = {
  readonly promise_counts: keyof NonNullable<BulletinPage['promises']>;
  readonly letter_counts: keyof BulletinPage['letters'];
  readonly alert_counts: keyof BulletinPage['alerts'];
};

function Counts<Kind extends keyof CountNames>({
  of,
  names,
  kind,
}: {
  readonly of: Readonly<Record<string, number>>;
  readonly names: readonly CountNames[Kind][];
  readonly kind: Kind;
}) {
  return (
    <table>
      <ColumnHeads
        columns={names}
        label={(name) => word(`bulletin.${kind}.${name}` as 'bulletin.letter_counts.sent')}
      />
      <tbody>
        <tr>
          {names.map((name) => (
            <td key={name}>{of[name]}</td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}
