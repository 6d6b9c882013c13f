import { parentPort, workerData } from 'node:worker_threads';
import type { Ballot } from '../ballot/ballot.ts';
import { openBallot } from '../ballot/ballot.ts';
import { textsOf } from '../results/counted-wave.ts';
import type { EntryAtHome } from './count-ballots.ts';
import { countBallots } from './count-ballots.ts';
import type { CountedInThread, CountPart } from './count-in-thread.ts';

// Ballots and entries arrive in batches, the order to count last. The answer ends the thread.

const key = String(workerData);
const ballots: Ballot[] = [];
const ledger: EntryAtHome[] = [];
let damaged = 0;

parentPort?.on('message', (part: CountPart) => {
  switch (part.type) {
    case 'entries':
      ledger.push(...part.entries);
      break;
    case 'ballots':
      for (const [nullifier, sealed] of part.sealed) {
        const ballot = openBallot(key, nullifier, sealed);
        if (ballot) ballots.push(ballot);
        else damaged += 1;
      }
      break;
    case 'count': {
      const counted: CountedInThread = { ...textsOf(countBallots(ballots, ledger, part.order)), damaged };
      parentPort?.postMessage(counted);
      parentPort?.close();
    }
  }
});
