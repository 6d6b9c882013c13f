import type { InboundContent } from '../../channels/channel.ts';
import type { OpeningAnswers } from '../../engine/advance-result.ts';
import type { Session } from '../../engine/session.ts';
import type { FixedKey, Say } from '../../i18n.ts';

/** What a person says to the bot itself; each has its answer, `common:remarks.<id>`. */
export type Remark = 'human' | 'privacy' | 'phone_number' | 'fraud' | 'police' | 'service' | 'upset' | 'fine';

/** The purpose of one input, as read outside any talk. */
export type Intent =
  | { readonly type: 'start' }
  | { readonly type: 'help' }
  | { readonly type: 'stop' }
  | { readonly type: 'open'; readonly flow: string; readonly known?: OpeningAnswers }
  /** A photo outside any talk opens a report. */
  | {
      readonly type: 'photo';
      readonly flow: 'report-hazard';
      readonly photo: Extract<InboundContent, { type: 'photo' }>;
    }
  /** A location outside any talk opens a report there. */
  | {
      readonly type: 'location';
      readonly flow: 'report-hazard';
      readonly location: Extract<InboundContent, { type: 'location' }>;
    }
  | { readonly type: 'resume' | 'drop'; readonly talk: string }
  | { readonly type: 'fresh'; readonly flow: string; readonly known?: OpeningAnswers }
  | { readonly type: 'emergency'; readonly report?: Session['answers'] }
  | { readonly type: 'thanks' }
  | { readonly type: 'remark'; readonly remark: Remark }
  | { readonly type: 'wrong_number' }
  | { readonly type: 'answer' };

/** Slash commands, the most wanted first, as menus show them; Telegram allows Latin letters only. */
const COMMANDS = {
  '/report': { type: 'open', flow: 'report-hazard' },
  '/mine': { type: 'open', flow: 'my-cases' },
  '/help': { type: 'help' },
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
  '/stop': { type: 'stop' },
} as const satisfies Readonly<Record<string, Intent>>;

/** Lists the commands with their descriptions, for the channel's own menu. */
export function commandsIn(say: Say): readonly { readonly command: string; readonly description: string }[] {
  return Object.keys(COMMANDS).map((slashed) => {
    const command = slashed.slice(1);
    return { command, description: say(`common:commands.${command}` as FixedKey) };
  });
}

/** The purpose of a text that is a command, also with the bot's name behind it. */
export function commandIn(said: string): Intent | undefined {
  return (COMMANDS as Readonly<Record<string, Intent>>)[said.replace(/@\w+$/, '')];
}
