/** The words and the id that a tap on a menu link sends. */
export type MenuTap = { readonly content: string; readonly id: string };

/** The scheme of links that send words. */
export const MENU_SCHEME = 'weixin://bizmsgmenu';

/**
 * Reads a link that sends words; undefined for any other link. Clients may differ in decoding, so nothing is decoded:
 * only words without `&`, `%` and quotes arrive as they were meant.
 */
export function readMenuLink(href: string): MenuTap | undefined {
  if (!href.startsWith(`${MENU_SCHEME}?`)) return undefined;
  const pairs = href.slice(MENU_SCHEME.length + 1).split('&');
  const fieldOf = (name: string) => pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const content = fieldOf('msgmenucontent');
  return content === '' ? undefined : { content, id: fieldOf('msgmenuid') };
}
