import type { UnitPage } from '../../pages/unit-page.ts';
import { word, yearDayText } from '../words.ts';

/** One that ends soon still counts. */
const CLASSES = { in_force: 'good', ends_soon: '', expired: 'red', unconfirmed: 'red' } as const;

/** Documents with their end; those that ended or that no person confirmed count for nothing. */
export function Documents({ unit: { documents } }: { readonly unit: UnitPage }) {
  if (documents.length === 0) return <p class="state">{word('units.no_document')}</p>;
  return (
    <>
      <p>{word('units.documents_hint')}</p>
      <ol class="rows">
        {documents.map(({ no, item, number, issuer, until, state }) => (
          <li key={`${item} ${number}`}>
            <div>
              <p>
                <strong>{number}</strong> · {issuer}
              </p>
              <p>
                {no} {item}
              </p>
              <p class={CLASSES[state]}>
                {word('units.until', { day: yearDayText(until) })} · {word(`units.document_state.${state}`)}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}
