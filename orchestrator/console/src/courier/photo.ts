/** A picture from the phone's camera, made small enough to be sent in one call. */

/** In base64, of the 64 KiB of a call. */
const MOST_CHARS = 58_000;
const SIZES_PX = [900, 720, 560, 420, 320];
const QUALITIES = [0.72, 0.55, 0.4];

/** The picture as base64 of a JPEG; null when the phone gave something else, or it cannot be made small. */
export async function small(file: File): Promise<string | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  for (const size of SIZES_PX) {
    const shrink = Math.min(1, size / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * shrink));
    canvas.height = Math.max(1, Math.round(picture.height * shrink));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const text = canvas.toDataURL("image/jpeg", quality).split(",")[1] ?? "";
      if (text && text.length <= MOST_CHARS) return text;
    }
  }
  return null;
}
