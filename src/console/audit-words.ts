import type { Key } from '../i18n.ts';
import type { Reader } from '../notify/reader.ts';
import { flowKey } from '../notify/reader.ts';

/** Events that name a talk: `seen:answer-survey`, `learnt:report-hazard.consent`, `refused:announce`. */
const OF_TALK = ['seen', 'learnt', 'refused'] as const;

/**
 * Words an event of the audit log: 案件：受理. The id is a subject and a deed in the past tense, so both have words of their
 * own. What has none stays as it is.
 */
export function auditWord(what: string, reader: Reader): string {
  const [id = '', detail] = what.split(':');
  const ofTalk = OF_TALK.find((one) => one === id);
  const talk = flowKey(detail?.split('.')[0] ?? '', 'title');
  if (ofTalk && reader.has(talk)) return reader.say(`audit:${ofTalk}`, { title: reader.say(talk) });
  // A file is named by its month or year too.
  const worded = eventWord(id.replace(/_\d+(?=_)/g, ''), reader);
  // The reason of a refusal is an id; that of a revoked key names it.
  return worded === undefined || detail === undefined || id.endsWith('_refused')
    ? (worded ?? what)
    : `${worded} ${detail}`;
}

function eventWord(id: string, reader: Reader): string | undefined {
  const word = (key: string) => (reader.has(key) ? reader.say(key as Key) : undefined);
  const whole = word(`audit:events.${id}`);
  if (whole !== undefined) return whole;
  // The longest subject first: 调解 before a shorter one that begins alike.
  for (let cut = id.lastIndexOf('_'); cut > 0; cut = id.lastIndexOf('_', cut - 1)) {
    const [subject, deed] = [word(`audit:subjects.${id.slice(0, cut)}`), word(`audit:deeds.${id.slice(cut + 1)}`)];
    if (subject !== undefined && deed !== undefined) return reader.say('audit:pair', { subject, deed });
  }
  return undefined;
}
