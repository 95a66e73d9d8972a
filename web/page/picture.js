/**
 * A picture as the browser shows it: an `<img>` on an object URL, and a small bitmap to draw thumbnails from.
 *
 * @module
 */

/** Longest side, in pixels, of the bitmap that thumbnails are drawn from: sharp enough, and cheap for a 50-megapixel photo. */
const SMALL_SIDE = 1536;

/**
 * @typedef {{ name: string, img: HTMLImageElement | null, width: number, height: number, small: () => Promise<ImageBitmap | null>,
 *   dispose: () => void }} Picture
 *   `width` and `height` are the picture's own pixels, orientation applied. `small` is made when it is first asked for; null if
 *   that fails. Whoever takes a picture off the page disposes it.
 */

/**
 * Load a blob into an `<img>`. Rejects when the browser has no decoder for it.
 *
 * @param {Blob} blob
 * @param {string} name
 * @returns {Promise<Picture>}
 */
export async function loadPicture(blob, name) {
  const url = URL.createObjectURL(blob);
  try {
    const img = new Image();
    img.alt = name;
    img.draggable = false;
    img.className = 'picture';
    await new Promise((resolve, reject) => {
      img.onload = resolve;
      img.onerror = () => reject(new Error('The browser cannot show this picture'));
      img.src = url;
    });
    const { naturalWidth: width, naturalHeight: height } = img;
    if (!width || !height) throw new Error('The picture has no size of its own');
    /** @type {Promise<ImageBitmap | null> | undefined} */
    let small;
    return {
      name,
      img,
      width,
      height,
      small: () => (small ??= shrink(img, width, height)),
      dispose() {
        URL.revokeObjectURL(url);
        void small?.then((bitmap) => bitmap?.close());
      },
    };
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}

/**
 * A picture that nobody could show: prompts and masks still have their frame.
 *
 * @param {string} name
 * @param {number} width
 * @param {number} height
 * @returns {Picture}
 */
export function blankPicture(name, width, height) {
  return { name, img: null, width, height, small: () => Promise.resolve(null), dispose() {} };
}

/**
 * The same picture in another frame: a preview may have fewer pixels than what it stands for.
 *
 * @param {Picture} picture
 * @param {number} width
 * @param {number} height
 * @returns {Picture}
 */
export function withSize(picture, width, height) {
  return picture.width === width && picture.height === height ? picture : { ...picture, width, height };
}

/**
 * @param {HTMLImageElement} img
 * @param {number} width
 * @param {number} height
 */
async function shrink(img, width, height) {
  const factor = Math.min(1, SMALL_SIDE / Math.max(width, height));
  try {
    return await createImageBitmap(img, {
      resizeWidth: Math.max(1, Math.round(width * factor)),
      resizeHeight: Math.max(1, Math.round(height * factor)),
      resizeQuality: 'medium',
    });
  } catch {
    return null; // thumbnails then show the outline alone
  }
}
