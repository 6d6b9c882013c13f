import type { Element } from '@xmldom/xmldom';
import { DOMParser } from '@xmldom/xmldom';
import type { Broadcast } from '../broadcast.ts';

/** A Common Alerting Protocol 1.2 alert (OASIS, section 3.2). Holds only the parts that an announcement uses. */
export type CapAlert = {
  readonly identifier: string;
  readonly title: string;
  /** Text by language; other languages fall back to the first one. */
  readonly words: Broadcast['content']['words'];
  /** Expiry, ms since the epoch. */
  readonly expires: number | undefined;
  readonly areas: readonly string[];
  /** Region codes in the sender's own scheme. */
  readonly codes: readonly string[];
};

/** A read alert, or an English sentence with the refusal's reason. */
export type CapRead =
  | { readonly type: 'alert'; readonly alert: CapAlert }
  | { readonly type: 'refused'; readonly why: string };

const CAP = 'urn:oasis:names:tc:emergency:cap:1.2';
const TITLE_MAX = 40;
const BYTES_MAX = 1_000_000;

/** Reads an actual, public alert; refuses exercises, restricted alerts and malformed files. */
export function readCap(xml: string): CapRead {
  const refused = (why: string): CapRead => ({ type: 'refused', why });
  if (xml.length > BYTES_MAX) return refused('The file is larger than 1 MB.');
  // CAP has no document type; one could declare entities that expand without limit.
  if (/<!DOCTYPE/i.test(xml)) return refused('The file has a document type, which CAP does not allow.');
  const alert = parse(xml);
  if (!alert || alert.namespaceURI !== CAP || alert.localName !== 'alert') return refused('This is no CAP 1.2 alert.');
  const status = childText(alert, 'status');
  if (status !== 'Actual') return refused(`Its status is "${status}"; only Actual alerts are for everybody.`);
  const scope = childText(alert, 'scope');
  if (scope !== 'Public') return refused(`Its scope is "${scope}"; only Public alerts are for everybody.`);
  const kind = childText(alert, 'msgType');
  if (kind !== 'Alert' && kind !== 'Update')
    return refused(`Its msgType is "${kind}"; only Alert and Update say something.`);
  const infos = children(alert, 'info');
  const chinese = infos.find((info) => languageOf(info).startsWith('zh'));
  const english = infos.find((info) => languageOf(info).startsWith('en'));
  const first = chinese ?? infos[0];
  if (!first) return refused('It has no info: there is nothing to say.');
  const text = textOf(first);
  if (text === '') return refused('Its info has no headline, description or instruction.');
  const expires = Date.parse(childText(first, 'expires'));
  const areas = children(first, 'area');
  return {
    type: 'alert',
    alert: {
      identifier: childText(alert, 'identifier'),
      title: [...(childText(first, 'headline') || childText(first, 'event'))].slice(0, TITLE_MAX).join(''),
      words: { 'zh-CN': text, ...(english && english !== first ? { en: textOf(english) } : {}) },
      expires: Number.isNaN(expires) ? undefined : expires,
      areas: areas.map((area) => childText(area, 'areaDesc')),
      codes: areas.flatMap((area) => children(area, 'geocode').map((code) => childText(code, 'value'))),
    },
  };
}

function parse(xml: string): Element | undefined {
  try {
    // A partly parsed alert could omit its instruction, so any XML error refuses the file.
    const onError = (level: string, message: string) => {
      if (level !== 'warning') throw new Error(message);
    };
    return new DOMParser({ onError }).parseFromString(xml, 'text/xml').documentElement ?? undefined;
  } catch {
    return undefined;
  }
}

function children(parent: Element, name: string): readonly Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === node.ELEMENT_NODE && (node as Element).localName === name) found.push(node as Element);
  }
  return found;
}

function childText(parent: Element, name: string): string {
  return children(parent, name)[0]?.textContent?.trim() ?? '';
}

/** The default language is English (section 3.2.2). */
function languageOf(info: Element): string {
  return (childText(info, 'language') || 'en-US').toLowerCase();
}

function textOf(info: Element): string {
  const parts = ['description', 'instruction'].map((name) => childText(info, name));
  const said = parts.filter((part) => part !== '').join('\n\n');
  return said || childText(info, 'headline') || childText(info, 'event');
}
