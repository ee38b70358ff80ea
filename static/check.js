// Answers checks in place: the server marks, and only the check's own section comes back.
document.addEventListener("submit", async (event) => {
  const form = event.target, section = form.closest(".check")
  if (!section) return
  event.preventDefault()
  if (!form.elements.check) return
  const query = new URLSearchParams(new FormData(form))
  form.setAttribute("aria-busy", "true")
  try {
    const answer = await fetch(`${location.pathname}?${query}`, { headers: { "X-Fragment": "check" } })
    if (!answer.ok) throw answer
    section.outerHTML = await answer.text()
    const fresh = document.getElementById(section.id)
    ready(fresh)
    fresh.querySelector(".verdict").focus({ preventScroll: true })
    fresh.querySelector(".verdict").scrollIntoView({ block: "nearest" })
  } catch {
    form.submit()
  }
})

// Lines to be put in order get buttons that move them; their places follow.
function ready(root) {
  for (const list of root.querySelectorAll(".order")) {
    const lines = [...list.children]
    const place = (line) => line.querySelector("select")
    const number = () => [...list.children].forEach((line, n) => (place(line).value = n + 1))
    if (lines.every((line) => place(line).value)) list.append(...lines.sort((a, b) => place(a).value - place(b).value))
    list.previousElementSibling.hidden = true
    number()
    for (const line of lines) {
      place(line).hidden = true
      for (const [sign, step] of [["↑", -1], ["↓", 1]]) {
        const button = document.createElement("button")
        button.type = "button"
        button.className = "move"
        button.textContent = sign
        button.setAttribute("aria-label", `${sign} ${line.querySelector("span").textContent.trim()}`)
        button.onclick = () => {
          const other = step < 0 ? line.previousElementSibling : line.nextElementSibling
          if (other) step < 0 ? other.before(line) : other.after(line)
          number()
          button.focus()
        }
        line.append(button)
      }
    }
  }
  // What is written for oneself stays on this device.
  for (const area of root.querySelectorAll("[data-keep]")) {
    const name = `${location.pathname}#${area.id}`
    try {
      area.value ||= localStorage.getItem(name) || ""
      area.oninput = () => localStorage.setItem(name, area.value)
    } catch {}
  }
}
ready(document)
