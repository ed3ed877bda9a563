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
