import type { Element, Node } from '@xmldom/xmldom';
import { decodeText, UndecodableText } from '../../files/decode-text.ts';
import type { FileInventory } from '../../files/file-inventory.ts';
import { onUse } from '../../on-use.ts';

const library = onUse<Pick<typeof import('@xmldom/xmldom'), 'DOMParser'>>('@xmldom/xmldom');

/** An element of an alert: its path, such as `alert/info[2]/area`, its own text and its elements in their order. */
export type CapElement = {
  readonly name: string;
  readonly at: string;
  readonly text: string;
  readonly parts: readonly CapElement[];
};

const CAP = 'urn:oasis:names:tc:emergency:cap:1.2';
/** Signatures are the only foreign elements that the schema of CAP allows. */
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
const BYTES_MAX = 1_000_000;

/** Reads the elements of an alert; undefined if the file is refused. Comments, attributes and signatures are ignored. */
export function readCapXml(bytes: Uint8Array, inventory: FileInventory): CapElement | undefined {
  const refused = (why: string): undefined => inventory.refuse('alert', why) as undefined;
  if (bytes.length > BYTES_MAX) return refused('The file is larger than 1 MB.');
  const xml = textOf(bytes);
  if (xml instanceof UndecodableText) return refused(xml.message);
  // CAP has no document type; one could declare entities that expand without limit.
  if (/<!DOCTYPE/i.test(xml)) return refused('The file has a document type, which CAP does not allow; remove it.');
  const alert = parse(xml);
  if (!alert || alert.namespaceURI !== CAP || alert.localName !== 'alert')
    return refused('This is no CAP 1.2 alert; export it from the sender as CAP 1.2.');
  return elementOf(alert, 'alert', inventory);
}

/** XML names its encoding in its first line; without a byte order mark, UTF-16 shows in its zero bytes (XML, F.1). */
function textOf(bytes: Uint8Array): string | UndecodableText {
  const [first, second] = bytes;
  const wide = first === 0x3c && second === 0 ? 'utf-16le' : first === 0 && second === 0x3c ? 'utf-16be' : undefined;
  const line = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const declared = wide ?? /^<\?xml[^>]*?\bencoding\s*=\s*["']([^"']+)["']/.exec(line)?.[1];
  try {
    return decodeText(bytes, { declared });
  } catch (error) {
    if (error instanceof UndecodableText) return error;
    throw error;
  }
}

function parse(xml: string): Element | undefined {
  try {
    // A partly parsed alert could omit its instruction, so any XML error refuses the file.
    const onError = (level: string, message: string) => {
      if (level !== 'warning') throw new Error(message);
    };
    return new (library().DOMParser)({ onError }).parseFromString(xml, 'text/xml').documentElement ?? undefined;
  } catch {
    return undefined;
  }
}

function elementOf(element: Element, at: string, inventory: FileInventory): CapElement {
  for (const { name } of element.attributes)
    if (!/^xmlns(:|$)/.test(name)) inventory.ignore(`${at}/@${name}`, 'CAP has no attributes.');
  const nodes = childrenOf(element);
  const elements = nodes.filter((node) => node.nodeType === node.ELEMENT_NODE) as Element[];
  const countOf = (name: string | null) => elements.filter(({ localName }) => localName === name).length;
  const seen = new Map<string, number>();
  const parts = elements.flatMap((part): readonly CapElement[] => {
    const name = part.localName ?? '';
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    const partAt = `${at}/${name}${countOf(name) > 1 ? `[${nth}]` : ''}`;
    if (part.namespaceURI === CAP) return [elementOf(part, partAt, inventory)];
    if (part.namespaceURI === SIGNATURE) inventory.ignore(partAt, 'A signature; organisers check the sender.');
    else inventory.refuse(partAt, 'It is no element of CAP 1.2; remove it.');
    return [];
  });
  for (const node of nodes) {
    if (node.nodeType === node.COMMENT_NODE) inventory.ignore(`${at}/comment`, 'A comment.');
    if (node.nodeType === node.PROCESSING_INSTRUCTION_NODE) inventory.ignore(`${at}/?`, 'A processing instruction.');
  }
  const text = nodes
    .filter((node) => node.nodeType === node.TEXT_NODE || node.nodeType === node.CDATA_SECTION_NODE)
    .map(({ nodeValue }) => nodeValue ?? '')
    .join('')
    .trim();
  return { name: element.localName ?? '', at, text, parts };
}

function childrenOf(element: Element): readonly Node[] {
  const found: Node[] = [];
  for (let node: Node | null = element.firstChild; node; node = node.nextSibling) found.push(node);
  return found;
}

/** The text of the first part of this name; '' without one. */
export function textIn({ parts }: CapElement, name: string): string {
  return parts.find((part) => part.name === name)?.text ?? '';
}
