import { useEffect, useState } from 'preact/hooks';
import type { BroadcastRow } from '../../pages/broadcasts.ts';
import { Board } from '../board.tsx';
import { Compose } from '../compose/compose.tsx';
import { Export } from '../export.tsx';
import { Lines } from '../lists/lines.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { setParams } from '../router.ts';
import { useData } from '../use-data.ts';
import { dayText, timeText, word } from '../words.ts';

/** A run that is under way is looked at this often, ms. */
const LOOK_EVERY_MS = 2000;

/** 公告: what was sent, what is sent now, and what will be. */
export default function Broadcasts() {
  const loaded = useData<readonly BroadcastRow[]>('broadcasts');
  const { data, load } = loaded;
  const [composing, setComposing] = useState(false);
  const [steps, setSteps] = useState(false);
  const drafted = async (id: string) => {
    setComposing(false);
    if (id) setParams({ id });
    await load();
  };
  const stepByStep = () => {
    setComposing(false);
    setSteps(true);
  };
  const isSending = data?.some(({ progress }) => progress?.state === 'sending') ?? false;
  useEffect(() => {
    if (!isSending) return;
    const timer = setInterval(load, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isSending]);
  const coming = data?.filter(({ next }) => next !== undefined).toSorted((a, b) => (a.next ?? 0) - (b.next ?? 0)) ?? [];
  return (
    <Board
      title={word('pages.broadcasts')}
      starts={steps ? [{ flow: 'announce', argument: 'new', label: word('compose.steps') }] : []}
      head={
        <button type="button" class="main" aria-pressed={composing} onClick={() => setComposing(!composing)}>
          {word('broadcasts.new')}
        </button>
      }
      wide={composing && <Compose onDrafted={drafted} onSteps={stepByStep} onClose={() => setComposing(false)} />}
      flow="my-broadcasts"
      onChanged={load}
    >
      <LoadState loaded={loaded} empty={data?.length === 0 && word('broadcasts.empty')} />
      {coming.length > 0 && (
        <section>
          <h2>{word('broadcasts.calendar')}</h2>
          <ul class="calendar">
            {coming.map(({ id, next = 0, title }) => (
              <li key={id}>
                <b>{dayText(next)}</b> {timeText(next)} {title}
              </li>
            ))}
          </ul>
        </section>
      )}
      {data && data.length > 0 && (
        <Export
          name="announcements"
          rows={() => [
            (['title', 'region', 'state', 'time', 'total', 'delivered', 'left'] as const).map((name) =>
              word(`broadcasts.columns.${name}`),
            ),
            ...data.map(({ title, region, state, ran, made, progress }) => [
              title,
              region,
              word(`broadcasts.state.${state}`),
              timeText(ran ?? made),
              progress?.total ?? '',
              progress?.counts.delivered ?? '',
              progress?.left ?? '',
            ]),
          ]}
        />
      )}
      <Lines rows={data ?? []} opens={(id) => ({ id })}>
        {(row) => (
          <>
            <span class="what">
              {row.urgent && <b class="tag urgent">{word('broadcasts.urgent')}</b>}
              <strong>{row.title}</strong>
              <span class="place">{row.region}</span>
            </span>
            <span class="how">
              <span>{word(`broadcasts.state.${row.state}`)}</span>
              <span>{timeText(row.ran ?? row.made)}</span>
            </span>
            {row.progress && <Ledger progress={row.progress} />}
          </>
        )}
      </Lines>
    </Board>
  );
}

/** The ledger of a run: its counts add up to the audience. */
function Ledger({ progress }: { readonly progress: NonNullable<BroadcastRow['progress']> }) {
  const { total, counts, left, state, ways } = progress;
  const channels = Object.entries(ways);
  const parts = Object.entries(counts).map(([name, n]) =>
    word(`broadcasts.outcome.${name as keyof typeof counts}`, { n: n ?? 0 }),
  );
  return (
    <span class="ledger">
      {state === 'sending' && <progress max={total} value={total - left} aria-label={word('broadcasts.progress')} />}
      <small>
        {[
          word('broadcasts.total', { n: total }),
          ...parts,
          ...(left > 0 ? [word('broadcasts.left', { n: left })] : []),
        ].join(' · ')}
      </small>
      {(channels.length > 1 || counts.waiting !== undefined) && (
        <small>
          {channels.map(([channel, way], i) => (
            <span key={channel}>
              {i > 0 && '；'}
              {word(`broadcasts.channels.${channel as 'web'}`)}{' '}
              {Object.entries(way)
                .map(([name, n]) => word(`broadcasts.way.${name as keyof typeof way}`, { n: n ?? 0 }))
                .join(' · ')}
            </span>
          ))}
        </small>
      )}
    </span>
  );
}
