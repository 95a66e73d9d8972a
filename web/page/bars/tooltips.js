/**
 * Esc puts a tooltip away that is in somebody's way; it comes with the next thing that has one.
 *
 * @module
 */

export function mountTooltips() {
  /** Whose tooltip has been put away. @type {Set<Element>} */
  const away = new Set();

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const shown of document.querySelectorAll('[data-tip]:is(:hover, :focus-visible)')) {
      shown.setAttribute('data-tip-away', '');
      away.add(shown);
    }
  });
  const back = () => {
    for (const one of away) {
      if (one.matches(':hover, :focus-visible')) continue;
      one.removeAttribute('data-tip-away');
      away.delete(one);
    }
  };
  for (const kind of ['pointerover', 'focusin']) document.addEventListener(kind, back);
}
