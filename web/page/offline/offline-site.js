/**
 * Has the site kept on this machine by its service worker, once the page is at rest; has a host without the headers for threads give them
 * that way; and offers a newer version when there is one.
 *
 * @module
 */

import { phaseOf } from '../state/store.js';
import { WEBGPU_BUILD } from '../../webgpu-build.js';
import { offerUpdates } from './updates.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {State, Store} from '../state/store.js' */

/** The start, the first picture and the warm-up have the processor to themselves. Milliseconds without a change. */
const QUIET_MS = 3000;

/** Somebody's own server: its site changes with every build, and another may be at that address tomorrow. */
const OWN_MACHINE = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** That a reload was tried, in this tab: it is not tried again. */
const TRIED = 'tabsam.isolating';

/**
 * `?offline=on` in the address asks for it on one's own machine, too; `?offline=off` undoes it.
 *
 * @param {{ store: Store, messages: Messages, actions: Actions }} parts
 */
export function mountOfflineSite({ store, messages, actions }) {
  const container = navigator.serviceWorker;
  if (!container) return; // no secure connection
  const wish = new URLSearchParams(location.search).get('offline');
  if (wish === 'off') void forgetSite(container);
  else if (wish === 'on' || container.controller || !OWN_MACHINE.test(location.hostname)) void keepSite({ container, store, messages, actions });
}

/** @param {{ container: ServiceWorkerContainer, store: Store, messages: Messages, actions: Actions }} parts */
async function keepSite({ container, store, messages, actions }) {
  await rest(store);
  const options = /** @type {const} */ ({ type: 'module', updateViaCache: 'none' });
  const registration = await container.register('service-worker.js', options).catch(() => null);
  if (!registration) return; // a private window, a browser without it: the page works as it is
  offerUpdates({ container, registration, messages, actions });
  const { active } = await container.ready;
  const { engine } = store.state;
  const usesGpu = engine.status === 'running' && engine.info.provider === 'webgpu';
  active?.postMessage({ uses: usesGpu ? [WEBGPU_BUILD] : [] });
  if (!container.controller) await new Promise((resolve) => container.addEventListener('controllerchange', resolve, { once: true }));
  if (!crossOriginIsolated && isIdle(store.state) && isFirstTry()) location.reload();
}

/**
 * Wait until the engine runs and nothing has changed for a while.
 *
 * @param {Store} store
 * @returns {Promise<void>}
 */
function rest(store) {
  return new Promise((resolve) => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let isOver = false;
    store.subscribe((state, before) => {
      if (isOver || (timer !== undefined && phaseOf(state) === phaseOf(before))) return;
      clearTimeout(timer);
      const phase = phaseOf(state);
      if (phase !== 'ready' && phase !== 'idle') return;
      timer = setTimeout(() => {
        isOver = true;
        resolve();
      }, QUIET_MS);
    });
  });
}

/**
 * Whether a reload would interrupt nothing.
 *
 * @param {State} state
 */
function isIdle({ picture, opening, loading }) {
  return !picture && !opening && !loading && document.querySelector('dialog[open], :popover-open') === null;
}

/** A host may send headers that keep the page from being isolated whatever is added: a second reload would change nothing. */
function isFirstTry() {
  try {
    const isFirst = sessionStorage.getItem(TRIED) === null;
    sessionStorage.setItem(TRIED, 'yes');
    return isFirst;
  } catch {
    return false;
  }
}

/** @param {ServiceWorkerContainer} container */
async function forgetSite(container) {
  const scope = new URL('.', location.href).href;
  const registration = await container.getRegistration(scope);
  if (registration?.scope === scope) await registration.unregister();
  for (const name of await caches.keys()) if (name.startsWith(`tabsam ${new URL(scope).pathname} `)) await caches.delete(name);
}
