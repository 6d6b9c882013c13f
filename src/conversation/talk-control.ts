import { open, resume } from '../engine/advance.ts';
import type { Asked, AskReason, OpeningAnswers } from '../engine/advance-result.ts';
import type { Input } from '../engine/input.ts';
import type { Session } from '../engine/session.ts';
import { tidyText } from '../engine/tidy-text.ts';
import { flowKey } from '../notify/reader.ts';
import type { Talk } from '../people/talk.ts';
import { playInput } from './play-input.ts';
import type { Reply } from './reply.ts';
import { closedWhileOpen, dropAnswers, showResult } from './show-result.ts';
import { talkOf } from './talk-list.ts';

/** Opens a talk. If one of the same flow waits, offers to resume it or to begin anew. */
export function openTalk(flow: string, reply: Reply, known: OpeningAnswers = {}): void {
  const talk = talkOf(flow);
  if (!talk) return;
  reply.pauseActive();
  const meant = talk.yieldsTo && reply.talks.paused.find((session) => session.flow === talk.yieldsTo);
  if (meant) return reply.offer(meant);
  const waiting = reply.talks.paused.find((session) => session.flow === flow);
  // Private answers lie outside the session: a new session continues with the same answers.
  if (waiting && talk.privateAnswers) reply.takeOut(waiting.talk);
  // Another case may be opened while a deed on one waits.
  else if (waiting && !(talk.flow.light && known.answers)) return offerFresh(waiting, talk, known, reply);
  const facts = reply.factsOf(talk);
  const { now, talkId } = reply.context;
  const closed = talk.closed?.(facts, now);
  if (closed) {
    // The button may be forged: the refusal is audited.
    reply.note(`refused:${flow}`);
    reply.say(closed);
    return reply.remind();
  }
  const answers = { ...talk.prefills?.(facts), ...known.answers };
  const opened = open(talk.flow, talkId, facts, now, { ...known, answers });
  showResult(opened.type === 'asked' ? { ...opened, ...noticeOf(opened, known) } : opened, talk, reply);
}

/** Offers to resume a session or to begin anew; answers that the button cannot carry wait with the session. */
function offerFresh(waiting: Session, talk: Talk, known: OpeningAnswers, reply: Reply): void {
  const argument = argumentOf(talk, known);
  const { wanted: before, ...rest } = waiting;
  const wanted = argument === undefined && !talk.sealed ? (known.answers ?? before) : undefined;
  const kept: Session = wanted ? { ...rest, wanted } : rest;
  const { talks } = reply;
  reply.setTalks({ ...talks, paused: talks.paused.map((session) => (session === waiting ? kept : session)) });
  reply.offer(kept, { argument });
}

/** A session that goes on; what waited for a fresh one is left. */
function goingOn({ wanted: _left, ...session }: Session): Session {
  return session;
}

/** The argument of the button that opens a talk with these answers; undefined if none does. */
function argumentOf({ opens }: Talk, { answers }: OpeningAnswers): string | undefined {
  const wanted = JSON.stringify(answers);
  return Object.values(answers ?? {}).find(
    (value): value is string => typeof value === 'string' && JSON.stringify(opens?.(value)) === wanted,
  );
}

/** Tells what became of the answers that a talk was opened with. */
function noticeOf({ session }: Asked, { answers = {} }: OpeningAnswers): { readonly because?: AskReason } {
  if (answers.photos) return { because: { type: 'photo_kept' } };
  if (answers.place) return { because: { type: 'place_kept' } };
  // The answer was not accepted, for example a case number that this person may not see.
  if (answers[session.step] === undefined) return {};
  return { because: { type: 'again', reason: session.step === 'case' ? 'not_found' : 'changed', misses: 1 } };
}

/** A shorter caption describes nothing, characters. */
const CAPTION_MIN = 2;

