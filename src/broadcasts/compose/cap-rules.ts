import type { FileInventory } from '../../files/file-inventory.ts';
import type { CapElement } from './cap-xml.ts';

/** The list in which an element ends, and why. */
type Fate = { readonly list: 'carried' | 'refused' | 'ignored'; readonly why: string };
type Rule = {
  /** The fate of an element with this text; without it, the caller judges the element. */
  readonly fate?: (text: string) => Fate;
  /** A missing element is judged as an empty one. */
  readonly needed?: true;
  readonly many?: true;
  /** The elements that it holds; an element without this holds only text. */
  readonly holds?: CapRules;
};
/** The rule of each element that another element may hold (CAP 1.2, section 3.2). */
export type CapRules = Readonly<Record<string, Rule>>;

const fate = (list: Fate['list'], why: string): Fate => ({ list, why });
const carried = (why: string): Rule => ({ fate: () => fate('carried', why) });
const ignored = (why: string): Rule => ({ fate: () => fate('ignored', why) });
const refused = (why: string): Rule => ({ fate: () => fate('refused', why) });
const judged = (judge: (text: string) => Fate, more: Partial<Rule> = {}): Rule => ({ fate: judge, ...more });
const many = (rule: Rule): Rule => ({ ...rule, many: true });

const identity: Rule = judged(
  (text) =>
    text === ''
      ? fate('refused', 'It is missing; without it a second import could not be recognised.')
      : fate('carried', 'A part of the identity of the alert.'),
  { needed: true },
);
const time = (why: string): Rule =>
  judged((text) =>
    timeOf(text) === undefined
      ? fate('refused', `"${text}" is no time with a zone; write it as 2026-11-27T08:00:00+08:00.`)
      : fate('carried', why),
  );
const oneOf = (values: readonly string[], why: string): Rule =>
  judged((text) =>
    values.includes(text)
      ? fate('carried', why)
      : fate('refused', `"${text}" is none of ${values.join(', ')}; correct it.`),
  );

/** Values by danger, the worst first; a value that is not known could be the worst, but says less. */
export const URGENCIES = ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'] as const;
export const SEVERITIES = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'] as const;
const CERTAINTIES = ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'] as const;
const RESPONSES = ['Shelter', 'Evacuate', 'Prepare', 'Execute', 'Avoid', 'Monitor', 'Assess', 'AllClear', 'None'];
/** Words for everybody in `audience`: the public, citizens, residents, all. */
const EVERYBODY =
  /^(\u793e\u4f1a|\u5168\u4f53|\u6240\u6709|\u5e7f\u5927)?(\u516c\u4f17|\u5e02\u6c11|\u5c45\u6c11|\u7fa4\u4f17)?$|^((the )?(general )?public|all|every(one|body))$/i;

const SENDERS_OWN: CapRules = {
  valueName: ignored('A name of the system of the sender.'),
  value: ignored('A value of the system of the sender.'),
};
/** Code schemes that hold no code of ours, although some consist of as many digits. */
const OTHER_SCHEMES = /^(SAME|UGC|FIPS|EMMA|NUTS|ISO|WARNCELL|GEONAMES|profile:|layer:)/i;

/** True for a scheme whose codes say nothing here. */
export function isOtherScheme(scheme: string): boolean {
  return OTHER_SCHEMES.test(scheme);
}

/** The rules within a code of this scheme; `isRegion` tells whether a value names regions of the city. */
export function geocodeRules(scheme: string, isRegion: (value: string) => boolean): CapRules {
  if (isOtherScheme(scheme)) return SENDERS_OWN;
  const value = judged((text) =>
    isRegion(text)
      ? fate('carried', 'Regions of the draft.')
      : fate('refused', `"${text}" is no region of the city; correct the code or import the region.`),
  );
  return { valueName: carried('The scheme of the code.'), value: { ...value, needed: true } };
}

/** The rules within an area, by what gives its regions. */
export function areaRules(regionsFrom: 'code' | 'name' | 'nothing'): CapRules {
  const shape =
    regionsFrom === 'nothing'
      ? refused('A shape alone names no region; add the code of each region as a geocode.')
      : ignored('The code or the name of the area decides.');
  const names = {
    code: ignored('The code of the area decides.'),
    name: carried('The region of this name.'),
    nothing: refused('It is no name of one region; add the code as a geocode. The code of the city means all of it.'),
  };
  return {
    areaDesc: names[regionsFrom],
    polygon: many(shape),
    circle: many(shape),
    geocode: { many: true },
    altitude: judged((text) =>
      /^[+-]?0+(\.0+)?$/.test(text)
        ? fate('ignored', 'The area begins on the ground.')
        : fate('refused', 'Residents live on the ground; remove the element or the area.'),
    ),
    ceiling: ignored('The area reaches down to the ground.'),
  };
}

const RESOURCE: CapRules = Object.fromEntries(
  ['resourceDesc', 'mimeType', 'size', 'uri', 'derefUri', 'digest'].map((name) => [
    name,
    ignored('A supplement; the text stands without it.'),
  ]),
);

