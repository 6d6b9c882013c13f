import type { Point } from '../engine/input.ts';
import { fromWgs84 } from './datum.ts';

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
