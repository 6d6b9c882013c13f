import type { Premises } from '../../city/premises.ts';
import type { LocalizedMessage, Values } from '../../delivery/outcome.ts';
import type { Drill } from './drill-watch.ts';

/** Tells a person that the lot chose them to watch a drill. */
export function watchNews(drill: Drill, premises: Premises): LocalizedMessage {
  return {
    key: 'flows/watch-drill:news.drawn',
    values: watchValues(drill, premises),
    buttons: [{ label: 'flows/watch-drill:start', flow: 'watch-drill', argument: drill.task }],
  };
}

/** Tells a watcher that the drill was cancelled. */
export function calledOff(drill: Drill, premises: Premises): LocalizedMessage {
  return { key: 'flows/watch-drill:news.called_off', values: watchValues(drill, premises) };
}

/** Asks a contact how long a drill took. */
export function minutesWanted(drill: Drill, premises: Premises): LocalizedMessage {
  return {
    key: 'flows/watch-drill:news.minutes_wanted',
    values: watchValues(drill, premises),
    buttons: [{ label: 'flows/watch-drill:note', flow: 'watch-drill', argument: drill.task }],
  };
}

/** Name of the premises, time and result of a drill. */
export function watchValues({ from, until, watch, minutes }: Drill, { names }: Premises): Values {
  return {
    name: { names },
    when: { from, until },
    minutes: watch?.minutes ?? minutes ?? 0,
    words: watch?.words ? { words: watch.words } : '',
  };
}
