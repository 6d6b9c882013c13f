// The bot as fault tests run it: the product's own entry, after shorter timings were set.
import './fast-timings.ts';
import './stepped-clock.ts';
import '../../src/main.ts';
