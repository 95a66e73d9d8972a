/**
 * A new version of the site waits until the person wants it: the page says what is new, and this tab is reloaded when they say so. Other
 * tabs go on with the version that they have.
 *
 * @module
 */

/** @import {About} from '../../service-worker/protocol.js' */
/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */

/** How often a tab that stays open looks for a new version. Milliseconds. */
const LOOK_EVERY = 3_600_000;

/** A notice has room for so many characters of what is new. */
const ROOM = 90;

/** @param {{ container: ServiceWorkerContainer, registration: ServiceWorkerRegistration, messages: Messages, actions: Actions }} parts */
export function offerUpdates({ container, registration, messages, actions }) {
  const update = async () => {
    const { waiting } = registration; // none when another tab has had the new one take over
    if (waiting) {
      const taken = new Promise((resolve) => container.addEventListener('controllerchange', resolve, { once: true }));
      waiting.postMessage('take over');
      await taken;
    }
    actions.startAgain();
  };
  const offer = async () => {
    const { waiting } = registration;
    if (!waiting || !registration.active) return;
    const [next, now] = await Promise.all([aboutOf(waiting), aboutOf(container.controller)]);
    const action = { label: 'Update now', run: () => void update() };
    messages.say({ topic: 'update', tone: 'notice', text: `A new version is ready: ${news(next, now)}`, hint: '', action, stays: true });
  };
  const watch = () => {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed') void offer();
    });
  };
  registration.addEventListener('updatefound', watch);
  watch();
  void offer();
  setInterval(() => void registration.update().catch(() => {}), LOOK_EVERY); // offline, say
}

/**
 * @param {ServiceWorker | null} worker
 * @returns {Promise<About>}
 */
function aboutOf(worker) {
  if (!worker) return Promise.resolve({ version: '', news: [] });
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage('about', [port2]);
  });
}

/**
 * What a version brings that the one before did not, in a sentence.
 *
 * @param {About} next
 * @param {About} now
 */
function news(next, now) {
  const [first, ...others] = next.news.filter((line) => !now.news.includes(line));
  if (!first) return next.version === now.version ? 'small corrections.' : `${next.version}.`;
  const more = others.length === 0 ? '' : others.length === 1 ? ' And one more change.' : ` And ${others.length} more changes.`;
  return `${first.length > ROOM ? `${first.slice(0, first.lastIndexOf(' ', ROOM))} …` : first}${more}`;
}
