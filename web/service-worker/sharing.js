/**
 * Files that another app shares with this one (share_target in manifest.webmanifest): they wait in a cache for the page, which opens them
 * (web/page/offline/arrivals.js).
 *
 * @module
 */

const { scope } = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self)).registration;

/**
 * @param {Request} request
 * @returns {Promise<Response>} the way to the page
 */
export async function share(request) {
  const id = crypto.randomUUID();
  try {
    const files = (await request.formData()).getAll('files').filter((file) => file instanceof File);
    const cache = await caches.open(`tabsam shared ${id}`);
    for (const [number, file] of files.entries()) {
      await cache.put(new URL(`shared/${number}/${encodeURIComponent(file.name)}`, scope), new Response(file));
    }
  } catch {
    await caches.delete(`tabsam shared ${id}`); // the page finds nothing, and says so
  }
  return Response.redirect(new URL(`?shared=${id}`, scope).href, 303);
}
