import type { Outgoing } from '../channels/channel.ts';
import { commitDecision } from '../conversation/commit-decision.ts';
import { contextFor, loadFlows } from '../conversation/load-context.ts';
import { playInput } from '../conversation/play-input.ts';
import { controlLabels, fixLabels, lineValues, optionLabels, questionText } from '../conversation/question-wording.ts';
import { Reply } from '../conversation/reply.ts';
import { openTalk } from '../conversation/talk-control.ts';
import { talkOf } from '../conversation/talk-list.ts';
import { isStale, standsOn } from '../conversation/turn.ts';
import type { Decision, TurnContext } from '../conversation/turn-context.ts';
import { currentQuestion } from '../engine/advance.ts';
import type { Input, Media, Point } from '../engine/input.ts';
import type { Question } from '../engine/question.ts';
import { lineOf } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import { readButton } from '../notify/button.ts';
import type { Reader } from '../notify/reader.ts';
import { flowKey } from '../notify/reader.ts';
import { renderMessage } from '../notify/render-message.ts';
import type { Services } from '../notify/services.ts';
import type { Person } from '../people/person-store.ts';
import { NO_TALKS } from '../people/person-store.ts';
import type { Talk, TalkPosition } from '../people/talk.ts';
import { orStoreAway } from '../store/store.ts';

/** One answer of a form. `step` names the question that it was given to. */
export type FormInput = { readonly step: string } & (
  | { readonly option: string; readonly seal?: string }
  | { readonly text: string }
  | { readonly point: Point }
  | { readonly photo: Media }
);

/** A flow that a page plays: its answers, in the order of their questions or in any order, and an id under which it takes effect once. */
export type Form = {
  readonly flow: string;
  readonly argument?: string;
  readonly inputs: readonly FormInput[];
  readonly op: string;
};

/** A button of a page; `opens` starts another form. */
export type FormButton = {
  readonly id: string;
  readonly label: string;
  readonly chosen?: true;
  readonly opens?: { readonly flow: string; readonly argument: string };
};

export type FormQuestion = {
  readonly step: string;
  readonly kind: Question['kind'];
  readonly text: string;
  /** Sentences above the question, such as the reason why it is asked again. */
  readonly lead: string;
  readonly options: readonly FormButton[];
  readonly fixes: readonly FormButton[];
  readonly controls: readonly FormButton[];
  readonly seal: string;
};

/** What a flow said, for the page to show. */
export type FormMessage = {
  readonly text: string;
  readonly links?: readonly { readonly label: string; readonly url: string }[];
  readonly buttons?: readonly { readonly label: string; readonly flow: string; readonly argument: string }[];
  readonly file?: { readonly name: string; readonly text: string; readonly base64?: true; readonly picture?: true };
};

export type FormResult =
  | {
      readonly type: 'asks';
      readonly title: string;
      /** The answers so far, in words. */
      readonly lines: readonly { readonly label: string; readonly answer: string }[];
      readonly question: FormQuestion;
      readonly says: readonly FormMessage[];
      /** What the resident will read, where the deed tells them. */
      readonly preview?: string;
      /** Inputs that were used. A smaller number than was sent: the questions have changed since. */
      readonly used: number;
    }
  /** `outcome` is the fact of the flow, such as `case_dispatched`; `refused` if nothing was changed. */
  | { readonly type: 'done'; readonly outcome: string; readonly says: readonly FormMessage[] }
  | { readonly type: 'done_before' }
  /** The deed needs a fresh proof of the person; nothing was done. */
  | { readonly type: 'step_up' }
  | { readonly type: 'conflict' };

/** Deeds that reach many people, or change who may act. They need a fresh proof of the person. */
const DANGEROUS: readonly string[] = [
  'staff_invited',
  'role_taken_away',
  'console_factor_reset',
  'safe_mode_left',
  'broadcast_approved',
  'broadcast_glass_broken',
  'public_page_opened',
];

/** Attempts per form; each starts from a fresh person and fresh records. */
const TRIES = 4;

/**
 * Plays a flow from the answers of a form: the same steps, rules and commit as in chat, in one call.
 * The person's own talks in chat stay as they are.
 */
