/**
 * Runs before anything of the page's own: opens a sample as soon as the page lets a script, and notes what happens when.
 *
 * `window.benchStart` is a promise of `{ opened, notes }`: milliseconds since navigation began, and `[milliseconds, what]` pairs.
 *
 * @module
 */

(() => {
  /** @type {[number, string][]} */
  const notes = [];
  const note = (/** @type {string} */ what) => notes.push([performance.now(), what]);

  const start = new Promise((resolve, reject) => {
    /** @type {{ open: (blob: Blob, name: string) => Promise<unknown> }} */
    let tabsam;
    const open = async () => {
      note('page: window.tabsam');
      const blob = await (await fetch('samples/coffee.png')).blob();
      await tabsam.open(blob, 'coffee.png');
      while (document.body.dataset.state !== 'idle') await new Promise(requestAnimationFrame);
      note('page: idle');
      resolve({ opened: performance.now(), notes });
    };
    Object.defineProperty(window, 'tabsam', {
      configurable: true,
      get: () => tabsam,
      set(value) {
        tabsam = value;
        open().catch((error) => reject(new Error(`${error.message} ${error.details ?? ''}`)));
      },
    });
  });
  Reflect.set(window, 'benchStart', start);

  window.Worker = class extends Worker {
    /** @type {Map<number, string>} */
    methods = new Map();

    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      this.addEventListener('message', ({ data }) => note(data.progress?.message ?? `worker: answered ${this.methods.get(data.id)}`));
    }

    /** @override @param {{ id: number, method: string }} request @param {any} [transfer] */
    postMessage(request, transfer) {
      this.methods.set(request.id, request.method);
      super.postMessage(request, transfer);
    }
  };
})();
