import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { localizedContent } from '../../broadcasts/broadcast.ts';
import { cutText } from '../../engine/cut-text.ts';
import type { FixedKey } from '../../i18n.ts';
import { readerOf } from '../../notify/notify.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage, sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { publicLink } from '../../notify/services.ts';
import { indicatorSet } from '../../surveys/estimate/indicator.ts';
import { shownText } from '../../surveys/results/result-card.ts';
import { reportedUnits } from '../../surveys/survey-regions.ts';
import type { CityFacts } from './city-facts.ts';
import { basesPart, drawsPart, levelsPart, rechecksPart, resultsPart } from './city-page-draws.ts';
import type { Part } from './city-page-part.ts';
import { NAME_MAX } from './city-page-part.ts';

type Rendering = { readonly reader: Reader; readonly services: Services; readonly room: Room };
type Room = { readonly rows: number; readonly map: boolean };

const BYTES_MAX = 40_000;
/** How much is listed; a page that is too long is made again with the next. What is left out is counted on the page. */
const ROOMS: readonly Room[] = [
  { rows: 40, map: true },
  { rows: 20, map: false },
  { rows: 5, map: false },
];
const KINDS_SHOWN = 3;
const RUNS_SHOWN = 5;
/** Graphemes of an announcement's text. */
const TEXT_MAX = 200;
const SHADES = 4;
const LANGUAGES = [
  ['zh-CN', '?lang=zh-CN'],
  ['en', '?lang=en'],
] as const;

const STYLE = `:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--link:#0550ae;--s0:#f0f3f6;--s1:#ffe3b3;--s2:#ffc966;--s3:#f5a623;--s4:#e07b00}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--line:#3d444d;--link:#79b8ff;--s0:#21262d;--s1:#4d3800;--s2:#664a00;--s3:#855f00;--s4:#9e6a03}}
body{margin:0 auto;max-width:44rem;padding:.75rem;color:var(--ink);font:1rem/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem;margin-bottom:0}
a{color:var(--link)}small{color:var(--soft)}table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid var(--line);padding:.3rem .4rem .3rem 0;text-align:left;vertical-align:top;font-variant-numeric:tabular-nums}
thead th{white-space:nowrap}tbody th{font-weight:normal}svg{width:100%;max-width:30rem;height:auto}figure{margin:0}.text{white-space:pre-line;margin-top:0}
path{stroke:var(--line);fill-rule:evenodd}text{fill:var(--ink);font-size:14px;text-anchor:middle;dominant-baseline:central}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}`;

/** The page may show its own styles, and nothing else. */
export const CITY_PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Words the public page. It has no script and loads nothing. */
export async function cityPageHtml(facts: CityFacts, language: string, services: Services): Promise<string> {
  const reader = readerOf(language, services);
  let page = '';
  for (const room of ROOMS) {
    page = String(await pageOf(facts, { reader, services, room }));
    if (Buffer.byteLength(page) <= BYTES_MAX) break;
  }
  return page;
}

