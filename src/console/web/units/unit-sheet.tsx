import { useState } from 'preact/hooks';
import type { UnitItem, UnitPage } from '../../pages/unit-page.ts';
import type { Opened } from '../board.tsx';
import { EvidenceRows } from '../case-link.tsx';
import { ColumnHeads } from '../column-heads.tsx';
import { Failed } from '../failed.tsx';
import { Picture } from '../picture.tsx';
import { setParams } from '../router.ts';
import { useData } from '../use-data.ts';
import { dayText, timeText, word, yearDayText } from '../words.ts';
import { PointRing } from './point-ring.tsx';
import { saveStandard } from './standards.tsx';
import { Documents } from './unit-documents.tsx';

const TABS = ['points', 'documents', 'notice', 'history'] as const;

/** One of the premises: points with their evidence, public notice, history. */
export function Unit({ id, open }: { readonly id: string; readonly open: (flow: Opened) => void }) {
  const { data, missing, failed, load } = useData<UnitPage>(`units/${id}`);
  const [tab, setTab] = useState<(typeof TABS)[number]>('points');
  if (failed) return <Failed onRetry={load} />;
  if (missing) return <p class="state">{word('units.missing')}</p>;
  if (!data) return <p class="wait">{word('loading')}</p>;
  return (
    <article class="results unit">
      <button type="button" class="back" onClick={() => setParams({ unit: undefined })}>
        {word('close')}
      </button>
      <h2>{data.name}</h2>
      <p>
        {data.series} · {data.region} · {data.stateName}
        {data.level && ` · ${data.level}`}
        {data.until !== undefined && ` · ${word('units.until', { day: yearDayText(data.until) })}`}
      </p>
      {data.naming ? (
        <p>{word('units.named', { document: data.naming })}</p>
      ) : (
        data.level && <p>{word('units.no_title')}</p>
      )}
      {data.veto && <p class="red">{word('units.veto', { words: data.veto })}</p>}
      {data.few && <Few few={data.few} open={() => open({ flow: 'few-reports', argument: id })} />}
      {data.example && <p class="good">{word('units.example', { words: data.example })}</p>}
      <div class="controls">
        <button type="button" class="main" onClick={() => setParams({ id })}>
          {word('units.manage')}
        </button>
        <button type="button" onClick={() => print()}>
          {word('print')}
        </button>
        <button type="button" onClick={() => saveStandard(data.seriesId)}>
          {word('units.standard_file')}
        </button>
        {TABS.map((one) => (
          <button key={one} type="button" aria-pressed={tab === one} onClick={() => setTab(one)}>
            {word(`units.tabs.${one}`)}
          </button>
        ))}
      </div>
      {tab === 'points' && <Points unit={data} />}
      {tab === 'documents' && <Documents unit={data} />}
      {tab === 'notice' && <Notice unit={data} />}
      {tab === 'history' && <History unit={data} />}
    </article>
  );
}

/** 报得少, beside the points and never one of them. */
function Few({ few, open }: { readonly few: NonNullable<UnitPage['few']>; readonly open: () => void }) {
  const { isDesignated, ...figures } = few;
  return (
    <p class="few">
      {word('units.few', figures)}{' '}
      {isDesignated ? (
        word('units.few_designated')
      ) : (
        <button type="button" onClick={open}>
          {word('units.few_open')}
        </button>
      )}
    </p>
  );
}

