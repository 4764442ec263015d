/* The start. */
const addressed = () => Math.max(0, Math.min(parseInt(location.hash.slice(1)) - 1 || 0, slides.length - 1));

/** Begins once the first video to be shown has been read; those after it are read meanwhile. */
function begin() {
  const first = slides[addressed()];
  if (!presenting && videoOf(first) && !textOf(first)) return setTimeout(start, 20);
  begun = true;
  const { since, held } = history.state ?? {};
  Object.assign(state, { since: since ?? 0, held: held ?? 0 });
  show(addressed());
  draw();
  if (!presenting) return secret && channel.postMessage(secret); // after a reload
  setInterval(tick, 250);
  tick();
  hello();
}

/** Shows the video of a slide that was shown before its video had been read. */
function resume() {
  if (videoOf(slides[state.at])?.src) return;
  drawn = -1;
  draw();
  tell();
}

let begun = false;
const start = () => (begun ? resume() : begin());
root.classList.add("deck", ...(presenting ? ["presenter"] : []));
called("fullscreen").hidden = !document.fullscreenEnabled; // as on an iPhone
addEventListener("hashchange", () => { show(addressed()); draw(); tell(); });
if (presenting) stop(); // before the videos, which the other window has
start();
addEventListener("DOMContentLoaded", start);
