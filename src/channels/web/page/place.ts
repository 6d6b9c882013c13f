/** Some phones never answer: the person then types the place. */
const TIMEOUT_MS = 8000;

/** The present place in WGS-84; undefined where the phone does not give it. */
export function findPlace(): Promise<{ readonly latitude: number; readonly longitude: number } | undefined> {
  return new Promise((done) => {
    const timer = setTimeout(() => done(undefined), TIMEOUT_MS + 500);
    const end = (place?: { readonly latitude: number; readonly longitude: number }) => {
      clearTimeout(timer);
      done(place);
    };
    if (!navigator.geolocation) return end();
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => end({ latitude, longitude }),
      () => end(),
      { enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 60_000 },
    );
  });
}
