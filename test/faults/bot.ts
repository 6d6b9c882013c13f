// The bot as fault tests run it: the product's own entry, after a crash point and shorter timings were set.
import './arm.ts';
import './fast-timings.ts';
import './stepped-clock.ts';
import '../../src/main.ts';
import { flushCompileCache } from 'node:module';

// Node writes the cache at a regular exit; most of these bots are killed.
flushCompileCache();
