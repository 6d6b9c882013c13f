import type { Region, RegionLevel } from '../regions/region.ts';

/** The made-up city of the demo. No province has the code 99, and no such city exists. */
const CITY = { id: '990100000000', names: { 'zh-CN': '临渚市（虚构）', en: 'Linzhu (made up)' } };

const WEST = 119.46;
const SOUTH = 31.47;
const WIDTH = 0.08;
const HEIGHT = 0.06;

type Plan = readonly [zh: string, en: string, parts?: readonly Plan[]];
const PLAN: readonly Plan[] = [
  [
    '西渚区',
    'West Zhu District',
    [
      [
        '锦绣街道',
        'Jinxiu Street',
        [
          ['锦绣社区', 'Jinxiu Community'],
          ['桃园社区', 'Taoyuan Community'],
        ],
      ],
      [
        '柳湾街道',
        'Liuwan Street',
        [
          ['柳湾社区', 'Liuwan Community'],
          ['渡口社区', 'Dukou Community'],
        ],
      ],
    ],
  ],
  [
    '东渚区',
    'East Zhu District',
    [
      [
        '石桥街道',
        'Shiqiao Street',
        [
          ['石桥社区', 'Shiqiao Community'],
          ['梅岭社区', 'Meiling Community'],
        ],
      ],
      [
        '望塔街道',
        'Wangta Street',
        [
          ['望塔社区', 'Wangta Community'],
          ['南岸社区', "Nan'an Community"],
        ],
      ],
    ],
  ],
];
const GRIDS: readonly Plan[] = [
  ['第一网格', 'grid 1'],
  ['第二网格', 'grid 2'],
];

type Box = { readonly west: number; readonly south: number; readonly width: number; readonly height: number };

/** The demo city's regions: 2 districts, 4 streets, 8 communities, 16 grids, with outlines that leave no gap. */
export function demoRegions(): readonly Region[] {
  const box = { west: WEST, south: SOUTH, width: WIDTH, height: HEIGHT };
  const regions: Region[] = [{ ...CITY, level: 'city' }];
  add(regions, PLAN, CITY.id, ['district', 'street', 'community', 'grid'], box);
  return regions;
}

function add(regions: Region[], plan: readonly Plan[], parent: string, levels: readonly RegionLevel[], box: Box): void {
  const [level, ...deeper] = levels;
  if (!level) return;
  plan.forEach(([zh, en, parts], i) => {
    const own = slice(box, i, plan.length);
    const id = childId(parent, level, i + 1);
    const outline = level === 'grid' ? { outline: ring(own) } : {};
    regions.push({ id, parent, level, names: { 'zh-CN': zh, en }, ...outline });
    add(regions, parts ?? GRIDS, id, deeper, own);
  });
}

/** 12 digits: 2 province, 2 city, 2 district, 3 street, 3 community; a grid has three more. */
function childId(parent: string, level: RegionLevel, n: number): string {
  switch (level) {
    case 'district':
      return `${parent.slice(0, 4)}${String(n).padStart(2, '0')}000000`;
    case 'street':
      return `${parent.slice(0, 6)}${String(n).padStart(3, '0')}000`;
    case 'community':
      return `${parent.slice(0, 9)}${String(n).padStart(3, '0')}`;
    default:
      return `${parent}${String(n).padStart(3, '0')}`;
  }
}

/** One of n equal parts, cut across the longer side. */
function slice({ west, south, width, height }: Box, i: number, n: number): Box {
  if (width >= height) return { west: west + (width / n) * i, south, width: width / n, height };
  return { west, south: south + (height / n) * i, width, height: height / n };
}

function ring({ west, south, width, height }: Box): readonly (readonly [number, number])[] {
  const [east, north] = [west + width, south + height];
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}
