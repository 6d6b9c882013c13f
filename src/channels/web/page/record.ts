const SECONDS_MAX = 60;
/** A stop so soon is the second half of a double tap, ms. */
const TOO_SOON_MS = 700;
const TYPES = ['audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm;codecs=opus'] as const;
const type =
  typeof MediaRecorder === 'function' && navigator.mediaDevices
    ? TYPES.find((one) => MediaRecorder.isTypeSupported(one))
    : undefined;

/** True where the browser can record; elsewhere the button is absent. */
export const canRecord = type !== undefined;

/**
 * Records until the returned function is called, a minute at most; then calls `done` with the recording.
 * Undefined if the person does not allow the microphone.
 */
export async function startRecording(
  done: (blob: Blob | undefined, seconds: number) => void,
): Promise<(() => void) | undefined> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
    const parts: Blob[] = [];
    const began = Date.now();
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const timer = setTimeout(() => recorder.stop(), SECONDS_MAX * 1000);
    recorder.onstop = () => {
      clearTimeout(timer);
      for (const track of stream.getTracks()) track.stop();
      const seconds = Math.max(1, Math.round((Date.now() - began) / 1000));
      done(parts.length > 0 ? new Blob(parts, { type: (type ?? '').split(';')[0] ?? '' }) : undefined, seconds);
    };
    recorder.start();
    return () => {
      if (Date.now() - began > TOO_SOON_MS) recorder.stop();
    };
  } catch {
    return undefined;
  }
}
