import { onUse } from '../../on-use.ts';

const library = onUse<Pick<typeof import('@xmldom/xmldom'), 'DOMParser'>>('@xmldom/xmldom');

/** Reads the child elements of `<xml>` as texts; undefined if the document is malformed or has another root. */
export function readXml(document: string): ReadonlyMap<string, string> | undefined {
  if (/<!DOCTYPE/i.test(document)) return undefined;
  try {
    const onError = (_level: string, message: string) => {
      throw new Error(message);
    };
    const root = new (library().DOMParser)({ onError }).parseFromString(document, 'text/xml').documentElement;
    if (root?.nodeName !== 'xml') return undefined;
    const children = [...root.childNodes].filter(({ nodeType }) => nodeType === root.nodeType);
    return new Map(children.map((child) => [child.nodeName, child.textContent ?? '']));
  } catch {
    return undefined;
  }
}
