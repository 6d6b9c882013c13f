import { readCaseNumber } from '../cases/case-number.ts';
import type { InboundContent } from '../channels/channel.ts';
import type { OpeningAnswers } from '../engine/advance.ts';
import type { Question } from '../engine/question.ts';
import { LEAVE_OPTIONS } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import { foldText, tidyText } from '../engine/tidy-text.ts';
import type { FixedKey, Say } from '../i18n.ts';
import { readButton } from '../notify/button.ts';
import type { Reader } from '../notify/reader.ts';
import { INVITES } from '../people/invitation.ts';
import { CERTIFICATE_LINK, isCertificateCode } from '../volunteers/hours/volunteer-hours.ts';
import { TEAM_LINK } from '../volunteers/teams/team.ts';
import { labelsOf } from './question-wording.ts';
import { TALKS, talkOf } from './talk-list.ts';

/** What a person wants with one input, seen from outside any talk. */
export type Intent =
  | { readonly type: 'start' }
  | { readonly type: 'help' }
  | { readonly type: 'stop' }
  | { readonly type: 'open'; readonly flow: string; readonly known?: OpeningAnswers }
  /** A photo out of the blue is the beginning of a report. */
  | {
      readonly type: 'photo';
      readonly flow: 'report-hazard';
      readonly photo: Extract<InboundContent, { type: 'photo' }>;
    }
  | { readonly type: 'resume' | 'drop'; readonly talk: string }
  | { readonly type: 'fresh'; readonly flow: string }
  | { readonly type: 'emergency'; readonly report?: Session['answers'] }
  | { readonly type: 'thanks' }
  | { readonly type: 'wrong_number' }
  | { readonly type: 'answer' };

/** A number in the middle of a sentence, or copied with the words around it. */
const CASE_NUMBER = /(?<![0-9A-Za-z])[0-9A-Za-z]{4}[-–—\s]?[0-9A-Za-z]{4}(?![0-9A-Za-z])/;

const CASE_TALKS: readonly string[] = ['my-work', 'my-cases'];

/** The commands, which are Latin because Telegram allows no others. */
const COMMANDS = {
  '/help': { type: 'help' },
  '/stop': { type: 'stop' },
  '/report': { type: 'open', flow: 'report-hazard' },
  '/mine': { type: 'open', flow: 'my-cases' },
  '/area': { type: 'open', flow: 'follow-area' },
  '/topics': { type: 'open', flow: 'choose-topics' },
  '/announce': { type: 'open', flow: 'announce' },
  '/announcements': { type: 'open', flow: 'my-broadcasts' },
  '/work': { type: 'open', flow: 'my-work' },
  '/leave': { type: 'open', flow: 'leave-staff' },
  '/invite': { type: 'open', flow: 'invite-staff' },
  '/language': { type: 'open', flow: 'choose-language' },
  '/mydata': { type: 'open', flow: 'my-data' },
  '/forget': { type: 'open', flow: 'forget-me' },
} as const satisfies Readonly<Record<string, Intent>>;

/** What a channel may list in its own menu. */
export function commandsIn(say: Say): readonly { readonly command: string; readonly description: string }[] {
  return Object.keys(COMMANDS).map((slashed) => {
    const command = slashed.slice(1);
    return { command, description: say(`common:commands.${command}` as FixedKey) };
  });
}

/** What stands behind /start in a link, and what it opens. */
const LINKS = [
  {
    starts: INVITES,
    flow: 'join-staff',
    answers: (payload: string) => ({ token: payload.slice(INVITES.length) }),
  },
  { starts: TEAM_LINK, flow: 'join-team', answers: (team: string) => ({ team }) },
  {
    starts: CERTIFICATE_LINK,
    flow: 'check-certificate',
    answers: (payload: string) => ({ code: payload.slice(CERTIFICATE_LINK.length) }),
  },
] as const;