export async function playForm(
  form: Form,
  who: Person,
  services: Services,
  isProven: () => boolean,
): Promise<FormResult> {
  const { store, persons } = services;
  const op = `console:${form.op}`;
  const seen = store.keys.seen(store.pseudonym(who.urn));
  for (let i = 0; i < TRIES; i += 1) {
    if ((await orStoreAway(store.redis.zscore(seen, op))) !== null) return { type: 'done_before' };
    const person = i === 0 ? who : await persons.load(who.urn);
    const played = await play(form, person, services);
    const { active } = played.reply.talks;
    if (active) return asks(active, played);
    const { says } = played;
    const { talks: _closed, messages: _shown, ...decision } = played.decision;
    const isNothing = decision.writes.length === 0 && decision.contact === person.contact;
    const written = { ...decision, talks: person.talks, messages: [] };
    if (isNothing && decision.audit.every(isLook)) return { type: 'done', outcome: 'nothing', says };
    if (decision.audit.some((what) => DANGEROUS.includes(what)) && !isProven()) return { type: 'step_up' };
    const at = services.now();
    if (await commitDecision({ op, person, decision: written, services, at }))
      return { type: 'done', outcome: isNothing ? 'refused' : (decision.audit.at(-1) ?? ''), says };
  }
  return { type: 'conflict' };
}

/** A look at the own lists changes nothing and is no deed. */
function isLook(what: string): boolean {
  return what === 'work_seen';
}

/** A played form: the decision of all its turns, and the last turn for what is shown. */
type Played = {
  readonly decision: Decision;
  readonly reply: Reply;
  readonly talk: Talk;
  readonly says: readonly FormMessage[];
  readonly used: number;
  readonly lines: readonly { readonly label: string; readonly answer: string }[];
  readonly lead: string;
};

/** Plays the flow turn by turn, each input as chat plays a message: load, decide, and load again where an answer chose a record. */
async function play(form: Form, person: Person, services: Services): Promise<Played> {
  const talk = talkOf(form.flow);
  const { contact } = person;
  if (!talk || !contact) throw new Error(`${form.flow} is no flow, or its person has no contact.`);
  const opening = { answers: form.argument === undefined ? {} : (talk.opens?.(form.argument) ?? {}) };
  const first = { ...contextFor({ ...person, talks: NO_TALKS }, services), loaded: await load(form.flow, opening) };
  let turn = await playTurn(first, opening, (reply) => openTalk(form.flow, reply, opening));
  const turns = [turn];
  const lines: { label: string; answer: string }[] = [];
  let used = 0;
  const left = [...form.inputs];
  for (;;) {
    const session = turn.reply.talks.active;
    const next = session?.flow === form.flow ? left.findIndex(({ step }) => step === session.step) : -1;
    const [input] = next < 0 ? [] : left.splice(next, 1);
    // A question without an answer: the rest waits for the person.
    if (!session || !input) break;
    turn = await playTurn(nextContext(turn), turn.position, (reply) =>
      playInput({ session, talk }, inputOf(input, session), reply),
    );
    turns.push(turn);
    used += 1;
    const line = lineAfter(session, turn.reply, talk);
    if (line) lines.push(line);
  }
  const { reply } = turn;
  const { active } = reply.talks;
  const decisions = turns.map((one) => one.reply.decision());
  const last = reply.decision();
  const text = active ? questionText(questionOf(active, talk, reply), reply.reader) : undefined;
  const asked = last.messages.at(-1)?.text;
  const lead = text !== undefined && asked?.endsWith(text) ? asked.slice(0, -text.length).trim() : '';
  const said = text === undefined ? last.messages : last.messages.slice(0, -1);
  const audit = decisions.flatMap((one) => one.audit);
  return { decision: { ...last, audit }, reply, talk, says: said.map(shownMessage), used, lines, lead };

  async function playTurn(context: TurnContext, position: TalkPosition, act: (reply: Reply) => void): Promise<Turn> {
    const once = decideOn(context, act);
    const now = standsOn(once.decision(), new Map([[form.flow, position]]));
    if (!now || !isStale(now, position)) return { reply: once, position };
    const whole = { ...context, loaded: await load(form.flow, now) };
    return { reply: decideOn(whole, act), position: now };
  }

  async function load(flow: string, position: TalkPosition): Promise<ReadonlyMap<string, unknown>> {
    return loadFlows(new Map([[flow, position]]), person, services);
  }
}

