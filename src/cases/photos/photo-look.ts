/** Size of the grey picture whose neighbouring pixels are compared: 8 × 8 comparisons. */
const [WIDTH, HEIGHT] = [9, 8];

/**
 * The look of a stored photo as 16 hexadecimal digits: dHash, one bit for each pair of neighbours in a row of a grey picture
 * of 9 × 8 pixels, set if the left one is brighter. Only for photos that this server has re-encoded.
 */
export async function lookOf(path: string): Promise<string> {
  const { default: sharp } = await import('sharp');
  const grey = await sharp(path).greyscale().resize(WIDTH, HEIGHT, { fit: 'fill' }).raw().toBuffer();
  let bits = 0n;
  for (let row = 0; row < HEIGHT; row += 1) {
    for (let column = 0; column + 1 < WIDTH; column += 1) {
      const at = row * WIDTH + column;
      bits = (bits << 1n) | ((grey[at] ?? 0) > (grey[at + 1] ?? 0) ? 1n : 0n);
    }
  }
  return bits.toString(16).padStart(16, '0');
}

/** Number of bits in which two looks differ, 0–64. */
export function lookDistance(one: string, other: string): number {
  let differing = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  let count = 0;
  for (; differing > 0n; differing >>= 1n) count += Number(differing & 1n);
  return count;
}
