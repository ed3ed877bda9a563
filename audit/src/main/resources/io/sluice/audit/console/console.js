"use strict";

// Copies what a button names; without a clipboard the button goes, and the text can still be marked.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) {
    button.remove();
    continue;
  }
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  });
}

// "/" goes to the first field of the search, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector("form.search select, form.search input");
    event.preventDefault();
    if (field) {
      field.focus();
    } else {
      location.assign("/console/search");
    }
  }
});

// Empty fields stay out of the address.
for (const form of document.querySelectorAll("form.search")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      field.disabled = field.name !== "" && field.value === "";
    }
  });
}

// What changes while one looks is asked for again, as the reader's own reading; until it is stopped, while the page is seen.
// Whoever asked for less motion starts it; without this script the page is as it was when it was loaded.
for (const part of document.querySelectorAll("[data-live]")) {
  const every = 5000;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const button = document.createElement("button");
  const state = document.createElement("span");
  const bar = document.createElement("p");
  button.type = "button";
  button.className = "copy";
  bar.className = "following";
  bar.append(state, button);
  part.before(bar);
  let following = !still;
  let failed = 0;
  const show = () => {
    button.textContent = following ? "stop" : "follow";
    state.textContent = following ? "Follows the log" : "As of " + new Date().toISOString().slice(11, 19);
  };
  const refresh = async () => {
    try {
      const answer = await fetch(part.dataset.live, { cache: "no-store", credentials: "same-origin" });
      if (!answer.ok) {
        throw new Error(answer.status);
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (following && !part.contains(document.activeElement)) {
        part.replaceChildren(...page.body.childNodes);
      }
      failed = 0;
    } catch {
      failed += 1;
      if (failed === 3) { // signed out, or the server is gone
        following = false;
        show();
        state.textContent = "No answer; what is shown is old";
      }
    }
  };
  button.addEventListener("click", () => {
    following = !following;
    failed = 0;
    show();
    if (following) {
      refresh();
    }
  });
  show();
  setInterval(() => {
    if (following && !document.hidden) {
      refresh();
    }
  }, every);
}
