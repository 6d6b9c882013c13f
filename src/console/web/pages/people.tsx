import { useState } from 'preact/hooks';
import type { PeoplePage } from '../../pages/people.ts';
import { Board } from '../board.tsx';
import { Export, rowsOf } from '../export.tsx';
import { LoadState } from '../lists/load-state.tsx';
import { addressOf, setParams } from '../router.ts';
import { Scroll } from '../scroll.tsx';
import { useData } from '../use-data.ts';
import { dayText, word } from '../words.ts';

/** 人员: organisers by role, volunteers to review, teams. Residents are a number. */
export default function People() {
  const loaded = useData<PeoplePage>('people');
  const { data, load } = loaded;
  const [role, setRole] = useState('');
  const roles = [...new Set(data?.staff.map((one) => one.role))];
  return (
    <Board
      title={word('pages.people')}
      starts={[
        { flow: 'invite-staff', label: word('people.invite') },
        { flow: 'review-volunteers', label: word('people.review', { n: data?.applied ?? 0 }) },
        { flow: 'my-teams', label: word('people.teams') },
        { flow: 'hand-over', argument: 'all', label: word('people.hand_over') },
      ]}
      flow="remove-staff"
      onChanged={load}
    >
      {(open) => (
        <>
          <LoadState loaded={loaded} />
          {data && (
            <>
              <p>{word('people.counts', { contacts: data.contacts, volunteers: data.volunteers })}</p>
              <div class="row">
                <a href={addressOf('posters')}>{word('pages.posters')}</a>
                <label>
                  <span>{word('people.role')}</span>
                  <select value={role} onChange={(event) => setRole(event.currentTarget.value)}>
                    <option value="">{word('cases.filter.all')}</option>
                    {roles.map((one) => (
                      <option key={one} value={one}>
                        {word(`roles.${one}`)}
                      </option>
                    ))}
                  </select>
                </label>
              </div>
              <Export
                name="staff"
                rows={() =>
                  rowsOf(document.querySelector<HTMLTableElement>('table.staff')).map((row) => row.slice(0, 4))
                }
              />
              <Scroll label={word('pages.people')}>
                <table class="staff">
                  <thead>
                    <tr>
                      <th scope="col">{word('people.role')}</th>
                      <th scope="col">{word('people.scope')}</th>
                      <th scope="col">{word('people.who')}</th>
                      <th scope="col">{word('people.since')}</th>
                      <td />
                    </tr>
                  </thead>
                  <tbody>
                    {data.staff
                      .filter((one) => role === '' || one.role === role)
                      .map((one) => (
                        <tr key={one.id}>
                          <th scope="row">{word(`roles.${one.role}`)}</th>
                          <td>{one.scope}</td>
                          <td>
                            {one.who}
                            {one.me && word('people.me')}
                          </td>
                          <td>{dayText(one.since)}</td>
                          <td>
                            {!one.me && (
                              <span class="row">
                                <button type="button" onClick={() => setParams({ id: one.id })}>
                                  {word('people.remove')}
                                </button>
                                <button
                                  type="button"
                                  onClick={() => open({ flow: 'hand-over', argument: one.colleague })}
                                >
                                  {word('people.move')}
                                </button>
                                {one.resets && (
                                  <button
                                    type="button"
                                    onClick={() => open({ flow: 'reset-factor', argument: one.id })}
                                  >
                                    {word('people.reset')}
                                  </button>
                                )}
                              </span>
                            )}
                          </td>
                        </tr>
                      ))}
                  </tbody>
                </table>
              </Scroll>
              {data.teams.length > 0 && (
                <section>
                  <h2>{word('people.teams')}</h2>
                  <ul>
                    {data.teams.map(({ id, name, region, capacity }) => (
                      <li key={id}>{word('people.team', { name, region, capacity })}</li>
                    ))}
                  </ul>
                </section>
              )}
            </>
          )}
        </>
      )}
    </Board>
  );
}
