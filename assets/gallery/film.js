"use strict";
const film = JSON.parse(called("film").textContent), records = {}, reel = called("reel");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const LATE = 0.001; // seconds behind the beginning of something, where it is surely seen
let record = null, beat = -1;

/** An element with attributes, and with what is in it. */
function made(tag, attributes, ...inside) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...inside);
  return one;
}

// The film, its beats and its numbers are those of the language; where it stands is kept from one to the other.

/** Takes what the file of a language tells; a file from the disk can be run, and not be read. */
function told(one) {
  records[document.currentScript.dataset.language] = one;
}

addEventListener("spoken", async () => {
  const language = root.lang, files = film.files[language], before = record && place();
  document.title = `${film.titles[language]} – deepreel`;
  if (reel.getAttribute("src") !== files.film) Object.assign(reel, { src: files.film, poster: files.poster });
  if (!records[language]) await new Promise((ended) => {
    const script = made("script", { src: files.told, "data-language": language });
    script.onload = script.onerror = ended;
    document.head.append(script);
  });
  if (root.lang !== language || !records[language]) return;
  record = records[language];
  beat = -1;
  shown.clear();
  called("all").querySelector("div").replaceChildren();
  called("turn")?.querySelector("div").replaceChildren();
  for (const one of all("details[open]")) fill(one);
  if (before) {
    const [, , start, stop] = record.beats[before.beat];
    seek(start + before.share * (stop - start), false);
  } else if (!addressed()) seek(0, false); // the first picture takes the place of the poster
  look();
});

/** The beat that is on, and the part of it that has passed. */
function place() {
  const now = clock(), number = Math.max(record.beats.findLastIndex(([, , start]) => start <= now), 0);
  const [, , start, stop] = record.beats[number];
  return { beat: number, share: Math.min((now - start) / (stop - start), 1) };
}

/** Where the film is; its end belongs to what is seen there. */
const clock = () => Math.min(reel.currentTime, record.seconds - 2 * LATE);

/** Goes to a time, and plays on from there. */
function seek(time, on = true) {
  const go = () => {
    reel.currentTime = time + LATE;
    if (on) reel.play().catch(() => {});
  };
  if (reel.readyState) go();
  else reel.addEventListener("loadedmetadata", go, { once: true });
}

/** Goes to a beat, by its number; the address names it. */
function turnTo(number) {
  const [name, , start] = record.beats[Math.max(0, Math.min(number, record.beats.length - 1))];
  history.replaceState(null, "", `#beat=${name}`);
  seek(start);
}

/** Goes to the beat that the address names. */
function addressed() {
  const name = /^#beat=(.+)$/.exec(location.hash)?.[1].replaceAll("_", "-");
  const found = record?.beats.find(([one]) => one === name);
  if (found) seek(found[2], !still);
  return found;
}
addEventListener("hashchange", addressed);

