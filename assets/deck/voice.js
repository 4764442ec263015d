/* The voice of a slide: heard by the audience alone, and of a loop once. */

/** Whether a slide's video is to be heard now. */
const speaks = (slide) => "speaks" in slide.dataset && !presenting && !state.said;

/** Turns the sound of a video on or off; a loop begins again by itself only where nothing is heard. */
function tune(slide) {
  const video = videoOf(slide);
  video.muted = !speaks(slide);
  video.loop = "loop" in slide.dataset && video.muted;
}

/** After the end of a video: a loop that has spoken goes on in silence. */
function end(slide) {
  if (slide === slides[state.at] && videoOf(slide).ended && "loop" in slide.dataset) {
    state.said = true;
    rest(slide);
  }
  draw();
}

/** Stands where a slide begins: no browser lets a page be heard before a key or a button was pressed in its window. */
function refuse(slide, error) {
  if (error.name !== "NotAllowedError" || slide !== slides[state.at] || videoOf(slide).muted) return;
  Object.assign(state, { refused: true, paused: true });
  draw();
  tell();
}

/** The line that asks for that key, in the window where it is to be pressed or in the other one. */
function plea() {
  const { unheard, unheardThere } = called("hint").dataset;
  return state.refused && !state.blank ? (presenting ? unheardThere : unheard) : "";
}

called("hint").addEventListener("click", () => state.refused && press("p")); // as on a phone, which has no p
