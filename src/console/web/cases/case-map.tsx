import type { CaseRow } from '../../pages/cases.ts';
import { CityMap } from '../map/city-map.tsx';
import { word } from '../words.ts';

type CaseMapProps = {
  readonly rows: readonly CaseRow[];
  readonly chosen: string | undefined;
  readonly onOpen: (number: string) => void;
};

/** The cases of the page as points; those without a point stay in the list below. */
export function CaseMap({ rows, chosen, onOpen }: CaseMapProps) {
  const placed = rows.flatMap((row) => (row.point ? [{ row, point: row.point }] : []));
  const rest = rows.filter(({ point }) => !point);
  return (
    <>
      <CityMap
        title={word('cases.map')}
        pins={placed.map(({ row, point }) => ({
          id: row.number,
          label: `${row.category} ${row.place} ${row.state}`,
          point,
          className: `${row.light ?? ''} ${row.number === chosen ? 'here' : ''}`,
        }))}
        onPin={onOpen}
      />
      {rest.length > 0 && (
        <>
          <p>{word('cases.without_point', { n: rest.length })}</p>
          <ul>
            {rest.map(({ number, category, place }) => (
              <li key={number}>
                <button type="button" onClick={() => onOpen(number)}>
                  {category} {place}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