for (const list of all(".beats")) {
  const links = all("a", list);
  for (const [number, link] of links.entries()) link.addEventListener("click", (event) => {
    if (!record || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turnTo(number);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && links[links.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

addEventListener("keydown", (event) => {
  if (!record || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("video, input, select, #live")) return;
  if (event.key === " " && !event.target.closest("a, button, summary, [tabindex]")) {
    event.preventDefault();
    if (reel.paused) reel.play().catch(() => {});
    else reel.pause();
  }
  const { beat: at } = place(), begun = clock() - record.beats[at][2];
  if (event.key === "ArrowRight") turnTo(at + 1);
  if (event.key === "ArrowLeft") turnTo(begun > 1.5 ? at : at - 1);
});

// What is on screen at the moment.

/** Tells the beat, the sentence and the numbers of the moment. */
function look() {
  if (!record) return;
  const now = clock(), at = place();
  const links = all(`.beats[lang="${root.lang}"] a`);
  links[at.beat].style.setProperty("--share", at.share);
  if (beat !== at.beat) {
    beat = at.beat;
    for (const [number, link] of links.entries()) {
      link.style.setProperty("--share", number < beat ? 1 : number > beat ? 0 : at.share);
      if (number === beat) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    follow(links[beat].parentElement);
    called("seen").textContent = record.beats[beat][4];
    command();
  }
  called("said").textContent = record.captions.findLast(([start, stop]) => start <= now && now < stop)?.[2] ?? "";
  const rows = record.numbers.filter(([start, stop]) => start <= now && now < stop);
  tabulate(called("live").querySelector("tbody"), rows, shown);
  called("live").classList.toggle("empty", rows.length === 0);
}

/** Scrolls a list, and nothing else, to where one of its lines is seen. */
function follow(line) {
  const list = line.closest("ol"), { offsetTop: top, offsetHeight: height } = line;
  if (top < list.scrollTop || top + height > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
}

const shown = new Map(); // what stands in the live table, by what it tells

/** Writes numbers into a table: a row for each quantity, in it each number with its place along each axis. */
function tabulate(table, rows, there) {
  const keys = [];
  const groups = [...grouped(rows, (row) => row[3])].sort(([one], [other]) => one - other).flatMap(([subject, all]) => {
    const own = distinct(all), many = varying(own), copies = {};
    const copy = (index) => copies[index] = (copies[index] ?? 0) + 1; // of a number that is written to more and to fewer digits
    const by = { 1: () => "", 2: (row) => copy(`${row[4]}`) }[Math.max(many.length, 1)] ?? ((row) => row[4][many[0]]);
    return [...grouped(own, by)].sort(([one], [other]) => one - other).map(([part, its]) => [`${subject}/${part}`, record.subjects[subject], its]);
  });
  fit(table, groups.map(([name, subject, own]) => {
    const line = once(there, name, keys, () => heading(subject));
    lay(line, subject, own.sort(byIndex), (part, make) => once(there, `${name}|${part}`, keys, make));
    return line;
  }));
  for (const key of there.keys()) if (!keys.includes(key)) there.delete(key);
}

/** Rows by what they have in common. */
function grouped(rows, by) {
  const groups = new Map();
  for (const row of rows) {
    const key = by(row);
    if (groups.has(key)) groups.get(key).push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** The axes along which numbers of one quantity differ in their places. */
const varying = (rows) => rows[0][4].map((_, k) => k).filter((k) => rows.some((row) => row[4][k] !== rows[0][4][k]));

/** Numbers of one quantity, of those that are written twice alike the first. */
const distinct = (rows) => [...new Map(rows.toReversed().map((row) => [`${row[4]}|${row[5]}`, row])).values()].reverse();

/** Lays out the numbers of one quantity: a row of them, or, where two axes vary, a table with their places at its edges. */
function lay(line, { axes }, rows, once) {
  const copies = {}, apart = axes.length === 1 ? [0] : varying(rows);
  const told = (index, which) => axes.map((axis, k) => (which(k) ? placed(axis, index[k]) : "")).filter(Boolean).join(", ");
  const buttons = rows.map(([time, , , , index, text]) => {
    const button = once(`${index}|${copies[index] = (copies[index] ?? 0) + 1}`, () => written(told(index, () => true)));
    button.dataset.time = time;
    write(button.firstChild, told(index, (k) => apart.includes(k)));
    write(button.lastChild, text);
    return button;
  });
  const square = apart.length === 2 && rows.length > 4 && Object.values(copies).every((many) => many === 1);
  write(line.querySelector(".places"), told(rows[0][4], (k) => !apart.includes(k))); // the places that all share
  line.lastChild.classList.toggle("square", square);
  const places = square ? apart.map((k) => [...new Set(rows.map((row) => row[4][k]))].sort((one, other) => one - other)) : [];
  for (const [k, button] of buttons.entries()) {
    button.style.gridArea = square ? apart.map((axis, n) => places[n].indexOf(rows[k][4][axis]) + 2).join(" / ") : "";
  }
  const edges = places.flatMap((values, n) => values.map((value, k) => once(`${axes[apart[n]]} ${value}`, () => {
    const edge = made("small", { "aria-hidden": "true" }, k ? `${value}` : placed(axes[apart[n]], value));
    edge.style.gridArea = n ? `1 / ${k + 2}` : `${k + 2} / 1`;
    return edge;
  })));
  fit(line.lastChild, [...edges, ...buttons]);
}

/** What is there by a name, or is made. */
function once(there, key, keys, make) {
  if (!there.has(key)) there.set(key, make());
  keys.push(key);
  return there.get(key);
}

/** Puts elements into another one, unless they are there. */
function fit(into, elements) {
  if (into.childNodes.length !== elements.length || elements.some((one, k) => into.childNodes[k] !== one)) into.replaceChildren(...elements);
}

/** By the places, and, where these are what is written, by that. */
const byIndex = ([, , , , one, text], [, , , , other, another]) => {
  const k = one.findIndex((place, number) => place !== other[number]);
  return k < 0 ? Number(text) - Number(another) || 0 : one[k] - (other[k] ?? 0);
};

/** The row of a quantity: its name, what it means, and room for its numbers. */
function heading({ name, notes, meaning, unit }) {
  const means = unit ? `${meaning} [${unit}]` : meaning;
  const told = made("th", { scope: "row", title: means ?? "" }, made("code", {}, name), made("small", { class: "places" }));
  if (notes.length) told.append(made("small", {}, notes.join(", ")));
  if (means) told.append(made("small", name.startsWith("--") ? {} : { lang: "en" }, means)); // as it is declared
  return made("tr", {}, told, made("td", {}));
}

/** A place along an axis. */
const placed = (axis, place) => (axis.includes("{}") ? axis.replace("{}", place) : `${axis} ${place}`);

/** A number, which goes to when it is shown; above it what tells its place from the others. */
function written(places) {
  const title = [places, film.words[root.lang].jump].filter(Boolean).join(". ");
  return made("button", { type: "button", title }, made("small", {}), made("b", {}));
}

/** Writes a text where there is another one. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// What is pressed stays until it is let go.
called("live").addEventListener("pointerdown", (event) => { if (event.target.closest("td button")) reel.pause(); });
document.addEventListener("click", (event) => {
  const time = event.target.closest("td button")?.dataset.time;
  if (time === undefined) return;
  reel.pause();
  seek(Number(time), false);
  if (event.target.closest("#all")) called("playing").scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
});

for (const moment of ["timeupdate", "seeked", "loadeddata"]) reel.addEventListener(moment, look);
if (reel.requestVideoFrameCallback) {
  const frame = () => { look(); reel.requestVideoFrameCallback(frame); };
  reel.requestVideoFrameCallback(frame);
}

// What is made when it is opened: the page on which a knob is turned, and all numbers, beat by beat.

/** Fills what is open. */
function fill(details) {
  const room = details.querySelector("div");
  if (!record || !details.open || !room || room.firstChild) return;
  if (details.id === "turn") {
    const { turn } = film.files[root.lang];
    room.append(made("iframe", { src: turn, title: details.querySelector("summary").innerText }));
  } else if (details.id === "all") {
    room.append(...record.beats.map(([, title, start], number) => {
      const summary = made("summary", {}, made("span", {}, title));
      const one = made("details", { "data-beat": number }, summary, made("div", {}));
      one.addEventListener("toggle", () => fill(one));
      return one;
    }));
  } else {
    const numbers = record.numbers.filter(([, , at]) => at === Number(details.dataset.beat));
    const body = made("tbody", {});
    tabulate(body, numbers, new Map());
    room.append(numbers.length ? made("table", {}, body) : made("p", { class: "faint" }, film.words[root.lang].no_number));
  }
}
for (const one of all("details")) one.addEventListener("toggle", () => fill(one));

// The command that renders just this.

const form = document.querySelector("form"), code = called("command").querySelector("code");

/** Writes the command that makes what is chosen, with the knobs that are turned. */
function command() {
  const kind = form.elements.what.value, { name, options, looks } = film;
  const option = kind === "beat" ? ` --beat ${record?.beats[Math.max(beat, 0)][0]}` : options[kind] && ` ${options[kind]}`;
  const knobs = all("[data-knob]").map((input) => {
    const value = input.value.trim();
    input.setCustomValidity(holds(input, value) ? "" : film.words[root.lang].out_of_range);
    if (!value || value === input.dataset.own) return "";
    const parts = "many" in input.dataset ? value.split(/[\s;]+/) : [value];
    return ` --${input.dataset.knob} ${parts.map(quoted).join(" ")}`;
  });
  const words = `python render.py ${name}${knobs.join("")}${option}${looks[root.lang][kind]}`.split(" ");
  code.replaceChildren(...words.flatMap((word, k) => [k ? " " : "", made("span", {}, word)])); // none is broken at a hyphen
  called("copied").textContent = "";
}

/** Whether a knob may have a value, as far as its range tells. */
function holds(input, value) {
  const { low, high, choices } = input.dataset;
  return !value || (low === undefined && !choices) || ("many" in input.dataset ? value.split(/[\s;]+/) : [value]).every((part) =>
    choices?.split(" ").includes(part) || (low !== undefined && part !== "" && Number(low) <= Number(part) && Number(part) <= Number(high)));
}

const quoted = (text) => (/^[\w.,:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

form.addEventListener("input", command);
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("spoken", command);
called("copy").addEventListener("click", async () => {
  const words = film.words[root.lang];
  try {
    await navigator.clipboard.writeText(code.textContent);
    called("copied").textContent = words.copied;
  } catch {
    getSelection().selectAllChildren(code);
    called("copied").textContent = words.selected;
  }
});