type Turn = { readonly reply: Reply; readonly position: TalkPosition };

function decideOn(context: TurnContext, act: (reply: Reply) => void): Reply {
  const { contact } = context.person;
  if (!contact) throw new Error('A form needs a contact.');
  const reply = new Reply(context, contact);
  act(reply);
  return reply;
}

/** The context of the next input: the talk as the last one left it, on the same loads. */
function nextContext({ reply }: Turn): TurnContext {
  const { context, contact, talks } = reply;
  return { ...context, person: { ...context.person, contact, talks } };
}

/** The step's answer in words, once the input has answered it. */
function lineAfter(before: Session, reply: Reply, talk: Talk) {
  const { active } = reply.talks;
  const step = talk.flow.steps.find(({ id }) => id === before.step);
  if (!active || !step || step.reviewed === false || active.step === before.step) return undefined;
  const { reader, context } = reply;
  if (!reader.has(flowKey(talk.flow.id, `${step.id}.label`))) return undefined;
  const run = { flow: talk.flow, facts: reply.factsOf(talk), now: context.now };
  return lineValues(talk.flow.id, lineOf(run, active.answers, step), reader);
}

function inputOf(input: FormInput, { talk, step }: Session): Input {
  if ('option' in input) return { type: 'choice', talk, step, option: input.option, seal: input.seal ?? '' };
  if ('text' in input) return { type: 'text', text: input.text };
  return 'point' in input
    ? { type: 'location', point: input.point }
    : { type: 'photo', photo: input.photo, album: 'form' };
}

function questionOf(session: Session, talk: Talk, reply: Reply): Question {
  return currentQuestion(talk.flow, session, reply.factsOf(talk), reply.context.now);
}

function asks(session: Session, { reply, talk, says, used, lines, lead }: Played): FormResult {
  const { reader } = reply;
  const question = questionOf(session, talk, reply);
  const text = questionText(question, reader);
  const { step, kind, seal } = question;
  const buttons = buttonsOf(question, reader);
  const title = reader.say(flowKey(talk.flow.id, 'title'));
  const resident = { ...reader, roles: [] };
  const told = talk.preview?.(session.answers, reply.finishContextOf(talk));
  const preview = told && kind === 'confirm' ? { preview: renderMessage(told, resident).text } : {};
  return { type: 'asks', title, lines, says, used, ...preview, question: { step, kind, seal, text, lead, ...buttons } };
}

function buttonsOf(question: Question, reader: Reader): Pick<FormQuestion, 'options' | 'fixes' | 'controls'> {
  const options = optionLabels(question, reader).map(({ option, label }, i): FormButton => {
    const opens = question.options[i]?.opens;
    const chosen = question.chosen.includes(option) ? { chosen: true as const } : {};
    return { id: option, label, ...chosen, ...(opens ? { opens } : {}) };
  });
  const plain = ({ option, label }: { readonly option: string; readonly label: string }) => ({ id: option, label });
  return {
    options,
    fixes: fixLabels(question, reader).map(plain),
    controls: controlLabels(question, reader).map(plain),
  };
}

/** A message as the page shows it. Photos and voices are left out: the card shows them itself. */
export function shownMessage({ text, choices = [], file }: Outgoing): FormMessage {
  const all = choices.flat();
  const links = all.flatMap(({ label, url }) => (url === undefined ? [] : [{ label, url }]));
  const buttons = all.flatMap(({ id, label, url }) => {
    const button = url === undefined ? readButton(id) : undefined;
    return button?.type === 'go' ? [{ label, flow: button.flow, argument: button.argument }] : [];
  });
  return {
    text,
    ...(links.length > 0 ? { links } : {}),
    ...(buttons.length > 0 ? { buttons } : {}),
    ...(file ? { file } : {}),
  };
}
