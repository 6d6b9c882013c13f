import type { ListsMeasured, ListsOrder } from './console/lists-process.ts';
import type { PagesMeasured } from './console/pages.ts';
import { measurePages } from './console/pages.ts';
import type { Half, StreamsMeasured, StreamsOrder } from './console/streams-process.ts';
import type { Options } from './options.ts';
import { measureIn, openStage } from './processes.ts';
import type { Row, Target } from './report.ts';
import { median, percentile, print, rowOf } from './report.ts';

const ORGANISERS = 50;
const UPDATES_A_SECOND = 30;

type Part = { readonly rows: readonly Row[]; readonly targets: readonly Target[]; readonly footer: readonly string[] };

/** Measures the organisers' console: its pages in Chromium, its lists in a large city, and a turn beside open streams. */
export async function bench({ json, quick, only, rounds }: Options): Promise<void> {
  const parts = {
    pages: async () => pagesOf(await measurePages(rounds ?? (quick ? 3 : 9))),
    lists: () => inCity(quick ? 50_000 : 200_000, quick ? 40 : 100),
    streams: () => besideStreams(rounds ?? (quick ? 2 : 6)),
  };
  for (const [name, measure] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const { rows, targets, footer } = await measure();
    print(rows, targets, footer, json);
  }
}

const most = (what: string, value: number, bound: number, unit = ' ms'): Target => ({
  what,
  value,
  bound,
  at: 'most',
  unit,
});

function pagesOf(measured: PagesMeasured | undefined): Part {
  if (!measured) return { rows: [], targets: [], footer: ['No Chromium on this machine: the pages are not measured.'] };
  const { bytes, lcpMs, shift, interactionMs, eventMs, nodes } = measured;
  const row = (metric: string, unit: string, values: readonly number[]) =>
    rowOf('console', 'pages', metric, unit, values);
  const rows = [
    row('first_js', 'B', [bytes.js]),
    row('first_css', 'B', [bytes.css]),
    row('whole_app', 'B', [bytes.all]),
    row('lcp_ms', 'ms', lcpMs),
    row('layout_shift', '', shift),
    row('interaction_ms', 'ms', interactionMs),
    row('event_to_paint_ms', 'ms', eventMs),
    row('nodes', '', Object.values(nodes)),
  ];
  const targets = [
    most('script of the first load, brotli', bytes.js, 30_000, ' B'),
    most('style of the first load, brotli', bytes.css, 6000, ' B'),
    most('the whole app, brotli', bytes.all, 60_000, ' B'),
    most('largest paint of 工作台, slow 4G, CPU 4× slower', median(lcpMs), 1800),
    most('layout shift of 工作台', median(shift), 0.02, ''),
    most('a case opened or a tab switched until painted, CPU 4× slower', median(interactionMs), 100),
    most('a case filed until its notice is painted, p99', percentile(eventMs, 99), 300),
    most('elements of the largest page', Math.max(...Object.values(nodes)), 1500, ''),
  ];
  const footer = [
    `Medians of ${lcpMs.length} loads [least–most] over the demo's data, in Chromium. Slow 4G: 150 ms and 1.6 Mbit/s.`,
    `Elements: ${Object.entries(nodes)
      .map(([path, n]) => `${path} ${n}`)
      .join(', ')}.`,
  ];
  return { rows, targets, footer };
}

async function inCity(size: number, queries: number): Promise<Part> {
  const stage = await openStage();
  try {
    const order = { redisUrl: stage.redisUrl, size, queries };
    const { answers, floor, charts } = await measureIn<ListsOrder, ListsMeasured>('console/lists-process.ts', order);
    const rows = answers.flatMap(({ name, redisMs, clientMs, commands }) => [
      rowOf('console', name, 'redis_ms', 'ms', redisMs),
      rowOf('console', name, 'commands', '', [commands]),
      rowOf('console', name, 'answer_ms', 'ms', clientMs),
    ]);
    const slowest = (wanted: (name: string) => boolean) =>
      Math.max(...answers.filter(({ name }) => wanted(name)).map(({ redisMs }) => percentile(redisMs, 99)));
    const isFiltered = (name: string) => /search|overdue/.test(name);
    const isFirst = (name: string) => name.endsWith('first search');
    const targets = [
      most(
        'a page of cases by index, p99 in Redis',
        slowest((name) => !isFiltered(name)),
        5,
      ),
      most(
        'a page of a search or filter, p99 in Redis',
        slowest((name) => isFiltered(name) && !isFirst(name)),
        5,
      ),
      {
        ...most('the first search of a process, in Redis', slowest(isFirst), 5),
        floor: { by: 'its records alone', value: median(floor.redisMs) },
      },
      most('longest pause of the event loop for charts', charts.blockedMs, 50),
    ];
    const footer = [
      `${size.toLocaleString('en')} cases, one in ten open, filed within 20 days; ${queries} calls each.`,
      'redis_ms: time of one call’s commands as Redis reports it; the targets take the 99th percentile. commands: those of one call; a script is one.',
      `Charts of all cases: ${(charts.ms / 1000).toFixed(1)} s, ${charts.mb.toFixed(0)} MB more.`,
    ];
    return { rows, targets, footer };
  } finally {
    await stage.close();
  }
}

async function besideStreams(rounds: number): Promise<Part> {
  const stage = await openStage();
  try {
    const environment = await stage.environment();
    const order = { environment, rounds, organisers: ORGANISERS, perSecond: UPDATES_A_SECOND };
    const measured = await measureIn<StreamsOrder, StreamsMeasured>('console/streams-process.ts', order);
    const waits = (halves: readonly Half[]) => halves.flatMap((half) => half.waits);
    const rows = (['alone', 'beside'] as const).flatMap((name) => {
      const halves = measured[name];
      const subject = name === 'alone' ? 'without-streams' : `${ORGANISERS}-streams`;
      const row = (metric: string, of: (half: Half) => number) =>
        rowOf('console', subject, metric, 'ms', halves.map(of));
      return [
        row('turn_p50_ms', (half) => percentile(half.waits, 50)),
        row('turn_p99_ms', (half) => percentile(half.waits, 99)),
        row('cpu_per_update_ms', (half) => half.cpuMs / half.waits.length),
      ];
    });
    const ratio = (percent: number) =>
      percentile(waits(measured.beside), percent) / percentile(waits(measured.alone), percent);
    const targets = [
      most(`p99 of a turn with ${ORGANISERS} streams against none`, ratio(99), 1.1, '×'),
      most(`p50 of a turn with ${ORGANISERS} streams against none`, ratio(50), 1.1, '×'),
    ];
    const footer = [
      `${UPDATES_A_SECOND} updates a second, ${rounds} rounds without and with streams by turns, ${waits(measured.alone).length} updates each.`,
      `The targets compare all updates of one kind. Each stream heard ${median(measured.heard)} changes in a round.`,
    ];
    return { rows, targets, footer };
  } finally {
    await stage.close();
  }
}
