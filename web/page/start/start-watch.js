// Says so when the page's own code does not come: it is damaged, something else came in its place, or nothing does. A script of its own and
// no module, so that no damage to a module keeps it from running.
(() => {
  /** Seconds without the page's code after which that is said; on a slow network it may still come. */
  const PATIENCE = Number(new URLSearchParams(location.search).get('patience')) || 15;

  const isThere = () => 'tabsam' in window;

  /** @param {string} id */
  const show = (id) => {
    const note = document.getElementById(id);
    if (!note || isThere()) return;
    note.hidden = false;
    const look = setInterval(() => {
      if (!isThere()) return; // it came after all
      note.hidden = true;
      clearInterval(look);
    }, 500);
  };

  addEventListener(
    'error',
    (/** @type {Event} */ event) => {
      // a module that did not come, or one that is no JavaScript; pictures and the like say it for themselves
      if (event instanceof ErrorEvent || event.target instanceof HTMLScriptElement) show('start-failed');
    },
    true,
  );
  setTimeout(() => show('start-slow'), PATIENCE * 1000);
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-start-again]')) location.reload();
  });
})();
