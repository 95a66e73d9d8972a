/**
 * A picture as the browser shows it: an `<img>` on an object URL.
 *
 * @module
 */

/**
 * @typedef {{ name: string, img: HTMLImageElement | null, width: number, height: number, dispose: () => void }} Picture
 *   `width` and `height` are the picture's own pixels, orientation applied. Whoever takes a picture off the page disposes it.
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
    return { name, img, width, height, dispose: () => URL.revokeObjectURL(url) };
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
  return { name, img: null, width, height, dispose() {} };
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
