/* What keys, buttons, the mouse and fingers do. */

function next() {
  if (state.blank) state.blank = "";
  else show(state.at + 1);
}

function back() {
  if (state.blank) state.blank = "";
  else show(state.at - 1, true);
}

function jump() {
  if (state.digits) show(Number(state.digits) - 1);
  else next();
}

function erase() {
  if (state.digits) state.digits = state.digits.slice(0, -1);
  else back();
}

function replay() {
  Object.assign(state, { blank: "", ended: false, paused: false, refused: false, said: false });
  rest(slides[state.at]);
}

function pause() {
  const video = videoOf(slides[state.at]);
  if (state.ended || video?.ended) replay();
  else Object.assign(state, { paused: Boolean(video) && !state.paused, refused: false });
}

const type = (digit) => () => { state.digits = (state.digits + digit).slice(0, 4); };
const cover = (colour) => () => { state.blank = state.blank === colour ? "" : colour; };

function toggleNotes() {
  called("toggle-notes").setAttribute("aria-pressed", root.classList.toggle("noted"));
}

function resize(factor) {
  const size = parseFloat(root.style.getPropertyValue("--size")) || 1;
  root.style.setProperty("--size", Math.max(0.5, Math.min(size * factor, 3)));
}

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen();
}

function toggleHelp() {
  const help = called("help");
  if (help.open) return help.close();
  help.showModal();
  help.scrollTop = 0; // of a phone, where it is longer than the screen
}

/** What a key does to the deck, whichever of its windows it is pressed in. */
const deckKeys = {
  ArrowRight: next, ArrowDown: next, PageDown: next, " ": next, Enter: jump,
  ArrowLeft: back, ArrowUp: back, PageUp: back, Backspace: erase, Escape: () => {},
  Home: () => show(0), End: () => show(slides.length - 1),
  p: pause, k: pause, r: replay, b: cover("black"), ".": cover("black"), w: cover("white"), ",": cover("white"),
  t: toggleTimer, z: resetTimer, ...Object.fromEntries(Array.from("0123456789", (digit) => [digit, type(digit)])),
};
/** What a key does to the window that it is pressed in. */
const windowKeys = {
  s: present, n: toggleNotes, f: toggleFullscreen, h: toggleHelp, "?": toggleHelp,
  "+": () => resize(1.15), "=": () => resize(1.15), "-": () => resize(1 / 1.15),
};

function press(key) {
  if (key in windowKeys) return windowKeys[key]();
  if (presenting && linked()) return send({ key });
  const typed = state.digits;
  deckKeys[key]();
  if (state.digits === typed) state.digits = ""; // any key but a digit ends the number
  draw();
  tell();
}

addEventListener("keydown", (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const presses = event.target.tagName === "BUTTON" && (key === " " || (key === "Enter" && !state.digits));
  const known = Object.hasOwn(deckKeys, key) || Object.hasOwn(windowKeys, key);
  if (!known || presses || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (called("help").open) toggleHelp();
  else press(key);
});

for (const button of document.querySelectorAll("[data-press]")) {
  button.onclick = (event) => {
    if (event.detail) button.blur(); // of a mouse: the space bar shall turn the slide, not press it again
    press(button.dataset.press);
  };
}

const main = document.querySelector("main");
main.addEventListener("click", (event) => {
  const { left, width } = main.getBoundingClientRect();
  const backwards = event.clientX < left + width / 3 && !event.target.closest(".following");
  press(backwards ? "ArrowLeft" : "ArrowRight");
});
document.body.addEventListener("click", (event) => event.target === document.body && state.blank && press("ArrowRight"));
let touched = 0;
main.addEventListener("touchstart", (event) => { touched = event.touches[0].clientX; }, { passive: true });
main.addEventListener("touchend", (event) => {
  const way = event.changedTouches[0].clientX - touched;
  if (Math.abs(way) < 40) return; // a tap, which is a click
  event.preventDefault();
  press(way < 0 ? "ArrowRight" : "ArrowLeft");
});
