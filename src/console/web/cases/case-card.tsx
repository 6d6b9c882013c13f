import { useEffect, useRef, useState } from 'preact/hooks';
import type { CaseCard } from '../../pages/cases.ts';
import { Failed } from '../failed.tsx';
import { onEscape } from '../keys.tsx';
import { onChange } from '../live.ts';
import { Picture } from '../picture.tsx';
import { notice } from '../state.ts';
import type { Done } from '../talk/post-form.ts';
import { isDeed } from '../talk/post-form.ts';
import { Talk } from '../talk/talk.tsx';
import { useData } from '../use-data.ts';
import { timeText, word } from '../words.ts';

type CardProps = {
  readonly number: string;
  /** Deeds of a key, the first that the case offers opens at once. */
  readonly action: string | undefined;
  readonly onClose: () => void;
  readonly onChanged: () => Promise<void>;
  readonly onNext: () => void;
};
type Opened = { readonly flow: string; readonly argument: string };

/** The card of a case: what it is, what was done, what may be done next. */
export function CaseCardPanel({ number, action, onClose, onChanged, onNext }: CardProps) {
  const { data, failed, missing, load } = useData<CaseCard>(`cases/${number}`);
  const [opened, setOpened] = useState<Opened>();
  const [beside, setBeside] = useState<string>();
  /** The newest version that the stream told of. */
  const [newest, setNewest] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  // The own deed comes over the stream too; its card is loaded by then.
  const changed = data !== undefined && newest > data.version;
  useEffect(() => heading.current?.focus(), [data?.number]);
  useEffect(() => {
    const offered = action?.split(',').find((id) => data?.actions.some((one) => one.id === id));
    if (offered) setOpened({ flow: 'my-work', argument: `${number}.${offered}` });
  }, [action, data?.number]);
  useEffect(
    () =>
      onChange((change) => {
        // While a form is open the card stays as it was read; the form itself meets the new state.
        if (change.number === number) setNewest(change.version);
      }),
    [number],
  );
  useEffect(() => {
    if (changed && !opened) void load();
  }, [newest, opened]);
  if (failed) return <Failed onRetry={load} />;
  if (missing)
    return (
      <aside class="case">
        <p class="state">{word('cases.missing')}</p>
        <button type="button" onClick={onClose}>
          {word('close')}
        </button>
      </aside>
    );
  if (!data) return <aside class="case wait">{word('loading')}</aside>;
  const closeDeed = () => {
    setOpened(undefined);
    requestAnimationFrame(() => heading.current?.focus());
  };
  const done = async (result: Done) => {
    if (isDeed(result)) notice.value = word('form.done');
    await Promise.all([load(), onChanged()]);
  };
  return (
    <aside class="case" aria-labelledby="case-title">
      <header>
        <button type="button" class="back" onClick={onClose}>
          {word('cases.back')}
        </button>
        <button type="button" onClick={onNext}>
          {word('cases.next')}
        </button>
      </header>
      <h2 id="case-title" tabIndex={-1} ref={heading}>
        {data.urgent && <b class="tag urgent">{word('cases.urgent')}</b>} {data.category}
      </h2>
      <p class="meta">
        <span class="number">{data.shown}</span> · {data.state} · {timeText(data.filed)}
      </p>
      {data.clocks.map((clock) => (
        <p key={clock} class="clock">
          {clock}
        </p>
      ))}
      {changed && opened && (
        <p class="trouble" role="alert">
          {word('cases.changed')}{' '}
          <button type="button" onClick={() => void load()}>
            {word('cases.show_changed')}
          </button>
        </p>
      )}
      <p class="description">{data.description}</p>
      <Pictures pictures={data.pictures} />
      <dl class="facts">
        {data.facts.map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {data.near.length > 0 && (
        <section>
          <h3>{word('cases.near')}</h3>
          <ul class="near">
            {data.near.map(({ number: other, label }) => (
              <li key={other}>
                {label}{' '}
                <button
                  type="button"
                  aria-expanded={beside === other}
                  onClick={() => setBeside(beside === other ? undefined : other)}
                >
                  {word('cases.beside')}
                </button>
              </li>
            ))}
          </ul>
          {beside && <Beside number={beside} />}
        </section>
      )}
      {opened ? (
        <section class="deed" aria-label={word('cases.deed')} onKeyDown={onEscape(closeDeed)}>
          <Talk
            key={`${opened.flow} ${opened.argument}`}
            flow={opened.flow}
            argument={opened.argument}
            onDone={done}
            onClose={closeDeed}
            onOpen={(flow, argument) => setOpened({ flow, argument })}
          />
        </section>
      ) : (
        <section class="actions" aria-label={word('cases.deeds')}>
          {data.actions.map(({ id, label }) => (
            <button key={id} type="button" onClick={() => setOpened({ flow: 'my-work', argument: `${number}.${id}` })}>
              {label}
            </button>
          ))}
          {data.opens.map(({ label, flow, argument }) => (
            <button key={flow} type="button" onClick={() => setOpened({ flow, argument })}>
              {label}
            </button>
          ))}
          {data.actions.length === 0 && <p>{word('cases.no_deed')}</p>}
        </section>
      )}
      <section>
        <h3>{word('cases.history')}</h3>
        <ol class="history">
          {data.history.map((line, i) => (
            <li key={`${i}${line}`}>{line}</li>
          ))}
        </ol>
      </section>
    </aside>
  );
}

function Pictures({ pictures }: Pick<CaseCard, 'pictures'>) {
  if (pictures.length === 0) return null;
  return (
    <ul class="pictures">
      {pictures.map(({ src, caption, before }) => (
        <li key={src}>
          <Picture src={src} caption={`${word(before ? 'cases.before' : 'cases.after')}：${caption}`} />
        </li>
      ))}
    </ul>
  );
}

/** Another case, to compare it with the open one. */
function Beside({ number }: { readonly number: string }) {
  const { data, missing } = useData<CaseCard>(`cases/${number}`);
  if (missing) return <p>{word('cases.missing')}</p>;
  if (!data) return <p class="wait">{word('loading')}</p>;
  return (
    <div class="beside">
      <h4>
        {data.category} {data.shown}
      </h4>
      <p>
        {data.state} · {timeText(data.filed)} · {data.place}
      </p>
      <p>{data.description}</p>
      <Pictures pictures={data.pictures} />
    </div>
  );
}
