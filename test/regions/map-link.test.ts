import { expect, test } from 'vitest';
import { toWgs84 } from '../../src/regions/datum.ts';
import { mapLink, readMapLink } from '../../src/regions/map-link.ts';

const GCJ = { latitude: 31.4552, longitude: 119.4434 };
const TRUE = toWgs84(GCJ, 'gcj02');

test.each([
  ['高德 marker', 'https://uri.amap.com/marker?position=119.4434,31.4552&name=锦绣花园', TRUE, '锦绣花园'],
  ['高德 marker in WGS-84', 'https://uri.amap.com/marker?position=119.4434,31.4552&coordinate=wgs84', GCJ, undefined],
  ['高德 web', 'https://www.amap.com/?q=31.4552,119.4434,锦绣花园西门', TRUE, '锦绣花园西门'],
  ['高德 place', 'https://wb.amap.com/?p=B0FF,31.4552,119.4434,锦绣花园,地址', TRUE, '锦绣花园'],
  [
    '腾讯 marker',
    'https://apis.map.qq.com/uri/v1/marker?marker=coord:31.4552,119.4434;title:锦绣花园;addr:锦绣路',
    TRUE,
    '锦绣花园',
  ],
  ['腾讯 web', '看这里 https://map.qq.com/m/place?pointx=119.4434&pointy=31.4552 井盖没了', TRUE, undefined],
  [
    '百度',
    'https://api.map.baidu.com/marker?location=31.4552,119.4434&coord_type=gcj02&title=锦绣花园',
    TRUE,
    '锦绣花园',
  ],
  ['Apple', 'https://maps.apple.com/?ll=31.4552,119.4434', TRUE, undefined],
])('%s is read in its own datum', (_, link, point, name) => {
  expect(readMapLink(link)).toEqual({ type: 'place', point, ...(name ? { name } : {}) });
});

test('a Baidu link without a datum is in Baidu’s own, about a kilometre off', () => {
  const read = readMapLink('https://api.map.baidu.com/marker?location=31.4552,119.4434');
  expect(read).toMatchObject({ type: 'place' });
  const off =
    read?.type === 'place' ? Math.hypot(read.point.latitude - GCJ.latitude, read.point.longitude - GCJ.longitude) : 0;
  expect(off).toBeGreaterThan(0.009);
});

test.each([
  'https://surl.amap.com/3pZfB1',
  'https://uri.amap.com/marker?position=这里',
  'https://map.qq.com/?pointx=999&pointy=1',
])('%s cannot be read and is never called', (link) => expect(readMapLink(link)).toEqual({ type: 'short' }));

test.each(['https://example.com/?q=31,119', 'https://amap.com.evil.example/?q=31.4,119.4'])(
  '%s is a link of no map',
  (link) => expect(readMapLink(link)).toEqual({ type: 'foreign' }),
);

test.each(['锦绣花园3幢', 'http://'])('%s is no map link', (text) => expect(readMapLink(text)).toBeUndefined());

test('a link opens each map at the point, in the datum of that map', () => {
  const point = { latitude: 31.4552, longitude: 119.4434 };
  const numbersIn = (url: string) => (/[=:](\d+\.\d+),(\d+\.\d+)/.exec(url) ?? []).slice(1).map(Number);
  const [longitude = 0, latitude = 0] = numbersIn(mapLink('amap', point, '7HQE-Q9A0 3栋'));
  const [baiduLatitude = 0, baiduLongitude = 0] = numbersIn(mapLink('baidu', point, ''));
  const [tencentLatitude = 0, tencentLongitude = 0] = numbersIn(mapLink('tencent', point, ''));
  const readings = [
    toWgs84({ latitude, longitude }, 'gcj02'),
    toWgs84({ latitude: baiduLatitude, longitude: baiduLongitude }, 'bd09'),
    toWgs84({ latitude: tencentLatitude, longitude: tencentLongitude }, 'gcj02'),
  ];
  for (const read of readings) {
    expect(read.latitude).toBeCloseTo(point.latitude, 5);
    expect(read.longitude).toBeCloseTo(point.longitude, 5);
  }
});
