import type { Options } from './options.ts';
import { openStage } from './processes.ts';
import { median, percentile, print, rowOf } from './report.ts';
import type { AnswerRun } from './survey/answers.ts';
import { measureAnswers, PEOPLE_AT_ONCE } from './survey/answers.ts';
import type { CountRun } from './survey/count.ts';
import { measureCounts } from './survey/count.ts';
import { measureEstimates, STREETS } from './survey/estimates.ts';
import { INDICATOR_SET } from './survey/wave.ts';

/** Measures the estimates of a wave with 100,000 answers from 500 streets, and one answer in the chat. */
export async function bench({ json, quick, rounds: wanted }: Options): Promise<void> {
  const rounds = wanted ?? 3;
  const answers = quick ? 20_000 : 100_000;
  const people = quick ? 200 : 1000;
  const estimates = Array.from({ length: rounds }, () => measureEstimates(answers));
  const ballots = quick ? 2000 : 20_000;
  const chats: AnswerRun[] = [];
  let counts: readonly CountRun[] = [];
  const stage = await openStage();
  try {
    for (let round = 0; round < rounds; round += 1) chats.push(await measureAnswers(stage, people));
    counts = await measureCounts(stage, ballots, rounds);
  } finally {
    await stage.close();
  }
  const row = <T>(subject: string, metric: string, unit: string, runs: readonly T[], of: (run: T) => number) =>
    rowOf('survey', subject, metric, unit, runs.map(of));
  const rows = [
    row('estimates', 'seconds', 's', estimates, ({ seconds }) => seconds),
    row('estimates', 'passes_of_the_data', '', estimates, ({ seconds, pass }) => seconds / pass),
    row('estimates', 'memory', 'MB', estimates, ({ megabytes }) => megabytes),
    row('count', 'seconds', 's', counts, ({ seconds }) => seconds),
    row('count', 'longest_stall_ms', 'ms', counts, ({ stall }) => stall),
    row('answers', 'p50_ms', 'ms', chats, ({ waits }) => percentile(waits, 50)),
    row('answers', 'p99_ms', 'ms', chats, ({ waits }) => percentile(waits, 99)),
    row('answers', 'redis_commands', '', chats, ({ commands }) => commands),
    row('answers', 'redis_bytes_in', 'B', chats, ({ bytesIn }) => bytesIn),
    row('answers', 'ballot_bytes', 'B', chats, ({ ballotBytes }) => ballotBytes),
  ];
  const targets = [
    {
      what: `estimating ${answers.toLocaleString('en')} answers`,
      value: median(estimates.map(({ seconds }) => seconds)),
      bound: 0.5,
      at: 'most',
      unit: ' s',
    },
    {
      what: 'memory of the estimates',
      value: median(estimates.map(({ megabytes }) => megabytes)),
      bound: 300,
      at: 'most',
      unit: ' MB',
    },
  ] as const;
  const footer = [
    `estimates: ${answers.toLocaleString('en')} answers to 12 questions over ${STREETS} streets: weights, ${INDICATOR_SET.indicators.length} indicators by region and group, rules of disclosure; rounds: ${rounds}.`,
    'passes_of_the_data: time relative to one pass that adds up one indicator by street, the least that R’s survey package needs.',
    `count: ${ballots.toLocaleString('en')} sealed ballots from ${STREETS} streets, read, opened and counted in a thread; longest_stall_ms: longest time that the bot's event loop stood still.`,
    `answers: ${people} people answer the whole questionnaire, ${PEOPLE_AT_ONCE} at a time; from the tap until the API has answered the next question. ballot_bytes: Redis memory of one ballot.`,
  ];
  print(rows, targets, footer, json);
}