/** The rules within an info with or without a headline. */
export const infoRules = (hasHeadline: boolean): CapRules => ({
  language: carried('The language of the text.'),
  category: many(ignored('The text names the danger.')),
  event: hasHeadline ? ignored('The headline says it.') : carried('The title.'),
  responseType: many(
    judged((text) =>
      text === 'AllClear'
        ? fate('carried', 'The draft is not urgent.')
        : RESPONSES.includes(text)
          ? fate('ignored', 'The instruction says it.')
          : fate('refused', `"${text}" is none of ${RESPONSES.join(', ')}; correct it.`),
    ),
  ),
  urgency: oneOf(URGENCIES, 'It groups the drafts and decides their kind.'),
  severity: oneOf(SEVERITIES, 'It orders the drafts and decides their kind.'),
  certainty: oneOf(CERTAINTIES, 'It decides the kind of the draft.'),
  audience: judged((text) =>
    EVERYBODY.test(text)
      ? fate('ignored', 'The draft is for all residents.')
      : fate('refused', `A draft cannot be only for "${text}"; remove the element if all residents may read it.`),
  ),
  eventCode: many({ ...ignored('The text names the event.'), holds: SENDERS_OWN }),
  effective: time('The draft is sent from then on.'),
  onset: judged((text) =>
    timeOf(text) === undefined
      ? fate('refused', `"${text}" is no time with a zone; write it as 2026-11-27T08:00:00+08:00.`)
      : fate('ignored', 'A warning is sent before its event; the text tells the time.'),
  ),
  expires: time('The draft is not sent after it.'),
  senderName: carried('The last line of the text.'),
  headline: carried('The title.'),
  description: carried('The text.'),
  instruction: carried('The text.'),
  web: carried('The link button; another link in the same draft becomes a line of the text.'),
  contact: ignored('A contact for other offices; residents call the public numbers.'),
  parameter: many({ ...ignored('A parameter of the system of the sender.'), holds: SENDERS_OWN }),
  resource: many({ ...ignored('A supplement; the text stands without it.'), holds: RESOURCE }),
  area: { many: true },
});

/** The rules within an alert, which may replace earlier ones. */
export const alertRules = (isUpdate: boolean): CapRules => ({
  identifier: identity,
  sender: identity,
  sent: { ...time('A part of the identity of the alert.'), needed: true },
  status: judged(
    (text) =>
      text === 'Actual'
        ? fate('carried', 'Only Actual alerts are for everybody.')
        : fate('refused', `Its status is "${text}"; only Actual alerts are for everybody.`),
    { needed: true },
  ),
  msgType: judged(
    (text) =>
      text === 'Alert' || text === 'Update'
        ? fate('carried', 'Alert and Update become drafts.')
        : fate('refused', `Its msgType is "${text}"; only Alert and Update say something. Act on it by hand.`),
    { needed: true },
  ),
  source: ignored('The source within the office of the sender.'),
  scope: judged(
    (text) =>
      text === 'Public'
        ? fate('carried', 'Only Public alerts are for everybody.')
        : fate('refused', `Its scope is "${text}"; only Public alerts are for everybody.`),
    { needed: true },
  ),
  restriction: judged(() => fate('refused', 'A public alert has no restriction; remove one of the two.')),
  addresses: ignored('A public alert is for everybody, also beside its addresses.'),
  code: many(ignored('A mark for the systems of the sender.')),
  note: ignored('A note for other offices.'),
  references: judged((text) =>
    !isUpdate
      ? fate('ignored', 'Only an Update replaces other alerts.')
      : referencesIn(text).every((one) => one !== undefined)
        ? fate('carried', 'Unapproved drafts of these alerts are cancelled; correct sent ones by hand.')
        : fate('refused', `"${text}" is no list of sender,identifier,sent; correct it.`),
  ),
  incidents: ignored('It groups the alerts of one incident.'),
  info: { many: true },
});

/** Enters the parts of an element into their lists; parts without a fate are left to the caller. */
export function judgeParts({ at, parts, text }: CapElement, rules: CapRules, inventory: FileInventory): void {
  if (text !== '') inventory.refuse(at, `"${text}" stands between elements; put it into one.`);
  const enter = (where: string, { list, why }: Fate) => inventory[list].push({ at: where, why });
  for (const [name, { needed, fate: judge }] of Object.entries(rules))
    if (needed && judge && !parts.some((part) => part.name === name)) enter(`${at}/${name}`, judge(''));
  for (const part of parts) {
    const rule = rules[part.name];
    const twice = parts.filter(({ name }) => name === part.name).length > 1;
    if (!rule) inventory.refuse(part.at, 'It is no element of CAP 1.2; remove it.');
    else if (twice && !rule.many) inventory.refuse(part.at, 'It stands here more than once; keep one.');
    else if (rule.fate && !rule.holds && part.parts.length > 0)
      inventory.refuse(part.at, 'It may hold only text; correct it.');
    else if (rule.fate) enter(part.at, rule.fate(part.text));
    if (rule?.holds) judgeParts(part, rule.holds, inventory);
  }
}

/** The moment of a CAP time, ms since the epoch; undefined without a zone or for a day that no month has. */
export function timeOf(text: string): number | undefined {
  const [, day, clock] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const local = new Date(`${day}T${clock}Z`);
  // JavaScript reads 30 February as 2 March.
  const exists = !Number.isNaN(local.getTime()) && local.toISOString().startsWith(`${day}T${clock}`);
  const at = Date.parse(text);
  return exists && !Number.isNaN(at) ? at : undefined;
}

/** The identity of an alert: a sender may repeat an identifier of another one, and its own at another time. */
export function identityOf(sender: string, identifier: string, sent: number): string {
  return JSON.stringify([sender, identifier, sent]);
}

/** The identities in a list of `sender,identifier,sent`; undefined for a malformed one. */
export function referencesIn(text: string): readonly (string | undefined)[] {
  const list = text.replace(/\s*,\s*/g, ',').split(/\s+/);
  return list.map((one) => {
    const [sender, identifier, sent = '', ...more] = one.split(',');
    const at = timeOf(sent);
    const whole = sender && identifier && at !== undefined && more.length === 0;
    return whole ? identityOf(sender, identifier, at) : undefined;
  });
}
