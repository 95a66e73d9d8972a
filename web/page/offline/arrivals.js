/**
 * What the page is started with when it is installed: files that are opened with it, files that another app has shared with it, and its
 * shortcuts: a new project, the samples (manifest.webmanifest).
 *
 * @module
 */

/** @import {Messages} from '../bars/messages.js' */
/** @import {Sample} from '../input/samples.js' */

/**
 * @typedef {{ setConsumer: (consume: (params: { files: readonly FileSystemFileHandle[] }) => void) => void }} LaunchQueue
 *   https://wicg.github.io/web-app-launch/, which TypeScript does not know yet
 */

/**
 * @param {{ take: (files: readonly File[]) => void, samples: Promise<Sample[]>, openSample: (sample: Sample) => void, messages: Messages }} parts
 * @returns {{ afresh: boolean }}  whether to begin a new project
 */
export function mountArrivals({ take, samples, openSample, messages }) {
  /** @param {Promise<readonly File[]>} coming */
  const takeWhenThere = async (coming) => {
    try {
      const files = await coming;
      if (files.length) return take(files);
    } catch {
      // gone, or the permission to read them is
    }
    const hint = 'Open them with the button, or drop them here.';
    messages.say({ topic: 'others', tone: 'notice', text: 'The files could not be read.', hint });
  };

  const launches = /** @type {{ launchQueue?: LaunchQueue }} */ (/** @type {unknown} */ (globalThis)).launchQueue;
  launches?.setConsumer(({ files }) => {
    if (files.length) void takeWhenThere(Promise.all(files.map((handle) => handle.getFile())));
  });

  const address = new URL(location.href);
  const [shared, id, afresh] = [address.searchParams.get('shared'), address.searchParams.get('sample'), address.searchParams.has('new')];
  if (shared === null && id === null && !afresh) return { afresh };
  for (const name of ['shared', 'sample', 'new']) address.searchParams.delete(name);
  history.replaceState(history.state, '', address); // a reload does not do it again
  if (shared !== null) void takeWhenThere(sharedFiles(shared));
  void samples.then((all) => {
    const sample = all.find((one) => one.id === id);
    if (sample) openSample(sample);
  });
  return { afresh };
}

/**
 * The files that wait for this page, which are then no longer kept here (web/service-worker/sharing.js).
 *
 * @param {string} id
 * @returns {Promise<File[]>}
 */
async function sharedFiles(id) {
  const name = `tabsam shared ${id}`;
  if (!(await caches.has(name))) return [];
  const cache = await caches.open(name);
  const files = [];
  for (const request of await cache.keys()) {
    const blob = await (await cache.match(request))?.blob();
    const file = decodeURIComponent(new URL(request.url).pathname.split('/').at(-1) ?? '');
    if (blob) files.push(new File([blob], file, { type: blob.type }));
  }
  await caches.delete(name);
  return files;
}
