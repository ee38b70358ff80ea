// `/` goes to the search field, unless one has switched it off on the search page (who speaks to a computer may press it
// by chance). As one types, titles and headings that begin so are offered below the field.
const fields = [...document.querySelectorAll("input[type=search]")]
const kept = (value) => {
  try {
    if (value !== undefined) localStorage.setItem("slash", value)
    return localStorage.getItem("slash")
  } catch {}
}
const typing = (one) => one.isContentEditable || one.closest?.("input, textarea, select, [role=textbox]")
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return
  if (typing(event.target) || kept() === "off") return
  event.preventDefault()
  const field = fields.findLast((one) => one.checkVisibility())
  field ? field.select() : location.assign("/search")
})
const key = document.querySelector("#_slash")
if (key) {
  key.checked = kept() !== "off"
  key.onchange = () => kept(key.checked ? "on" : "off")
  key.closest("[hidden]").hidden = false
}
for (const [number, field] of fields.entries()) {
  const list = document.createElement("ul")
  let at = -1, waiting
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": false, "aria-controls": `_found${number}` }
  for (const name in attributes) field.setAttribute(name, attributes[name])
  list.id = `_found${number}`
  list.role = "listbox"
  list.ariaLabel = field.ariaLabel
  list.hidden = true
  field.after(list)
  const show = (rows) => {
    // What one has chosen stays chosen when a later answer still offers it.
    const chosen = list.children[at]?.dataset.url
    at = -1
    field.removeAttribute("aria-activedescendant")
    list.replaceChildren(...rows.map((row, n) => {
      const line = document.createElement("li")
      line.id = `${list.id}-${n}`
      line.role = "option"
      line.ariaSelected = false
      line.textContent = row.text
      line.onmousedown = (event) => event.button || location.assign(row.url)
      line.dataset.url = row.url
      return line
    }))
    list.hidden = !rows.length
    field.ariaExpanded = !list.hidden
    if (chosen) choose(rows.findIndex((row) => row.url === chosen))
  }
  const choose = (n) => {
    const lines = [...list.children]
    at = (n + lines.length + 1) % (lines.length + 1)
    if (at === lines.length) at = -1
    lines.forEach((line, n) => (line.ariaSelected = n === at))
    at < 0 ? field.removeAttribute("aria-activedescendant") : field.setAttribute("aria-activedescendant", lines[at].id)
    lines[at]?.scrollIntoView({ block: "nearest" })
  }
  field.addEventListener("input", () => {
    clearTimeout(waiting)
    const asked = field.value.trim()
    if (asked.length < 2) return show([])
    waiting = setTimeout(async () => {
      try {
        const rows = await (await fetch(`/search/suggest?q=${encodeURIComponent(asked)}`)).json()
        if (field.value.trim() === asked && document.activeElement === field) show(rows)
      } catch {}
    }, 150)
  })
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return
    if (event.key === "ArrowDown") choose(at + 1)
    else if (event.key === "ArrowUp") choose(at < 0 ? list.children.length - 1 : at - 1)
    else if (event.key === "Escape") show([])
    else if (event.key === "Enter" && at >= 0) location.assign(list.children[at].dataset.url)
    else return
    event.preventDefault()
  })
  field.addEventListener("blur", () => show([]))
}
