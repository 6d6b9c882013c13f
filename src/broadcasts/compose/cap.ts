import { FileInventory } from '../../files/file-inventory.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { regionsOfInfo } from './cap-areas.ts';
import type { CapDraft, CapInfo } from './cap-drafts.ts';
import { draftsOf } from './cap-drafts.ts';
import { alertRules, identityOf, infoRules, judgeParts, referencesIn, timeOf } from './cap-rules.ts';
import type { CapElement } from './cap-xml.ts';
import { readCapXml, textIn } from './cap-xml.ts';

/** A Common Alerting Protocol 1.2 alert (OASIS) as drafts, with the list of each of its elements. */
export type CapRead = {
  readonly inventory: FileInventory;
  /** Sender, identifier and time of sending; undefined if the alert is refused. */
  readonly alert?: {
    readonly identity: string;
    /** Identities of the alerts that this one replaces. */
    readonly replaces: readonly string[];
    readonly drafts: readonly CapDraft[];
  };
};

/** Reads an actual, public alert for the regions of the city. Every element ends in one list of the inventory. */
export function readCap(bytes: Uint8Array, regions: RegionTree, now: number): CapRead {
  const inventory = new FileInventory();
  const alert = readCapXml(bytes, inventory);
  if (!alert) return { inventory };
  const isUpdate = textIn(alert, 'msgType') === 'Update';
  judgeParts(alert, alertRules(isUpdate), inventory);
  const drafts = draftsOf(readInfos(alert, regions, now, inventory), now);
  if (inventory.refused.length > 0) return { inventory };
  const sent = timeOf(textIn(alert, 'sent')) ?? now;
  const references = isUpdate ? referencesIn(textIn(alert, 'references')) : [];
  return {
    inventory,
    alert: {
      identity: identityOf(textIn(alert, 'sender'), textIn(alert, 'identifier'), sent),
      replaces: references.filter((one) => one !== undefined),
      drafts,
    },
  };
}

/** Reads the infos that are not over and have Chinese or English text. */
function readInfos(alert: CapElement, regions: RegionTree, now: number, inventory: FileInventory): readonly CapInfo[] {
  const infos = alert.parts.filter(({ name }) => name === 'info');
  if (infos.length === 0) inventory.refuse(alert.at, 'It has no info: there is nothing to say.');
  const live = infos.filter((info) => {
    const expires = textIn(info, 'expires');
    const isOver = (timeOf(expires) ?? now + 1) <= now;
    if (isOver) inventory.ignore(info.at, `It expired at ${expires}.`);
    return !isOver;
  });
  if (infos.length > 0 && live.length === 0) inventory.refuse(alert.at, 'The alert is over.');
  const hasSimplified = live.some((info) => languageOf(info) === 'zh-CN' && !isTraditional(info));
  const isRead = (info: CapElement) => languageOf(info) !== undefined && !(hasSimplified && isTraditional(info));
  const read = live.filter(isRead).map((info) => readInfo(info, regions, inventory));
  if (read.length === 0 && live.length > 0)
    inventory.refuse(alert.at, 'It has neither Chinese nor English text; ask the sender for one.');
  if (read.length === 0) return [];
  const covered = new Set(read.flatMap((info) => info.regions));
  for (const info of live.filter((one) => !isRead(one))) {
    const scratch = new FileInventory();
    const spoken = regionsOfInfo(info, regions, scratch);
    // Without this check, an area that only this language names would be dropped.
    if (scratch.refused.length === 0 && spoken.every((id) => regions.chain(id).some((one) => covered.has(one))))
      inventory.ignore(info.at, 'The text in another language.');
    else inventory.refuse(info.at, 'Its areas have no Chinese or English text; ask the sender for one.');
  }
  return read;
}

function readInfo(info: CapElement, regions: RegionTree, inventory: FileInventory): CapInfo {
  const text = (name: string) => textIn(info, name);
  judgeParts(info, infoRules(text('headline') !== ''), inventory);
  if (['headline', 'event', 'description', 'instruction'].every((name) => text(name) === ''))
    inventory.refuse(info.at, 'Its info has no headline, description or instruction.');
  else if ((timeOf(text('expires')) ?? Infinity) <= (timeOf(text('effective')) ?? 0))
    inventory.refuse(info.at, 'It expires before it is effective; correct one of the two.');
  else inventory.carry(info.at, 'Words of the draft of its areas and urgency.');
  return {
    language: languageOf(info) ?? 'en',
    regions: regionsOfInfo(info, regions, inventory),
    urgency: text('urgency') || 'Unknown',
    severity: text('severity') || 'Unknown',
    certainty: text('certainty') || 'Unknown',
    isAllClear: info.parts.some(({ name, text: said }) => name === 'responseType' && said === 'AllClear'),
    effective: timeOf(text('effective')),
    expires: timeOf(text('expires')),
    title: text('headline') || text('event') || text('description') || text('instruction'),
    text: [text('description'), text('instruction')].filter((part) => part !== '').join('\n\n'),
    senderName: text('senderName'),
    web: text('web'),
  };
}

/** The default language is English (section 3.2.2). */
function tagOf(info: CapElement): string {
  return (textIn(info, 'language') || 'en-US').toLowerCase();
}

function languageOf(info: CapElement): CapInfo['language'] | undefined {
  if (/^(zh|zho|chi|cmn)\b/.test(tagOf(info))) return 'zh-CN';
  return /^(en|eng)\b/.test(tagOf(info)) ? 'en' : undefined;
}

function isTraditional(info: CapElement): boolean {
  return /^\w+-(hant|tw|hk|mo)\b/.test(tagOf(info));
}