/** Where a person stands while they say something. */
type IntentContext = {
  readonly reader: Reader;
  /** The question they stand on. */
  readonly asked: Question | undefined;
  /** That question is one of a list or a setting, not of a report. */
  readonly light: boolean;
  /** Who asks has a role as an organiser. */
  readonly staff: boolean;
  /** The talk that waits to be gone on with. */
  readonly waiting: Session | undefined;
  /** Whether words sound like a hazard. */
  readonly isHazard: (text: string) => boolean;
};

/**
 * Reads what somebody wants. Where the question takes free words, bare words such as “帮助” belong to the answer, while
 * commands and the menu's own buttons always lead out.
 */
export function readIntent(
  content: InboundContent,
  { reader, asked, light, staff, waiting, isHazard }: IntentContext,
): Intent {
  const { say } = reader;
  if (content.type === 'start') {
    const link = LINKS.find(({ starts }) => content.payload.startsWith(starts));
    return link
      ? { type: 'open', flow: link.flow, known: { answers: link.answers(content.payload) } }
      : { type: 'start' };
  }
  if (content.type === 'choice') {
    const button = readButton(content.id);
    if (button?.type === 'go') {
      const answers = talkOf(button.flow)?.opens?.(button.argument);
      return answers ? { type: 'open', flow: button.flow, known: { answers } } : { type: 'answer' };
    }
    return button && button.type !== 'answer' ? button : { type: 'answer' };
  }
  // Somebody who looks at one case means that case: which deed the photo belongs to is said first.
  const atCase = asked !== undefined && CASE_TALKS.includes(asked.flow) && asked.step !== 'case';
  if (content.type === 'photo' && !atCase && (!asked || (light && asked.kind !== 'photos' && asked.kind !== 'spot'))) {
    return { type: 'photo', flow: 'report-hazard', photo: content };
  }
  // So is a voice message, which staff can listen to, and a place.
  if (content.type === 'voice' && !asked) {
    const { voice, seconds } = content;
    return { type: 'open', flow: 'report-hazard', known: { answers: { description: { voice, seconds } } } };
  }
  if (content.type === 'location' && !asked) return { type: 'open', flow: 'report-hazard' };
  if (content.type !== 'text') return { type: 'answer' };
  const said = foldText(content.text);
  const command = (COMMANDS as Readonly<Record<string, Intent>>)[said.replace(/@\w+$/, '')];
  if (command) return command;
  const wanted = TALKS.find(({ flow }) => foldedWords(`common:buttons.${flow.id}` as FixedKey, say)[0] === said);
  if (wanted) return { type: 'open', flow: wanted.flow.id };
  if (foldedWords('common:buttons.help', say)[0] === said) return { type: 'help' };
  // What the question itself can be answered with comes before what the same word would open.
  if (asked && readTyped(content.text, asked, reader) !== undefined) return { type: 'answer' };
  if (asked?.takesWords) return { type: 'answer' };
  if (isEmergency(content.text, say)) {
    // Life first; and if it is a hazard too, the report begins below the numbers.
    const report = !asked && isHazard(content.text) ? { description: { text: tidyText(content.text) } } : undefined;
    return { type: 'emergency', ...(report ? { report } : {}) };
  }
  const offered = waiting && !asked ? readOffer(said, waiting, say) : undefined;
  // At a list of cases a number may be of one that is not listed.
  const inTalk = asked !== undefined && !(CASE_TALKS.includes(asked.flow) && asked.step === 'case');
  const meant = offered ?? readWord(said, content.text, say, inTalk, staff);
  if (meant.type !== 'answer' || asked || !isHazard(content.text)) return meant;
  // “井盖没了”, out of the blue, is the beginning of a report.
  const description = { text: tidyText(content.text) };
  return { type: 'open', flow: 'report-hazard', known: { answers: { description } } };
}

/** Words with which life comes before the report. */
export function isEmergency(text: string, say: Say): boolean {
  // “没有人受伤” holds the words of an emergency and means the opposite.
  const said = foldedWords('common:words.not_emergency', say).reduce(
    (left, words) => left.replaceAll(words, ''),
    foldText(text),
  );
  return foldedWords('common:words.emergency', say).some((word) => said.includes(word));
}

