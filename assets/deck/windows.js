/* Two windows of one deck: that of the audience decides, that of who speaks sends it keys and follows.

A file has no origin of its own that could be checked, so each message carries a secret of this deck, and is heard only
from the other window. */
const channel = new BroadcastChannel("deepreel");
let secret = presenting ? asked.get("presenter") : history.state?.secret;
let other = null;

const linked = () => Boolean(other) && !other.closed;
const send = (message, to = other) => to?.postMessage({ ...message, secret }, "*");
const alone = () => presenting && Boolean(other?.closed);
const hello = () => presenting && send({}, opener);

/** Opens the presenter's window, or brings it to the front. */
function present() {
  if (presenting) return;
  if (linked()) return other.focus();
  secret ||= Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join("");
  const address = `${location.pathname}?presenter=${secret}#${state.at + 1}`;
  other = open(address, "", "popup,width=1100,height=700");
  draw();
  if (!other) hint(called("hint").dataset.blocked);
}

/** Tells the presenter's window what is shown; of a video it gets a handle, so that it is in memory once. */
function tell() {
  const slide = slides[state.at];
  if (!presenting && linked()) send({ state, film: slide.film, time: videoOf(slide)?.currentTime });
}

/** Shows in the presenter's window what the audience sees. */
function follow({ state: shown, film, time }) {
  Object.assign(state, shown);
  const slide = slides[state.at], video = videoOf(slide);
  if (film && !video.src) give(slide, film);
  if (film && (state.paused || Math.abs(video.currentTime - time) > 0.3)) video.currentTime = time;
  draw();
}

addEventListener("message", ({ data, source }) => {
  const known = presenting ? opener : linked() ? other : source;
  if (!secret || data?.secret !== secret || !source || source !== known) return;
  other = source;
  if (data.state && presenting) follow(data);
  else if (Object.hasOwn(deckKeys, data.key)) press(data.key);
  else tell();
});
channel.onmessage = ({ data }) => data === secret && hello();

/** Keeps in the address, and across a reload, what would be missed. */
let keeping = 0;
function remember() {
  clearTimeout(keeping);
  keeping = setTimeout(() => { // a browser allows only so many in a while, and a key that is held down asks for more
    const { since, held } = state;
    history.replaceState({ secret, since, held }, "", "#" + (state.at + 1));
  }, 100);
}

function tick() {
  drawTime();
  if (alone() && !state.digits) hint(called("hint").dataset.alone);
}
