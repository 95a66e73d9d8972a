/**
 * Space held down turns the pointer into a hand. On a point it still is the button's key, unless it was used to pan.
 *
 * @module
 */

/**
 * @param {HTMLElement} stage
 * @param {{ held: boolean, used: boolean }} panning  shared with the gestures: they set `used`
 */
export function watchSpace(stage, panning) {
  const release = () => {
    panning.held = false;
    stage.toggleAttribute('data-panning', false);
  };

  document.addEventListener('keydown', (event) => {
    if (event.key !== ' ' || !(event.target instanceof Element)) return;
    if (event.target !== document.body && !stage.contains(event.target)) return;
    if (!panning.held) panning.used = false;
    panning.held = true;
    stage.toggleAttribute('data-panning', true);
    if (!event.target.closest('button')) event.preventDefault();
  });
  document.addEventListener('keyup', (event) => {
    if (event.key !== ' ' || !panning.held) return;
    release();
    if (panning.used) event.preventDefault();
  });
  window.addEventListener('blur', release);
}