/** Takes a photo that came outside any talk: adds it to the paused report, or opens one. */
export function takePhoto(photo: Extract<Input, { type: 'photo' }>, flow: string, reply: Reply): void {
  if (playInPaused(photo, flow, reply)) return;
  const caption = tidyText(photo.caption ?? '');
  const words = [...caption].length < CAPTION_MIN ? {} : { description: { text: caption } };
  openTalk(flow, reply, { answers: { photos: [photo.photo], ...words }, album: photo.album });
}

/** Pauses the active talk and hands the input to a paused one of this flow. False if there is none. */
function playInPaused(input: Input, flow: string, reply: Reply): boolean {
  reply.pauseActive();
  const waiting = reply.talks.paused.find((session) => session.flow === flow);
  const talk = talkOf(flow);
  if (!waiting || !talk) return false;
  reply.takeOut(waiting.talk);
  playInput({ session: goingOn(waiting), talk }, input, reply);
  return true;
}

/** Takes a location that came outside any talk: opens a report there, or corrects the paused one. */
export function takeLocation(input: Extract<Input, { type: 'location' }>, flow: string, reply: Reply): void {
  if (playInPaused(input, flow, reply)) return;
  const places = reply.context.city.regions.read(input.point, input.exact);
  // Where the map datum leaves two places, the place question asks only which.
  const place = places.length === 1 ? places[0] : { places };
  openTalk(flow, reply, { answers: { place } });
}

/** Drops paused talks of a flow and opens it anew. */
export function openFresh(flow: string, reply: Reply, known?: OpeningAnswers): void {
  const { paused } = reply.talks;
  const wanted = paused.findLast((session) => session.flow === flow)?.wanted;
  reply.setTalks({ ...reply.talks, paused: paused.filter((session) => session.flow !== flow) });
  openTalk(flow, reply, known ?? (wanted && { answers: wanted }));
}

/** Asks the active talk's question again, after another message came between. */
export function showAgain(reply: Reply): void {
  const session = reply.talks.active;
  const talk = session && talkOf(session.flow);
  if (talk) showResult(resume(talk.flow, session, reply.factsOf(talk), reply.context.now), talk, reply);
}

/** Resumes a paused talk. False if there is none with this id. */
export function resumeTalk(id: string, reply: Reply): boolean {
  const session = reply.talks.paused.find(({ talk }) => talk === id);
  const talk = session && talkOf(session.flow);
  if (!session || !talk) return false;
  reply.takeOut(id);
  reply.pauseActive();
  if (closedWhileOpen(talk, reply)) return true;
  showResult(resume(talk.flow, goingOn(session), reply.factsOf(talk), reply.context.now), talk, reply);
  return true;
}

/** Drops a paused talk. False if there is none with this id. */
export function dropTalk(id: string, reply: Reply): boolean {
  const session = reply.talks.paused.find(({ talk }) => talk === id);
  if (!session) return false;
  const talk = talkOf(session.flow);
  const said = talk && dropAnswers(talk, reply);
  reply.takeOut(id);
  reply.say(said ?? { key: 'common:dropped' });
  return true;
}

/** Removes expired talks and tells the person. */
export function dropExpired(reply: Reply): void {
  const { active, ...rest } = reply.talks;
  const all = [...rest.paused, ...(active ? [active] : [])];
  const over = all.filter(({ expires, flow }) => reply.context.now > expires || !talkOf(flow));
  if (over.length === 0) return;
  const paused = rest.paused.filter((session) => !over.includes(session));
  reply.setTalks(active && !over.includes(active) ? { ...rest, active, paused } : { ...rest, paused });
  for (const { flow } of over) {
    if (talkOf(flow)?.flow.light ?? true) continue;
    const { say, has } = reply.reader;
    // A talk that cannot be begun again after this time has its own sentence.
    const own = flowKey(flow, 'expired');
    reply.say(has(own) ? { key: own } : { key: 'common:expired', values: { title: say(flowKey(flow, 'title')) } });
  }
}