function pageOf(facts: CityFacts, rendering: Rendering): Part {
  const { reader, services } = rendering;
  const { say, language, regions } = reader;
  const [root = ''] = regions.all('city');
  const title = say('city-page:title', {
    city: inLanguage(regions.nameOf(root) ?? {}, language) || services.store.city,
  });
  const others = LANGUAGES.filter(([tag]) => tag !== language);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header><h1>${title}</h1>
<p><small>${say('city-page:as_of', { at: sayAny({ at: facts.at }, reader) })}</small> ${others.map(
    ([tag, href]) => html`<a href="${href}" lang="${tag}">${say(`city-page:languages.${tag}`)}</a> `,
  )}</p></header>
<main>
${openPart(facts, rendering)}
${monthPart(facts, reader)}
${figuresPart(facts, reader)}
${surveysPart(facts, rendering)}
${scorePart(facts, reader)}
${promisesPart(facts, reader)}
${lettersPart(facts, reader)}
${drawsPart(facts, reader)}
${resultsPart(facts, reader)}
${levelsPart(facts, reader, rendering.room.rows)}
${rechecksPart(facts, reader)}
${basesPart(facts, reader)}
${runsPart(facts, reader)}
${reportPart(rendering)}
</main>
</body>
</html>
`;
}

function openPart({ open, map }: CityFacts, { reader, services, room }: Rendering): Part {
  const { say, language, regions } = reader;
  const sum = (kinds: ReadonlyMap<string, number>) => [...kinds.values()].reduce((all, n) => all + n, 0);
  const rows = [...open]
    .map(([id, kinds]) => ({ id, count: sum(kinds), kinds: [...kinds].toSorted(([, a], [, b]) => b - a) }))
    .toSorted((a, b) => b.count - a.count || a.id.localeCompare(b.id));
  const count = rows.reduce((all, row) => all + row.count, 0);
  const head = html`<h2>${say('city-page:open.title')}</h2>`;
  if (count === 0) return html`${head}<p>${say('city-page:open.none')}</p>`;
  const [shown, hidden] = [rows.slice(0, room.rows), rows.slice(room.rows)];
  const nameOf = (id: string) => inLanguage(regions.nameOf(id) ?? {}, language) || say('city-page:open.nowhere');
  const kindName = (kind: string) => cutText(inLanguage(services.city.categories.nameOf(kind), language), NAME_MAX);
  const kindsOf = (kinds: (typeof rows)[number]['kinds']) => [
    ...kinds.slice(0, KINDS_SHOWN).map(([kind, n]) => say('city-page:open.kind', { kind: kindName(kind), n })),
    ...(kinds.length > KINDS_SHOWN ? [say('city-page:open.other_kinds')] : []),
  ];
  const rest = { regions: hidden.length, count: hidden.reduce((all, row) => all + row.count, 0) };
  return html`${head}<p>${say('city-page:open.count', { count })}</p>
${room.map && map.regions.length > 0 ? mapPart(map, new Map(rows.map((row) => [row.id, row.count])), reader) : ''}
<table><thead><tr><th scope="col">${say('city-page:open.region')}</th><th scope="col">${say('city-page:open.number')}</th><th scope="col">${say('city-page:open.kinds')}</th></tr></thead>
<tbody>${shown.map(
    ({ id, count: n, kinds }) =>
      html`<tr><th scope="row">${cutText(nameOf(id), NAME_MAX)}</th><td>${n}</td><td>${kindsOf(kinds).join(say('common:comma'))}</td></tr>`,
  )}</tbody></table>
${hidden.length > 0 ? html`<p>${say('city-page:open.more', rest)}</p>` : ''}`;
}

/** One path for all communities of a shade keeps the page short; each number stands in its community. */
function mapPart({ width, height, regions }: CityFacts['map'], counts: ReadonlyMap<string, number>, { say }: Reader) {
  const most = Math.max(1, ...counts.values());
  const shadeOf = (id: string) => Math.ceil(((counts.get(id) ?? 0) / most) * SHADES);
  const shades = [...Map.groupBy(regions, ({ id }) => shadeOf(id))];
  const numbers = regions.flatMap(({ id, x, y }) => (counts.has(id) ? [{ x, y, n: counts.get(id) ?? 0 }] : []));
  return html`<figure><svg viewBox="-1 -1 ${width + 2} ${height + 2}" role="img" aria-label="${say('city-page:open.map')}">${shades.map(
    ([shade, some]) => html`<path class="s${shade}" d="${some.map(({ path }) => path).join('')}"/>`,
  )}${numbers.map(({ x, y, n }) => html`<text x="${x}" y="${y}">${n}</text>`)}</svg>
<figcaption><small>${say('city-page:open.map')}</small></figcaption></figure>`;
}

function monthPart({ month: { confirmed, unconfirmed, unsolved } }: CityFacts, { say }: Reader): Part {
  return html`<h2>${say('city-page:month.title')}</h2>
<p>${say('city-page:month.closed', { closed: confirmed + unconfirmed, confirmed, unconfirmed })}</p>
<p>${say('city-page:month.honest')}</p>
${unsolved > 0 ? html`<p>${say('city-page:month.unsolved', { unsolved })}</p>` : ''}`;
}

function figuresPart({ figures }: CityFacts, { say }: Reader): Part {
  const due = figures.filter(({ denominator }) => denominator.length > 0);
  return html`<h2>${say('city-page:figures.title')}</h2>
${due.length === 0 ? html`<p>${say('city-page:figures.none')}</p>` : ''}<ul>${due.map(
    ({ name, numerator, denominator }) =>
      html`<li>${say(`city-page:figures.${name}` as FixedKey, { of: denominator.length, have: numerator.length })}</li>`,
  )}</ul>`;
}

/** Disclosed numbers of the whole region and of the units with numbers of their own. Groups of people are left out. */
function surveysPart({ waves }: CityFacts, { reader, room }: Rendering): Part | '' {
  const { say, language, regions } = reader;
  if (waves.length === 0) return '';
  const nameOf = (region: string) => cutText(inLanguage(regions.nameOf(region) ?? {}, language), NAME_MAX);
  return html`<h2>${say('city-page:surveys.title')}</h2>${waves.map(({ wave, results }) => {
    const named = indicatorSet(wave.indicators).indicators;
    const shown = results.indicators.filter(({ cells }) => cells[wave.region] !== undefined);
    const title = cutText(inLanguage(wave.questionnaire.title, language), NAME_MAX);
    const day = sayAny({ day: wave.closesAt }, reader);
    const units = [wave.region, ...reportedUnits(wave.region, regions)].slice(0, room.rows);
    return html`<h3>${say('city-page:surveys.wave', { title, region: nameOf(wave.region), day })}</h3>
${results.unfit ? html`<p>${say('common:survey.unfit')}</p>` : ''}
${shown.map(({ code, cells }) => {
  const name = inLanguage(named.find((one) => one.code === code)?.name ?? {}, language);
  return html`<table><thead><tr><th scope="col">${cutText(name, NAME_MAX)}</th><td></td></tr></thead><tbody>${units.map(
    (unit) => html`<tr><th scope="row">${nameOf(unit)}</th><td>${sayAny(shownText(cells[unit]), reader)}</td></tr>`,
  )}</tbody></table>`;
})}`;
  })}<p><small>${say('city-page:surveys.explained')}</small></p>`;
}

/** The city's score with bounds, and its method. It shows no value of an indicator: their parts stand above. */
function scorePart({ score }: CityFacts, { say }: Reader): Part | '' {
  if (!score) return '';
  const { month, version, rowsHash, formula, own, points } = score;
  const percent = (share: number) => `${Number((100 * share).toFixed(1))}%`;
  const counted = { own: own.length, all: formula.terms.length };
  return html`<h2>${say('city-page:score.title')}</h2>
<p>${points ? say('city-page:score.points', { month, ...points }) : say('city-page:score.too_little', { month })}</p>
<p>${say('city-page:score.method', counted)}</p>
<table><thead><tr><th scope="col">${say('city-page:score.indicator')}</th><th scope="col">${say('city-page:score.weight')}</th><th scope="col">${say('city-page:score.from_to')}</th><th scope="col">${say('city-page:score.data')}</th></tr></thead>
<tbody>${formula.terms.map(
    ({ code, w, a, b }) =>
      html`<tr><th scope="row">${say(`common:score_indicator.${code}`)}</th><td>${w}</td><td>${percent(a)} → ${percent(b)}</td><td>${say(own.includes(code) ? 'city-page:score.own' : 'city-page:score.none')}</td></tr>`,
  )}</tbody></table>
<p><small>${say('city-page:score.explained')}</small></p>
<p><small>${say('city-page:score.versions', { formula: formula.version, version, hash: rowsHash.slice(0, 16) })}</small></p>`;
}

/** Promises to residents: kept, late and broken; and how many proposals were not accepted. */
function promisesPart({ promises, refused }: CityFacts, { say }: Reader): Part | '' {
  const { kept, late, changed, broken, unproven, open, overdue, due } = promises;
  if (kept + late + changed + broken + unproven + open + refused === 0) return '';
  return html`<h2>${say('city-page:promises.title')}</h2>
<ul><li>${say('city-page:promises.in_time', { kept, due })}</li>
<li>${say('city-page:promises.late', { late, changed })}</li>
<li>${say('city-page:promises.broken', { broken, unproven })}</li>
<li>${say('city-page:promises.open', { open, overdue })}</li></ul>
<p>${say('city-page:promises.refused', { refused })}</p>`;
}

/** Letters to units and desks by matter. Units are not named: only a public listing does that. */
function lettersPart({ letters }: CityFacts, { say }: Reader): Part | '' {
  if (letters.length === 0) return '';
  const lines = letters.map(({ matter, ...counts }) =>
    say('city-page:letters.line', { matter: say(`flows/my-letters:matter.${matter}`), ...counts }),
  );
  return html`<h2>${say('city-page:letters.title')}</h2><p>${say('city-page:letters.explained')}</p>
<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function runsPart({ runs }: CityFacts, reader: Reader): Part | '' {
  const { say, language } = reader;
  if (runs.length === 0) return '';
  return html`<h2>${say('city-page:announcements')}</h2>${runs
    .slice(0, RUNS_SHOWN)
    .map(({ slot, record, corrects }) => {
      const { title, text } = localizedContent(record.content, language);
      return html`<article><h3>${corrects ? say('common:broadcast.corrected', { title }) : title}</h3>
<small>${sayAny({ at: slot }, reader)}</small><p class="text">${cutText(text, TEXT_MAX, '……')}</p></article>`;
    })}`;
}

function reportPart({ reader: { say }, services: { channels } }: Rendering): Part {
  const link = publicLink('city', channels);
  return html`<h2>${say('city-page:report.title')}</h2><p>${say('city-page:report.how')}</p>
${link ? html`<p><a href="${link}">${say('city-page:report.link')}</a></p>` : ''}
<p>${say('city-page:report.emergency')}</p>`;
}
