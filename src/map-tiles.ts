/** A server of map tiles: pictures of 256 px in web Mercator, by zoom, column and row. */
export type MapTiles = {
  /** With {z}, {x} and {y}. */
  readonly url: string;
  readonly datum: 'wgs84' | 'gcj02';
  /** Names the source, and in China the map's approval number. */
  readonly attribution: string;
};

const TILE_URL = /^https?:\/\/[a-z0-9][a-z0-9.-]*(:\d{1,5})?\/[^\s\\]+$/i;

/** True for an address of tiles: {z}, {x} and {y} once each, in the path or the query. */
export function isTileUrl(text: string): boolean {
  const marks = text.match(/\{[^}]*\}/g) ?? [];
  // A host of these letters alone: it becomes a part of the page's policy.
  return marks.toSorted().join() === '{x},{y},{z}' && TILE_URL.test(text) && URL.canParse(text);
}

/** The origin that a page must be allowed to load pictures from. */
export function tileOrigin({ url }: MapTiles): string {
  return new URL(url).origin;
}
