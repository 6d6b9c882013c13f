import { Fragment } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { BotLine, Callable, OwnLine } from './bubble.tsx';
import { PhotoViewer } from './photo.tsx';
import { begin, chat, isWriting, known, lines, payload } from './state.ts';
import { dayText, word } from './words.ts';

/** A reader this close to the end is taken along by new messages, px. */
const NEAR_END = 160;

/** The chat. New messages are announced; the view follows only a reader who is at the end. */
export function Log() {
  const list = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const all = lines.value;
  const follow = () => {
    if (atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  // Who acts wants to see the answer, also from further up.
  if (isWriting.value) atEnd.current = true;
  useLayoutEffect(follow);
  // The menu, the keyboard, a larger text and loaded photos change the room.
  useEffect(() => {
    const room = new ResizeObserver(follow);
    for (const one of [list.current, list.current?.firstElementChild]) if (one) room.observe(one);
    return () => room.disconnect();
  }, []);
  const newest = chat.value.bubbles.at(-1)?.n;
  /** Nothing was said yet, or the chat was deleted. */
  const isEmpty = known.value !== undefined && all.length === 0;
  return (
    <main
      ref={list}
      class="log"
      onScroll={({ currentTarget: view }) => {
        atEnd.current = view.scrollHeight - view.scrollTop - view.clientHeight < NEAR_END;
      }}
    >
      {/* A log that is read from the start on: the newest line is announced. */}
      <div role="log" aria-live="polite">
        <ol>
          {all.length === 0 && (
            <li class="hello">
              <Callable text={word('hello')} />
            </li>
          )}
          {all.map((line, i) => (
            <Fragment key={'bot' in line ? `b${line.bot.n}` : line.own[0].id}>
              {dayText(line.at, Date.now()) !== dayText(all[i - 1]?.at ?? 0, Date.now()) && (
                <li class="day">{dayText(line.at, Date.now())}</li>
              )}
              {'bot' in line ? (
                <BotLine bubble={line.bot} isNewest={line.bot.n === newest} />
              ) : (
                <OwnLine own={line.own} />
              )}
            </Fragment>
          ))}
          {isWriting.value && <li class="writing">{word('writing')}</li>}
        </ol>
      </div>
      {(isEmpty || (known.value && payload.value)) && (
        <p class="begin">
          {!isEmpty && <span>{word('hello_again')}</span>}
          <button type="button" class="main" onClick={begin}>
            {word('start')}
          </button>
        </p>
      )}
      <PhotoViewer />
    </main>
  );
}
