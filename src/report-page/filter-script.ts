/** Shows only the hosts that are looked for, and opens the details that a link leads to. The page reads without it. */
export const filterScript = `
function filter(form) {
    const [words, attention] = form.querySelectorAll("input");
    const wanted = words.value.trim().toLowerCase();
    let count = 0;
    for (const part of document.querySelectorAll("[data-host]")) {
        part.hidden = !part.dataset.host.includes(wanted) || (attention.checked && "fine" in part.dataset);
        count += part.tagName === "DETAILS" && !part.hidden ? 1 : 0;
    }
    form.querySelector("output").textContent = wanted || attention.checked ? count + " shown" : "";
}
function open() {
    const target = document.getElementById(location.hash.slice(1));
    const details = target && target.closest("details");
    if (details) {
        details.open = true;
        target.scrollIntoView();
    }
}
for (const form of document.querySelectorAll(".filter")) {
    form.addEventListener("input", () => filter(form));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
}
addEventListener("hashchange", open);
open();
`;
