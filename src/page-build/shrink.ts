/** Longest side of an uploaded photo, px: enough to read a sign, small enough for a slow network. */
const SIDE_MAX = 1600;
const QUALITY = 0.85;

/** Makes a photo smaller before it is sent; a file that the browser cannot draw is sent as it is. */
export async function shrink(file: File): Promise<Blob> {
  try {
    const picture = await draw(file);
    const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
    return blob ?? file;
  } catch {
    return file;
  }
}

/** Decodes a photo; browsers of 2020 know only the image element. */
async function draw(file: File): Promise<ImageBitmap | HTMLImageElement> {
  if ('createImageBitmap' in window) return createImageBitmap(file);
  const picture = new Image();
  picture.src = URL.createObjectURL(file);
  await picture.decode();
  return picture;
}
