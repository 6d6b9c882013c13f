import { cutText } from '../engine/cut-text.ts';
import type { Point } from '../engine/input.ts';
import type { Datum } from './datum.ts';
import { fromWgs84, toWgs84 } from './datum.ts';

/**
 * The result of reading a pasted link. `short`: a link of a map without coordinates, which is never resolved, because no URL
 * from a person is called. `foreign`: any other link.
 */
export type MapLink =
  | { readonly type: 'place'; readonly point: Point; readonly name?: string }
  | { readonly type: 'short' | 'foreign' };

type LinkReader = (url: URL) => { readonly pair: string | null; readonly order: 'lat' | 'lng'; readonly datum: Datum };

const first = (url: URL, ...names: readonly string[]) =>
  names.map((name) => url.searchParams.get(name)).find((value) => value) ?? null;
const pairOf = (url: URL, lat: string, lng: string) => {
  const [y, x] = [url.searchParams.get(lat), url.searchParams.get(lng)];
  return y && x ? `${y},${x}` : null;
};

/** Link readers by the end of the host name. Each map has its own datum unless the link names another. */
const READERS: readonly (readonly [host: string, LinkReader])[] = [
  [
    'amap.com',
    (url) => {
      const datum = url.searchParams.get('coordinate') === 'wgs84' ? 'wgs84' : 'gcj02';
      const position = first(url, 'position', 'dest', 'to', 'center', 'lnglat');
      if (position) return { pair: position, order: 'lng', datum };
      const pair =
        first(url, 'q') ??
        first(url, 'p')?.split(',').slice(1).join(',') ??
        pairOf(url, 'lat', 'lon') ??
        pairOf(url, 'lat', 'lng');
      return { pair, order: 'lat', datum };
    },
  ],
  [
    'map.qq.com',
    (url) => {
      const marker = first(url, 'marker')?.match(/coord:([\d.]+,[\d.]+)/)?.[1] ?? null;
      const pair = marker ?? first(url, 'tocoord', 'center', 'coord', 'location') ?? pairOf(url, 'pointy', 'pointx');
      return { pair, order: 'lat', datum: 'gcj02' };
    },
  ],
  [
    'map.baidu.com',
    (url) => {
      const named = { gcj02: 'gcj02', wgs84: 'wgs84' } as const;
      const type = first(url, 'coord_type') as keyof typeof named; // any other value means Baidu's own datum
      return { pair: first(url, 'location', 'latlng'), order: 'lat', datum: named[type] ?? 'bd09' };
    },
  ],
  ['maps.apple.com', (url) => ({ pair: first(url, 'll', 'coordinate'), order: 'lat', datum: 'gcj02' })],
];

const SHORT_HOSTS = /^(surl\.amap\.com|j\.map\.baidu\.com|url\.map\.qq\.com|maps\.app\.goo\.gl|w\.url\.cn|dwz\.cn)$/;

/** Reads the first link in a text; undefined if there is none. */
export function readMapLink(text: string): MapLink | undefined {
  const written = /https?:\/\/[^\s<>"'，。；）】》]+/i.exec(text)?.[0];
  if (!written || !URL.canParse(written)) return undefined;
  const url = new URL(written);
  const host = url.hostname.toLowerCase();
  if (SHORT_HOSTS.test(host)) return { type: 'short' };
  const reader = READERS.find(([end]) => host === end || host.endsWith(`.${end}`))?.[1];
  if (!reader) return { type: 'foreign' };
  const { pair, order, datum } = reader(url);
  const point = readPair(pair, order);
  // A map link without coordinates is as unreadable as a short link.
  if (!point) return { type: 'short' };
  const name = nameIn(url);
  return { type: 'place', point: toWgs84(point, datum), ...(name ? { name } : {}) };
}

function readPair(pair: string | null, order: 'lat' | 'lng'): Point | undefined {
  const [a, b] = (pair ?? '').split(',').map((part) => (/^-?\d{1,3}(\.\d+)?$/.test(part.trim()) ? Number(part) : NaN));
  const [latitude, longitude] = order === 'lat' ? [a, b] : [b, a];
  if (latitude === undefined || longitude === undefined || !(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180))
    return undefined;
  return { latitude, longitude };
}

/** The place name in the link. */
function nameIn(url: URL): string | undefined {
  const marked = url.searchParams.get('marker') ?? '';
  const title = /title:([^;]+)/.exec(marked)?.[1] ?? url.searchParams.get('name') ?? url.searchParams.get('title');
  // ?q=latitude,longitude,name · ?p=id,latitude,longitude,name
  const listed = url.searchParams.get('q')?.split(',')[2] ?? url.searchParams.get('p')?.split(',')[3];
  return cutText((title ?? listed)?.trim() ?? '', 60) || undefined;
}

/** The maps that a link opens, in the order of the buttons. */
export const MAPS = ['amap', 'baidu', 'tencent'] as const;
type MapName = (typeof MAPS)[number];

/** A link that shows a WGS-84 point in a map, in the datum of that map. Each map's URI scheme is public. */
export function mapLink(map: MapName, point: Point, title: string): string {
  const name = encodeURIComponent(title);
  const gcj = fromWgs84(point, 'gcj02');
  switch (map) {
    case 'amap':
      return `https://uri.amap.com/marker?position=${gcj.longitude},${gcj.latitude}&name=${name}`;
    case 'baidu': {
      const bd = fromWgs84(point, 'bd09');
      return `https://api.map.baidu.com/marker?location=${bd.latitude},${bd.longitude}&title=${name}&content=${name}&output=html`;
    }
    case 'tencent':
      return `https://apis.map.qq.com/uri/v1/marker?marker=coord:${gcj.latitude},${gcj.longitude};title:${name};addr:${name}`;
  }
}
