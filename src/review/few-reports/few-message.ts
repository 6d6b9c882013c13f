import type { Premises } from '../../city/premises.ts';
import type { LocalizedMessage, Values } from '../../delivery/outcome.ts';
import type { FewReports } from './report-counts.ts';

/** Tells that premises had few reports in a quarter, with a button that opens an inspection. */
export function fewMessage(few: FewReports, premises: Premises): LocalizedMessage {
  return {
    key: 'flows/few-reports:news',
    values: fewValues(few, premises),
    buttons: [{ label: 'flows/few-reports:open', flow: 'few-reports', argument: few.premises }],
  };
}

/** Name of the premises, the reports of the quarter, and their expectation. */
export function fewValues({ observed, expected }: FewReports, { names }: Pick<Premises, 'names'>): Values {
  return { name: { names }, observed, expected };
}
