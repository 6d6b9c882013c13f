const STEP_MS = 600_000;

// SIGUSR2 sets this process's clock back by ten minutes, and forward again at the next signal.
const machine = Date.now;
let back = 0;
process.on('SIGUSR2', () => {
  back = STEP_MS - back;
  Date.now = () => machine() - back;
});