/** The typed answer to “you have an unfinished report”. */
function readOffer(said: string, waiting: Session, say: Say): Intent | undefined {
  if (isWord(said, say, 'stay')) return { type: 'resume', talk: waiting.talk };
  if (isWord(said, say, 'drop') || isWord(said, say, 'leave')) return { type: 'drop', talk: waiting.talk };
  return bare(said) === bare(say('common:fresh')) ? { type: 'fresh', flow: waiting.flow } : undefined;
}

function readWord(said: string, text: string, say: Say, inTalk: boolean, staff: boolean): Intent {
  const opened = TALKS.find(({ flow }) => isWord(said, say, flow.id));
  if (opened) return { type: 'open', flow: opened.flow.id };
  if (isWord(said, say, 'help')) return { type: 'help' };
  if (isWord(said, say, 'stop')) return { type: 'stop' };
  if (inTalk) return { type: 'answer' };
  if (isWord(said, say, 'hello')) return { type: 'start' };
  if (isWord(said, say, 'thanks')) return { type: 'thanks' };
  const code = tidyText(text).toUpperCase();
  if (isCertificateCode(code)) return { type: 'open', flow: 'check-certificate', known: { answers: { code } } };
  const [like] = CASE_NUMBER.exec(text) ?? [];
  const number = readCaseNumber(like ?? text);
  if (number) return { type: 'open', flow: staff ? 'my-work' : 'my-cases', known: { answers: { case: number } } };
  return like?.includes('-') ? { type: 'wrong_number' } : { type: 'answer' };
}

/** The control or option that typed words stand for: the label of a button, or a word such as 返回 or 好的. */
export function readTyped(text: string, question: Question, reader: Reader): string | undefined {
  const { say } = reader;
  const said = foldText(text);
  const labelled = labelsOf(question, reader).find(
    ({ label }) => foldText(label) === said || bare(label) === bare(text),
  );
  if (labelled) return labelled.option;
  if (question.kind === 'leave') return LEAVE_OPTIONS.find((name) => isWord(said, say, name));
  // Inside free words "没有" is an answer; "上一步" and "取消" are what they say everywhere.
  const names =
    question.kind === 'text' ? (['back', 'leave'] as const) : (['back', 'leave', 'skip', 'done', 'keep'] as const);
  const control = names.find((name) => isWord(said, say, name) && question.controls.includes(`~${name}`));
  if (control) return `~${control}`;
  const meaning = (['yes', 'no'] as const).find((name) => isWord(said, say, name));
  const meant = meaning && question.options.find(({ means }) => means === meaning)?.id;
  return meant ?? onlyOne(question, text, reader);
}

/** The one option whose label contains the words, if they are more than a syllable: 不匿名, 英文. */
function onlyOne(question: Question, text: string, reader: Reader): string | undefined {
  const part = bare(text);
  if (part.length < 2 || question.kind === 'place') return undefined;
  const options = labelsOf(question, reader).filter(({ option }) => !option.startsWith('~'));
  const [first, ...more] = options.filter(({ label }) => bare(label).includes(part));
  return more.length === 0 ? first?.option : undefined;
}

function isWord(said: string, say: Say, name: string): boolean {
  return foldedWords(`common:words.${name}` as FixedKey, say).includes(said);
}

/** Our own words as they are compared with; folded once a language. */
function foldedWords(key: FixedKey, say: Say): readonly string[] {
  const words = say(key);
  const known = FOLDED.get(words);
  if (known) return known;
  const folded = words.split('|').map(foldText);
  FOLDED.set(words, folded);
  return folded;
}
const FOLDED = new Map<string, readonly string[]>();

/** A label without its emoji and signs. */
function bare(label: string): string {
  return foldText(label).replace(/[^\p{L}\p{N}]/gu, '') || label;
}