function Points({ unit }: { readonly unit: UnitPage }) {
  const stars = unit.items.filter(({ critical }) => critical);
  return (
    <>
      <PointRing parts={unit.parts} score={unit.score} />
      {unit.ratio !== undefined && (
        <p>
          {word('units.ratio', { ratio: unit.ratio })} {word('units.power', { power: unit.power })}
        </p>
      )}
      <h3>{word('units.stars')}</h3>
      <ul class="stars">
        {stars.map((item) => (
          <li key={item.no} class={unit.failedStars.includes(item.no) ? 'red' : ''}>
            ★ {item.no} {starText(item, unit)}
          </li>
        ))}
      </ul>
      {unit.projects.length > 0 && <Projects unit={unit} />}
      <h3>
        {word('units.items')} · {word('units.version', { version: unit.version })}
      </h3>
      <div class="scroll">
        <table>
          <ColumnHeads
            columns={['no', 'words', 'max', 'claim', 'check', 'points']}
            label={(name) => word(`units.columns.${name}`)}
          />
          <tbody>
            {unit.items.map((item) => (
              <Row key={item.no} item={item} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function starText({ no, isComputed, check }: UnitItem, { failedStars, score }: UnitPage): string {
  if (failedStars.includes(no)) return word('units.star_failed');
  return isComputed || check || score ? word('units.star_met') : word('units.star_open');
}

/** One item; the rows behind a computed one open on demand. */
function Row({ item }: { readonly item: UnitItem }) {
  return (
    <tr>
      <td>
        {item.no}
        {item.critical && ' ★'}
      </td>
      <td>
        {item.words}
        {(item.isComputed || item.rows.length > 0) && (
          <details>
            <summary>{item.isComputed ? figureOf(item) : word('units.rows', { n: item.rows.length })}</summary>
            <p>
              <EvidenceRows rows={item.rows} />
            </p>
          </details>
        )}
        {item.lacksDocument && <p class="red">{word('units.lacks_document')}</p>}
        {item.basis && <small class="basis">{item.basis}</small>}
      </td>
      <td>{item.max}</td>
      <td>{item.claim ?? ''}</td>
      <td>{item.check ?? ''}</td>
      <td>{item.points ?? ''}</td>
    </tr>
  );
}

function figureOf({ y, n, city, points, unknown, rows, minutes }: UnitItem): string {
  if (unknown) return word('units.unknown');
  if (points === undefined) return word('units.nothing');
  const figure =
    city === undefined
      ? word('units.count', { y: y ?? 0, n: n ?? 0 })
      : word('units.share', { y: y ?? 0, n: n ?? 0, city });
  const took = minutes ? ` · ${word('units.took', { minutes: minutes.map((one) => one ?? '–').join(', ') })}` : '';
  return `${figure}${took} · ${word('units.rows', { n: rows.length })}`;
}

const CONDITIONS = ['cause_found', 'measure_in_place', 'people_taught'] as const;

function Projects({ unit }: { readonly unit: UnitPage }) {
  return (
    <>
      <h3>{word('units.gaps')}</h3>
      <ol class="rows">
        {unit.projects.map(({ no, due, doneAt, measure, done }) => (
          <li key={no}>
            <p>
              {no} {unit.items.find((item) => item.no === no)?.words} ·{' '}
              {doneAt === undefined
                ? `${word('units.gap_open')} · ${word('units.gap_due', { day: dayText(due) })}`
                : word('units.gap_done', { day: dayText(doneAt) })}
            </p>
            {measure && <p>{measure}</p>}
            <p>
              {CONDITIONS.map((one) => (
                <span key={one}>
                  {done.includes(one) ? '☑' : '☐'} {word(`units.conditions.${one}`)}{' '}
                </span>
              ))}
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

function Notice({ unit }: { readonly unit: UnitPage }) {
  if (!unit.notice) return <p class="state">{word('units.no_notice')}</p>;
  const { until, objections } = unit.notice;
  return (
    <>
      <h3>{word('units.notice_until', { day: timeText(until) })}</h3>
      {objections.length === 0 && <p>{word('units.no_objection')}</p>}
      <ol class="rows">
        {objections.map(({ words, at, answer, upheld, photos }) => (
          <li key={at}>
            <div>
              <p>
                {timeText(at)} · {words}
              </p>
              {photos.length > 0 && (
                <ul class="pictures">
                  {photos.map((src, i) => (
                    <li key={src}>
                      <Picture src={src} caption={word('units.photo', { n: i + 1 })} />
                    </li>
                  ))}
                </ul>
              )}
              <p>
                {answer === undefined
                  ? word('units.waits')
                  : `${word(upheld ? 'units.upheld' : 'units.not_upheld')} · ${word('units.answer', { words: answer })}`}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

const PROOF = ['frameHash', 'halfHash', 'half', 'claims', 'seed'] as const;

function History({ unit }: { readonly unit: UnitPage }) {
  return (
    <>
      <h3>{word('units.history')}</h3>
      <ol class="rows">
        {unit.history.map(({ event, at }) => (
          <li key={`${event} ${at}`}>
            {timeText(at)} · {eventName(event)}
          </li>
        ))}
      </ol>
      {unit.proof && (
        <>
          <h3>{word('units.proof')}</h3>
          <p>{word('units.proof_hint')}</p>
          <dl class="hashes">
            {PROOF.map((name) => (
              <div key={name}>
                <dt>{word(`units.proof_parts.${name}`)}</dt>
                <dd>
                  <code>{unit.proof?.[name] ?? word('inspections.not_yet')}</code>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {unit.earlier.length > 0 && <h3>{word('units.earlier')}</h3>}
      <ol class="rows">
        {unit.earlier.map(({ state, at, level, score }) => (
          <li key={at}>
            {dayText(at)} · {state} {level} {score}
          </li>
        ))}
      </ol>
    </>
  );
}

/** The name of an event; the store writes only those that have one. */
function eventName(event: string): string {
  return word(`units.events.${event}` as Parameters<typeof word>[0]);
}
