import type { PageFile } from './page-files.ts';

const YEAR_S = 31_536_000;

/** Answers with a file of a built page. `headers` are those of the page itself, not of its parts. */
export function pageAnswer(
  { type, plain, brotli, immutable }: PageFile,
  acceptEncoding: string | undefined,
  headers: Readonly<Record<string, string>>,
): Response {
  const packs = brotli !== undefined && /\bbr\b/.test(acceptEncoding ?? '');
  return new Response(new Uint8Array(packs ? brotli : plain), {
    headers: {
      'content-type': type,
      vary: 'accept-encoding',
      'cache-control': immutable ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
      ...(packs ? { 'content-encoding': 'br' } : {}),
      ...(type.startsWith('text/html') ? headers : {}),
    },
  });
}
