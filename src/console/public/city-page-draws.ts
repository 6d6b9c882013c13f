import { html } from 'hono/html';
import { seriesNames } from '../../city/series.ts';
import { cutText } from '../../engine/cut-text.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage, sayAny } from '../../notify/reader.ts';
import type { CityFacts } from './city-facts.ts';
import type { Part } from './city-page-part.ts';
import { NAME_MAX } from './city-page-part.ts';
import type { PublicDrawId } from './public-draws.ts';
import { drawAddress } from './public-draws.ts';

/** Draws whose premises, checkers and items anybody repeats from the public text. */
export function drawsPart({ draws }: CityFacts, reader: Reader): Part | '' {
  const { say, language } = reader;
  if (draws.length === 0) return '';
  return html`<h2>${say('city-page:draws.title')}</h2><p>${say('city-page:draws.explained')}</p><ul>${draws.map(
    ({ id, region, series, from, until, visits = 0 }) => {
      const names = series.map((one) => inLanguage(seriesNames(one), language)).join(say('common:comma'));
      const place = cutText(String(sayAny({ place: { region } }, reader)), NAME_MAX);
      return html`<li>${say('city-page:draws.line', { place, series: names, from, until, visits })} ${linkTo(id, true, say)}</li>`;
    },
  )}</ul>`;
}

/** Results of drawn visits by series: the items that were not met most often. Premises are named only where they are listed. */
export function resultsPart({ results }: CityFacts, { say, language }: Reader): Part | '' {
  if (results.length === 0) return '';
  return html`<h2>${say('city-page:results.title')}</h2><p>${say('city-page:results.explained')}</p><ul>${results.map(
    ({ series, premises, items }) => {
      const failed = items.map(({ words, failed: n, of }) =>
        say('city-page:results.item', { item: inLanguage(words, language), failed: n, of }),
      );
      const values = { series: inLanguage(seriesNames(series), language), premises };
      return html`<li>${say(`city-page:results.${failed.length > 0 ? 'line' : 'well'}`, values)}${failed.join(say('common:comma'))}</li>`;
    },
  )}</ul>`;
}

/** Premises that reached a level. A level is no title; one that is named shows the number of its document. */
export function levelsPart({ levels }: CityFacts, reader: Reader, rows: number): Part | '' {
  const { say, language } = reader;
  if (levels.length === 0) return '';
  const [shown, hidden] = [levels.slice(0, rows), levels.slice(rows)];
  return html`<h2>${say('city-page:levels.title')}</h2><p>${say('city-page:levels.explained')}</p>
<table><thead><tr><th scope="col">${say('city-page:levels.premises')}</th><th scope="col">${say('city-page:levels.series')}</th><th scope="col">${say('city-page:levels.level')}</th><th scope="col">${say('city-page:levels.until')}</th></tr></thead>
<tbody>${shown.map(({ premises: { names, series }, level, until, document }) => {
    const reached = say(`common:level.${level}`);
    const stated =
      document === undefined
        ? say('city-page:levels.met', { level: reached })
        : say('city-page:levels.named', { level: reached, document: cutText(document, NAME_MAX) });
    return html`<tr><th scope="row">${cutText(inLanguage(names, language), NAME_MAX)}</th><td>${inLanguage(seriesNames(series), language)}</td><td>${stated}</td><td>${sayAny({ day: until }, reader)}</td></tr>`;
  })}</tbody></table>
${hidden.length > 0 ? html`<p>${say('city-page:levels.more', { count: hidden.length })}</p>` : ''}`;
}

/** The yearly re-checks by lot of premises with a level: hashes while names and days are sealed, then the text that repeats them. */
export function rechecksPart({ rechecks }: CityFacts, { say }: Reader): Part | '' {
  if (rechecks.length === 0) return '';
  return html`<h3>${say('city-page:rechecks.title')}</h3><p>${say('city-page:rechecks.explained')}</p>
<ul>${rechecks.map(
    ({ year, isOpen }) =>
      html`<li>${say('city-page:rechecks.year', { year })} ${linkTo(`recheck-${year}`, isOpen, say)}</li>`,
  )}</ul>`;
}

/** Approvals of honours. Before its draw only the hash of one is public. */
export function basesPart({ bases }: CityFacts, { say }: Reader): Part | '' {
  if (bases.length === 0) return '';
  return html`<h2>${say('city-page:bases.title')}</h2><p>${say('city-page:bases.explained')}</p>
<ul>${bases.map(({ id, document, number, drawn }) => {
    const line = drawn
      ? say('city-page:bases.drawn', { document: cutText(document, NAME_MAX), number, named: drawn.list.length })
      : say('city-page:bases.sealed');
    return html`<li>${line} ${linkTo(id, drawn !== undefined, say)}</li>`;
  })}</ul>`;
}

/** Links the public text of a draw; while it is sealed, the text holds hashes. */
function linkTo(draw: PublicDrawId, isOpen: boolean, say: Reader['say']): Part {
  return html`<a href="${drawAddress(draw)}">${say(isOpen ? 'city-page:draws.text' : 'city-page:draws.hashes')}</a>`;
}
