/**
 * Asks before a package is fetched from elsewhere: the one thing for which this page asks another host, and only now.
 *
 * @module
 */

import { byId } from '../dom.js';

/**
 * @param {string[]} packages
 * @param {string[]} hosts
 * @returns {Promise<boolean>}
 */
export function askToInstall(packages, hosts) {
  const dialog = byId('install-dialog', HTMLDialogElement);
  byId('install-packages', HTMLElement).textContent = packages.join(', ');
  byId('install-hosts', HTMLElement).textContent = hosts.join(' and ');
  const answered = new AbortController();
  const { signal } = answered;
  return new Promise((resolve) => {
    let agreed = false;
    byId('install-no', HTMLButtonElement).addEventListener('click', () => dialog.close(), { signal });
    const agree = () => {
      agreed = true;
      dialog.close();
    };
    byId('install-yes', HTMLButtonElement).addEventListener('click', agree, { signal });
    const end = () => {
      answered.abort();
      resolve(agreed);
    };
    dialog.addEventListener('close', end, { signal });
    dialog.showModal();
    byId('install-no', HTMLButtonElement).focus(); // a key that was meant for the editor agrees to nothing
  });
}
