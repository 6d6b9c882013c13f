import { addressOf } from './router.ts';

/** A case number that opens its case. */
export function CaseLink({ number }: { readonly number: string }) {
  return <a href={addressOf('cases', { case: number.replace('-', '') })}>{number}</a>;
}

/** Rows of evidence: case numbers open their cases, ids of tasks and waves are only named. */
export function EvidenceRows({ rows }: { readonly rows: readonly string[] }) {
  if (rows.length === 0) return <>–</>;
  return (
    <>
      {rows.map((row, i) => (
        <span key={row}>
          {i > 0 && '、'}
          {/^\w{4}-\w{4}$/.test(row) ? <CaseLink number={row} /> : row}
        </span>
      ))}
    </>
  );
}
