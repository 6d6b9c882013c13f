import type { PageFile } from './page-files.ts';

const YEAR_S = 31_536_000;

/**
 * Answers with a file of a built page. `headers` are those of the page itself, not of its parts; with them its policy names
 * the frames, so the older header, which knows no list of origins, is taken off the server's answer in `env`.
 */
export function pageAnswer(
  { type, plain, brotli, immutable }: PageFile,
  acceptEncoding: string | undefined,
  headers: Readonly<Record<string, string>>,
  env: unknown,
): Response {
  const isPage = type.startsWith('text/html');
  const { outgoing } = (env ?? {}) as { readonly outgoing?: { removeHeader?(name: string): void } };
  if (isPage) outgoing?.removeHeader?.('x-frame-options');
  const packs = brotli !== undefined && /\bbr\b/.test(acceptEncoding ?? '');
  return new Response(new Uint8Array(packs ? brotli : plain), {
    headers: {
      'content-type': type,
      vary: 'accept-encoding',
      'cache-control': immutable ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
      ...(packs ? { 'content-encoding': 'br' } : {}),
      ...(isPage ? headers : {}),
    },
  });
}
