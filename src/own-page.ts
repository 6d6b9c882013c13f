/**
 * Tells whether a call comes from a page of this server: `site` is its configured origin, `header` reads the call's headers.
 * Undefined if the call names no origin, as programs do. A page elsewhere cannot hide its origin.
 */
export function isFromOwnPage(
  header: (name: string) => string | undefined,
  site: string | undefined,
): boolean | undefined {
  if ((header('sec-fetch-site') ?? 'same-origin') !== 'same-origin') return false;
  const origin = header('origin');
  if (origin === undefined) return undefined;
  return origin === site || (URL.canParse(origin) && new URL(origin).host === header('host'));
}
