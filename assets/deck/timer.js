/* The time since the slide was first turned: what has been held when it was stopped, and since when it runs. */
const elapsed = () => state.held + (state.since && Date.now() - state.since);

function runTimer() {
  state.since = Date.now();
}

function toggleTimer() {
  if (state.since) Object.assign(state, { held: elapsed(), since: 0 });
  else runTimer();
}

function resetTimer() {
  Object.assign(state, { held: 0, since: 0 });
}

function drawTime() {
  const seconds = Math.floor(elapsed() / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  called("timer").textContent = parts.map((part) => String(part).padStart(2, "0")).join(":").replace(/^00:/, "");
  called("timer").classList.toggle("held", !state.since);
  called("clock").textContent = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}
