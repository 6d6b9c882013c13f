// Runs before the first paint, so that a chosen theme never flashes the other one.
for (const name of ['theme', 'text']) {
  const chosen = localStorage.getItem(`anlin-${name}`);
  if (chosen) document.documentElement.dataset[name] = chosen;
}
